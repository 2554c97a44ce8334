//! Upkeep changes files and never rows.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use trueup_lake::columns::Layout;
use trueup_lake::store::rewrite::{Change, rewrite};
use trueup_lake::store::{Commit, Snapshot, read};
use trueup_lake::{Disk, Error, Lake, Maintained, Retention, Upkeep, block_on};

use super::Desk;

const SQL: &str = "INSERT INTO interactions SELECT id, at, bet FROM rows";

/// Upkeep that waits for nothing.
fn eager() -> Upkeep {
    Upkeep { files_at_once: 2, checkpoint_every: 1, ..Upkeep::default() }
}

fn maintain(lake: &Lake, upkeep: &Upkeep, later: SignedDuration) -> Maintained {
    block_on(lake.maintain(upkeep, Timestamp::now() + later)).expect("nobody else is at it")
}

/// Some rows of two days and three bets in each of several imports.
fn filled(imports: usize) -> Desk {
    let desk = Desk::new();
    for import in 0..imports {
        let row = |row: usize| {
            let (day, bet) = (1 + row % 2, ["x", "y", ""][row % 3]);
            format!("{import}-{row},2026-11-0{day}T00:00:{:02}Z,{bet}\n", (row * 7 + import) % 60)
        };
        let rows: String = (0..12).map(row).collect();
        desk.add("rows.csv", &format!("id,at,bet\n{rows}"), SQL);
    }
    desk
}

fn interactions(lake: &Lake) -> Snapshot {
    let layout = Layout::of(trueup_evidence::Table::Interactions);
    block_on(Snapshot::read(lake.disk(), layout)).expect("a table")
}

/// Every row, as text.
fn rows(lake: &Lake) -> BTreeSet<String> {
    let snapshot = interactions(lake);
    let mut rows = BTreeSet::new();
    for file in &snapshot.files {
        let mut take = |batch: &datafusion::arrow::array::RecordBatch| {
            let format =
                datafusion::arrow::util::pretty::pretty_format_batches(std::slice::from_ref(batch));
            let text = format.expect("rows can be shown").to_string();
            rows.extend(text.lines().skip(3).map(|line| line.replace(' ', "")));
        };
        let columns = ["id", "at", "bet"];
        block_on(read::read_columns(&snapshot, file, &columns, &mut take)).expect("a file");
    }
    rows.retain(|row| !row.starts_with('+'));
    rows
}

#[test]
fn small_files_become_one_with_the_same_rows_in_order() {
    let desk = filled(5);
    let lake = desk.lake();
    let before = (rows(&lake), interactions(&lake));
    assert_eq!((before.0.len(), before.1.files.len()), (60, 10));
    let done = maintain(&lake, &eager(), SignedDuration::ZERO);
    let after = interactions(&lake);
    assert_eq!((rows(&lake), after.files.len()), (before.0, 2));
    let replaced: BTreeSet<_> = done.compacted.iter().flat_map(|it| &it.replaced).collect();
    assert_eq!(replaced, before.1.files.iter().map(|file| &file.path).collect());
    let by: Vec<_> = done.compacted.iter().flat_map(|it| &it.by).collect();
    assert_eq!(by, after.files.iter().map(|file| &file.path).collect::<Vec<_>>());
    for file in &after.files {
        let stats: serde_json::Value = serde_json::from_str(&file.stats).expect("JSON");
        assert_eq!((file.rows, &stats["numRecords"]), (30, &30.into()));
        assert_eq!(
            (&stats["minValues"]["bet"], &stats["maxValues"]["bet"]),
            (&"x".into(), &"y".into())
        );
        let mut sorted = Vec::new();
        let mut take = |batch: &datafusion::arrow::array::RecordBatch| {
            use datafusion::arrow::array::AsArray;
            use datafusion::arrow::datatypes::TimestampMicrosecondType;
            let times = batch.column(1).as_primitive::<TimestampMicrosecondType>().iter();
            let bets = batch.column(0).as_string::<i32>().iter();
            sorted.extend(bets.map(|bet| bet.map(str::to_owned)).zip(times));
        };
        block_on(read::read_columns(&after, file, &["bet", "at"], &mut take)).expect("a file");
        assert!(sorted.is_sorted() && sorted.len() == 30, "{sorted:?}");
    }
    assert_eq!(block_on(lake.check()).expect("a store").faults, []);
    assert_eq!(maintain(&lake, &eager(), SignedDuration::ZERO).compacted, []);
}

#[test]
fn a_store_with_a_checkpoint_and_without_the_entries_before_it_is_the_same_store() {
    let desk = filled(3);
    let before = (rows(&desk.lake()), interactions(&desk.lake()));
    let upkeep = Upkeep { files_at_once: 100, ..eager() };
    // November's days are over, so their files would be put together.
    let upkeep = Upkeep { most_bytes: 0, ..upkeep };
    let done = maintain(&desk.lake(), &upkeep, SignedDuration::from_hours(2));
    assert_eq!((done.checkpoints, done.log_objects), (vec![("interactions".to_owned(), 2)], 2));
    let after = interactions(&desk.lake());
    assert_eq!(after.files, before.1.files);
    assert_eq!(after.log.metadata, before.1.log.metadata);
    assert_eq!((after.version, after.log.protocol == before.1.log.protocol), (Some(2), true));
    assert_eq!(rows(&desk.lake()), before.0);
    desk.add("rows.csv", "id,at,bet\nnew,2026-11-03,z\n", SQL);
    assert_eq!(rows(&desk.lake()).len(), before.0.len() + 1);
}

#[test]
fn files_are_deleted_when_nobody_can_be_at_them_any_more() {
    let desk = filled(3);
    let (lake, folder) = (desk.lake(), desk.store().join("interactions/day=2026-11-01"));
    let stray = folder.join("part-0000000009-00000-stray.parquet");
    std::fs::write(&stray, "never committed").expect("the store is ours");
    std::fs::write(folder.join("x.parquet#12"), "unfinished").expect("the store is ours");
    let (half, whole) = (SignedDuration::from_mins(30), SignedDuration::from_mins(61));
    let before = rows(&lake);
    assert_eq!(maintain(&lake, &eager(), half).deleted, 0);
    // The files were replaced half an hour from now, and a reader may still be at them then.
    let done = maintain(&lake, &eager(), whole);
    assert_eq!((done.deleted, done.swept, stray.exists()), (1, 1, false));
    let done = maintain(&lake, &eager(), half + whole);
    assert_eq!(done.deleted, 6);
    assert_eq!((rows(&lake), std::fs::read_dir(&folder).expect("a folder").count()), (before, 1));
}

#[test]
fn days_beyond_the_retention_are_dropped_as_a_whole() {
    let desk = filled(2);
    let lake = desk.lake();
    let now: Timestamp = "2026-11-12T12:00:00Z".parse().expect("a moment");
    let keep = |days| Upkeep {
        retention: vec![Retention { table: "interactions".to_owned(), days }],
        ..eager()
    };
    let at = |upkeep: &Upkeep| block_on(lake.maintain(upkeep, now)).expect("nobody else");
    assert_eq!(at(&keep(11)).dropped, Vec::<String>::new());
    let dropped = at(&keep(10)).dropped;
    assert!(!dropped.is_empty() && dropped.iter().all(|path| path.contains("day=2026-11-01")));
    assert!(rows(&lake).iter().all(|row| row.contains("2026-11-02")));
    assert_eq!(rows(&lake).len(), 12);
    let grace = Upkeep { grace: Duration::ZERO, ..keep(10) };
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    block_on(lake.maintain(&grace, later)).expect("nobody else");
    assert!(!desk.store().join("interactions/day=2026-11-01").exists());
}

#[test]
fn a_rewrite_changes_the_rows_it_is_told_to_and_leaves_other_files_alone() {
    let desk = filled(3);
    let lake = desk.lake();
    let (snapshot, before) = (interactions(&lake), rows(&lake));
    let one = &snapshot.files[1].path;
    let change = |file: &trueup_lake::store::DataFile,
                  batch: &datafusion::arrow::array::RecordBatch| {
        if file.path == *one {
            Change::Replace(batch.slice(1, batch.num_rows() - 1))
        } else {
            Change::Keep
        }
    };
    let rewritten = block_on(rewrite(&snapshot, &snapshot.files, change)).expect("files");
    assert_eq!(rewritten.removes, [snapshot.files[1].clone()]);
    assert_eq!(
        rewritten.adds.iter().map(|file| file.rows).sum::<u64>(),
        snapshot.files[1].rows - 1
    );
    let commit = Commit {
        adds: rewritten.adds,
        removes: rewritten.removes,
        txns: vec![("writer".to_owned(), 7)],
        data_change: true,
        operation: "MERGE",
    };
    let now = Timestamp::now();
    block_on(snapshot.commit(&commit, now)).expect("nobody else commits");
    let after = rows(&lake);
    assert!(after.is_subset(&before) && after.len() + 1 == before.len());
    assert_eq!(interactions(&lake).merged("writer"), Some(7));
    let overtaken = block_on(snapshot.commit(&commit, now));
    assert!(matches!(overtaken, Err(Error::Overtaken { version: 3, .. })), "{overtaken:?}");
    maintain(&lake, &eager(), SignedDuration::ZERO);
    assert_eq!(interactions(&desk.lake()).merged("writer"), Some(7));
}

#[test]
fn a_copy_holds_the_same_rows_and_is_put_only_into_an_empty_place() {
    let desk = filled(2);
    let copy = Disk::open(&desk.path("copy")).expect("a folder");
    let copied = block_on(desk.lake().backup(&copy)).expect("an empty place");
    // Two days in each of two imports, and the log's last entry.
    assert_eq!(copied.files, 5);
    let again = block_on(desk.lake().backup(&copy)).expect_err("it is taken").to_string();
    assert!(again.ends_with("holds a store already; name an empty place"), "{again}");
    let restored = Lake::on(Disk::in_memory());
    block_on(restored.restore(&copy)).expect("an empty place");
    assert_eq!(rows(&restored), rows(&desk.lake()));
    assert_eq!(block_on(restored.check()).expect("a store").faults, []);
}

#[test]
fn damage_is_found_and_named() {
    let desk = filled(2);
    let snapshot = interactions(&desk.lake());
    let path = |place: usize| desk.store().join("interactions").join(&snapshot.files[place].path);
    std::fs::remove_file(path(0)).expect("the store is ours");
    let bytes = std::fs::read(path(1)).expect("the store is ours");
    std::fs::write(path(1), &bytes[..bytes.len() - 1]).expect("the store is ours");
    let mut bytes = std::fs::read(path(2)).expect("the store is ours");
    let end = bytes.len() - 4;
    bytes[end..].copy_from_slice(b"EVIL");
    std::fs::write(path(2), bytes).expect("the store is ours");
    let object = "wal/writer/00000000000000000001.arrow";
    let torn = b"\xff\xff\xff\xff\x10\x00\x00\x00torn";
    block_on(desk.lake().disk().put(object, &torn[..])).expect("it can be written");
    let checked = block_on(desk.lake().check()).expect("a store");
    let faults: Vec<_> = checked.faults.iter().map(|fault| fault.why.as_str()).collect();
    assert_eq!((checked.files, checked.rows, checked.objects), (4, 24, 1));
    assert_eq!((faults.len(), checked.faults[3].path.as_str()), (4, object));
    assert_eq!(faults[0], "it is missing");
    assert!(faults[1].starts_with("it has ") && faults[1].contains("bytes, and the log says"));
    assert!(faults[2].contains("cannot read"), "{}", faults[2]);
}
