//! The real program is killed again and again: what it acknowledged stays, nothing is there twice, and nothing
//! is there that was not sent.
//!
//! `TRUEUP_CRASH_ROUNDS` says how often, `TRUEUP_CRASH_SEED` starts another sequence of requests.

#![cfg(all(unix, feature = "evidence"))]

mod cells;
mod check;
mod room;
mod server;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use server::{Answer, Place, Server};
use world::World;

/// One way to die.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Death {
    /// A server, wherever it is.
    Anywhere,
    /// A server, at this point.
    Serving(&'static str),
    /// `trueup store compact`, at this point.
    Keeping(&'static str),
    /// `trueup store vacuum`, at this point.
    Vacuuming(&'static str),
    /// `trueup erase`, at this point; it is run again, and goes on.
    Erasing(&'static str),
}

use Death::{Anywhere, Erasing, Keeping, Serving, Vacuuming};

/// The named points. Every second death is anywhere.
const DEATHS: [Death; 10] = [
    Serving("wal.synced"),
    Serving("merge.written"),
    Serving("merge.committed.interactions"),
    Serving("merge.committed.actions"),
    Serving("merge.committed.scores"),
    Serving("merge.committed"),
    Keeping("compact.written"),
    Keeping("compact.committed"),
    Vacuuming("vacuum.midway"),
    Erasing("erase.midway"),
];
const CONNECTIONS: usize = 3;
/// Rounds between two looks at all that is stored.
const LOOK: u32 = 25;

#[test]
fn what_is_acknowledged_is_stored_once_whenever_the_program_dies() {
    let (rounds, seed) = (number("TRUEUP_CRASH_ROUNDS", 30), number("TRUEUP_CRASH_SEED", 1));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let place = Place { folder: folder.path().to_owned() };
    let world = Mutex::new(World::new(u64::from(seed), Timestamp::now()));
    let mut died: BTreeMap<&str, u32> = BTreeMap::new();
    for round in 1..=rounds {
        let death = match round % 2 {
            0 => DEATHS[(round / 2 - 1) as usize % DEATHS.len()],
            _ => Anywhere,
        };
        if play(&place, &world, death) {
            *died.entry(death.name()).or_default() += 1;
        }
        if round % LOOK == 0 || round == rounds {
            check::everything(&place, &lock(&world), round);
            cells::equal_rows(&place, round);
        }
    }
    eprintln!("{rounds} rounds with seed {seed}: died {died:?}; {}", lock(&world).summary());
    for death in DEATHS.iter().take((rounds / 2) as usize) {
        assert!(died.contains_key(death.name()), "nothing ever died at {}", death.name());
    }
}

impl Death {
    fn name(self) -> &'static str {
        match self {
            Anywhere => "anywhere",
            Serving(point) | Keeping(point) | Vacuuming(point) | Erasing(point) => point,
        }
    }
}

fn number(variable: &str, otherwise: u32) -> u32 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One life of the program on the store; true if it died where it should.
fn play(place: &Place, world: &Mutex<World>, death: Death) -> bool {
    match death {
        Anywhere => {
            let requests = 1 + lock(world).below(60);
            live(place, world, None, requests);
            true
        }
        Serving(point) => {
            live(place, world, None, 20);
            // What waits is merged at once then.
            place.let_time_pass();
            !live(place, world, Some(point), 60)
        }
        Keeping(point) => {
            live(place, world, None, 20);
            place.let_time_pass();
            place.dies(&["store", "compact"], point)
        }
        Vacuuming(point) => {
            // What a compaction has replaced.
            live(place, world, None, 20);
            place.let_time_pass();
            place.runs(&["store", "compact"]);
            place.dies(&["store", "vacuum", "--keep-replaced", "1ms"], point)
        }
        Erasing(point) => {
            let unit = leave(place, world);
            let erase = ["erase", &unit, "--user-id"];
            let died = place.dies(&erase, point);
            place.runs(&erase);
            lock(world).erase(unit);
            died
        }
    }
}

/// A server's life until so many requests are answered; false if it ended before, where it should.
fn live(place: &Place, world: &Mutex<World>, crash_at: Option<&str>, requests: u32) -> bool {
    match place.serve(crash_at) {
        Some(server) => load(server, place, world, requests),
        None => false,
    }
}

/// A life in which a person comes and goes, whose name is returned.
fn leave(place: &Place, world: &Mutex<World>) -> String {
    let server = place.serve(None).expect("it starts");
    let mut connection = server.connect().expect("it listens");
    let (unit, request) = lock(world).leaver();
    while connection.send(&request).expect("it lives") != Answer::Stored {}
    lock(world).acknowledge(&request);
    load(server, place, world, 10);
    unit
}

/// Sends requests over several connections until so many are answered, and kills the server while others
/// are under way; false if it ended before. One that is to die by itself gets time for it.
fn load(server: Server, place: &Place, world: &Mutex<World>, requests: u32) -> bool {
    let address = server.address.clone();
    let patient = server.is_to_die;
    let server = Mutex::new(Some(server));
    let ended = Mutex::new(None);
    let answered = AtomicU32::new(0);
    let kill = || {
        let server = server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            *ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(server.kill());
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                send(&address, world, || {
                    let last = answered.fetch_add(1, Ordering::Relaxed) + 1 >= requests;
                    if last && patient {
                        server::wait_for_end(&address);
                    }
                    if last {
                        kill();
                    }
                });
            });
        }
    });
    kill();
    let status = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
    let status = status.expect("it was killed or ended");
    place.check_death(status);
    server::is_killed(status)
}

/// Sends until the connection breaks.
fn send(address: &str, world: &Mutex<World>, mut answered: impl FnMut()) {
    let Ok(mut connection) = server::Connection::to(address) else { return };
    loop {
        let request = lock(world).next();
        match connection.send(&request) {
            Ok(Answer::Stored) => lock(world).acknowledge(&request),
            Ok(Answer::Later(_)) => {}
            Err(_) => return,
        }
        answered();
    }
}
