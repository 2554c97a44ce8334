//! A bucket of an S3-compatible server, if one is named: `TRUEUP_TEST_BUCKET=s3://bucket/prefix`
//! with the usual variables, for example of `moto_server`.

use std::path::Path;

use trueup_lake::{Lake, block_on};

use crate::{Desk, NOW, at};

#[test]
fn a_store_in_a_bucket_is_as_one_in_a_folder() {
    let Ok(bucket) = std::env::var("TRUEUP_TEST_BUCKET") else {
        eprintln!("skipped: `TRUEUP_TEST_BUCKET` names no bucket");
        return;
    };
    let desk = Desk::new();
    let place = format!("{bucket}/{}", uuid::Uuid::now_v7());
    let (one, other) = (
        Lake::open(Path::new(&place)).expect("a bucket"),
        Lake::open(Path::new(&place)).expect("a bucket"),
    );
    let disk = one.disk();
    assert!(block_on(disk.create("first", "1")).expect("it can be written"));
    assert!(!block_on(other.disk().create("first", "2")).expect("it can be written"));
    assert_eq!(
        &block_on(disk.get("first")).expect("it can be read").expect("it is there")[..],
        b"1"
    );
    for (lake, id) in [(&one, "a"), (&other, "b"), (&one, "c")] {
        let rows = desk.file("rows.csv", &format!("id,at\n{id},2026-11-01\n"));
        let sql = "INSERT INTO interactions SELECT id, at, 'b' AS bet FROM rows";
        block_on(lake.import(&desk.import_of(&rows, sql, NOW), &mut |_| ())).expect("it holds");
    }
    let counted = block_on(other.attribution(at(NOW))).expect("a store");
    assert_eq!(counted.interactions.values().sum::<u64>(), 3);
    let upkeep = trueup_lake::Upkeep { checkpoint_every: 1, ..trueup_lake::Upkeep::default() };
    let done = block_on(one.maintain(&upkeep, at(NOW))).expect("a store");
    assert_eq!((done.compacted.len(), done.checkpoints.len()), (1, 1));
    assert_eq!(block_on(other.check()).expect("a store").faults, []);
}
