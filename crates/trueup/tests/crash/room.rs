//! A disk without room: the server says when to come again, loses nothing, and goes on when there is room.
//!
//! The disk is a file system in memory of a few megabytes, which takes the right to mount it.

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;

use crate::check;
use crate::server::{Answer, Place, words};
use crate::world::World;

const MEGABYTES: u32 = 24;
/// Enough to fill the disk many times.
const MOST_REQUESTS: u32 = 20_000;

/// A small disk, which is gone afterwards.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// `None`, with a message, where nothing may be mounted.
    fn mount(folder: &Path) -> Option<Disk> {
        let size = format!("size={MEGABYTES}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "trueup-test", words(folder)])
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("skipped: no right to mount a small disk");
            return None;
        }
        Some(Disk { folder: folder.to_owned() })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // If it fails the folder stays, which is no reason to fail a test that passed.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let Some(disk) = Disk::mount(folder.path()) else { return };
    let place = Place { folder: disk.folder.clone() };
    let mut world = World::new(7, Timestamp::now());
    let server = place.serve(None).expect("it starts");
    let mut connection = server.connect().expect("it listens");

    let ballast = disk.folder.join("ballast");
    for _ in 0..20 {
        send(&mut connection, &mut world).expect("there is room");
    }
    fill(&ballast);
    let refused = (0..MOST_REQUESTS).find_map(|_| send(&mut connection, &mut world).err());
    assert_eq!(refused, Some(Answer::Later(true)), "it says when to come again");

    std::fs::remove_file(&ballast).expect("the ballast can be thrown off");
    let again = (0..MOST_REQUESTS).find(|_| send(&mut connection, &mut world).is_ok());
    assert!(again.is_some(), "it goes on when there is room");
    for _ in 0..20 {
        send(&mut connection, &mut world).expect("there is room again");
    }
    server.kill();
    check::everything(&place, &world, 0);
    drop(disk);
}

/// Sends the next request; an error is what it answered if not that it has it.
fn send(connection: &mut crate::server::Connection, world: &mut World) -> Result<(), Answer> {
    let request = world.next();
    match connection.send(&request).expect("the server lives") {
        Answer::Stored => {
            world.acknowledge(&request);
            Ok(())
        }
        later @ Answer::Later(_) => Err(later),
    }
}

/// Takes all the room that is left but a little.
fn fill(path: &Path) {
    use std::io::Write as _;

    let mut file = std::fs::File::create(path).expect("a file can be made");
    let block = vec![0; 16 * 1024];
    while file.write_all(&block).is_ok() {}
}
