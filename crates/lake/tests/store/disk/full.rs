//! A full disk is told apart from every other trouble, and forgotten when there is room again.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trueup_lake::disk::files::{Files, Local, Unfinished};
use trueup_lake::{Disk, Error, Lake, block_on};

use crate::{Desk, NOW};

#[derive(Debug, Clone, Default)]
struct Small(Arc<AtomicBool>);

#[derive(Debug)]
struct Open(Box<dyn Unfinished>, Small);

impl Small {
    fn room(&self) -> io::Result<()> {
        if self.0.load(Ordering::SeqCst) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Files for Small {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Unfinished>> {
        Ok(Box::new(Open(Local.create(path)?, self.clone())))
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        Local.link(from, to)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Local.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        Local.remove(path)
    }
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        Local.make_folder(path)
    }
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        Local.remove_folder(path)
    }
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        Local.sync_folder(path)
    }
}

impl Unfinished for Open {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.1.room()?;
        self.0.append(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
}

#[test]
fn a_full_disk_has_an_error_of_its_own_and_heals() {
    let desk = Desk::new();
    let small = Small::default();
    let disk = Disk::over(Arc::new(small.clone()), &desk.store()).expect("a folder");
    let lake = Lake::on(disk.clone());
    let rows = desk.file("rows.csv", "id,at\na,2026-11-01T00:00:00Z\n");
    let sql = "INSERT INTO interactions SELECT id, at, 'b' AS bet FROM rows";
    let import = desk.import_of(&rows, sql, NOW);
    block_on(disk.put("first", "there")).expect("there is room");
    small.0.store(true, Ordering::SeqCst);
    let error = block_on(lake.import(&import, &mut |_| ())).expect_err("there is no room");
    assert!(matches!(error, Error::NoRoom { .. }), "{error}");
    assert!(error.to_string().starts_with("there is no room left to write `"), "{error}");
    let names = block_on(disk.list("")).expect("it can be read");
    let paths: Vec<_> = names.iter().map(|found| found.path.as_str()).collect();
    assert_eq!(paths, ["first"]);
    small.0.store(false, Ordering::SeqCst);
    let imported = block_on(lake.import(&import, &mut |_| ())).expect("there is room");
    assert_eq!(imported.tables[0].added, 1);
}
