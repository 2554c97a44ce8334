//! The power is cut at any step: what was put is whole, and no name holds a part of an object.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::path::Path as ObjectPath;
use object_store::{ObjectStoreExt, WriteMultipart};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use trueup_lake::{Disk, Lake, block_on};

use super::forgetful::Forgetful;
use crate::{Desk, NOW, at};

#[derive(Debug, Clone, Copy)]
enum Step {
    Put,
    Create,
    Parts,
    Delete,
}

/// What may be found under a name.
type Allowed = BTreeMap<String, Vec<Option<Vec<u8>>>>;

/// Runs steps until the power is cut. An object's name and its number make its bytes.
async fn run(disk: &Disk, steps: &[(Step, usize)]) -> Allowed {
    let mut allowed = Allowed::new();
    for (number, (step, name)) in steps.iter().enumerate() {
        let path = format!("a/{}/object-{name}", name % 3);
        let bytes = format!("{path} {number} ").repeat(number + 1).into_bytes();
        let before = allowed.get(&path).and_then(|allowed| allowed[0].clone());
        let (after, done) = match step {
            Step::Put => (Some(bytes.clone()), disk.put(&path, bytes).await.is_ok()),
            Step::Parts => (Some(bytes.clone()), put_parts(disk, &path, &bytes).await.is_ok()),
            Step::Create => match disk.create(&path, bytes.clone()).await {
                Ok(true) => {
                    assert_eq!(before, None, "{path} was taken");
                    (Some(bytes), true)
                }
                Ok(false) => (before.clone(), true),
                Err(_) => (before.clone().or(Some(bytes)), false),
            },
            Step::Delete => (None, disk.delete(vec![path.clone()]).await.is_ok()),
        };
        if !done {
            allowed.insert(path, vec![before, after]);
            return allowed;
        }
        allowed.insert(path, vec![after]);
    }
    allowed
}

async fn put_parts(disk: &Disk, path: &str, bytes: &[u8]) -> object_store::Result<()> {
    let upload = disk.store().put_multipart(&ObjectPath::from(path)).await?;
    let mut upload = WriteMultipart::new_with_chunk_size(upload, 7);
    upload.write(bytes);
    upload.finish().await.map(drop)
}

fn steps() -> impl Strategy<Value = Vec<(Step, usize)>> {
    let step =
        prop_oneof![Just(Step::Put), Just(Step::Create), Just(Step::Parts), Just(Step::Delete)];
    prop::collection::vec((step, 0..6usize), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_was_put_is_whole_after_a_power_cut(
        steps in steps(),
        cut in 1..120usize,
        seed in any::<u64>(),
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (root, back) = (folder.path().join("on"), folder.path().join("back"));
        std::fs::create_dir(&root).expect("the folder is ours");
        std::fs::create_dir(&back).expect("the folder is ours");
        let files = Forgetful::cut_after(cut);
        let disk = Disk::over(Arc::new(files.clone()), &root.join("store")).expect("a folder");
        let allowed = block_on(run(&disk, &steps));
        files.found(&root, &back, &mut ChaCha8Rng::seed_from_u64(seed));
        let disk = Disk::open(&back.join("store")).expect("a folder");
        for (path, allowed) in &allowed {
            let found = block_on(disk.get(path)).expect("it can be read").map(|it| it.to_vec());
            prop_assert!(allowed.contains(&found), "{path}: {found:?}");
        }
        for found in block_on(disk.list("")).expect("it can be read") {
            prop_assert!(allowed.contains_key(&found.path), "{} was never put", found.path);
        }
    }
}

#[test]
fn an_import_that_was_reported_as_done_is_there_after_a_power_cut() {
    const SQL: &str = "INSERT INTO interactions SELECT id, at, 'b' AS bet FROM rows";
    let mut cuts = 0;
    for seed in 0..20 {
        let desk = Desk::new();
        let (root, back) = (desk.path("on"), desk.path("back"));
        std::fs::create_dir(&root).expect("the folder is ours");
        std::fs::create_dir(&back).expect("the folder is ours");
        let files = Forgetful::cut_after(5 + 8 * seed);
        let disk = Disk::over(Arc::new(files.clone()), &root.join("store")).expect("a folder");
        let lake = Lake::on(disk);
        let mut done = 0;
        for day in 1..=5 {
            let rows = format!("id,at\n{day},2026-11-0{day}T00:00:00Z\n{day}b,2026-11-09\n");
            let import = desk.import_of(&desk.file("rows.csv", &rows), SQL, NOW);
            match block_on(lake.import(&import, &mut |_| ())) {
                Ok(_) => done += 2,
                Err(_) => break,
            }
        }
        cuts += usize::from(files.is_off());
        let seed = u64::try_from(seed).expect("a small number");
        files.found(&root, &back, &mut ChaCha8Rng::seed_from_u64(seed));
        let lake = Lake::open(&back.join("store")).expect("a folder");
        let counted = block_on(lake.attribution(at(NOW))).expect("a store that can be read");
        let stored: u64 = counted.interactions.values().sum();
        assert!(stored == done || stored == done + 2, "{seed}: {stored} rows, {done} reported");
        let checked = block_on(lake.check()).expect("a store that can be read");
        assert_eq!(checked.faults, [], "{seed}");
    }
    assert!((5..20).contains(&cuts), "{cuts} of 20 imports were cut short");
}
