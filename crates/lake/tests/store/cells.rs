//! What was counted before and what is counted now come to the same, whatever happens in between.

use std::fs;
use std::path::PathBuf;

use jiff::ToSpan;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use trueup_evidence::{Plan, Request, Table, Window};
use trueup_lake::{RolledUp, Upkeep, block_on};

use super::answer::load;
use super::fold::{folded, same};
use super::measures::measures;
use super::world::{START, World};
use super::{Desk, NOW, at};

/// A part of all that can be asked, in windows with and without ragged edges.
fn plan(chance: &mut ChaCha8Rng, now: &str) -> Plan {
    let start = at(START);
    let hours = |hours: i64| start + hours.hours();
    let windows = [
        Window { from: at("1970-01-01T00:00:00Z"), to: at(now) },
        Window { from: start, to: hours(24 * 8) },
        Window { from: hours(24 + 7), to: hours(24 * 6 + 23) },
        Window { from: hours(24 * 2), to: hours(24 * 5) + 1001.milliseconds() },
        Window { from: hours(24 * 3 + 1), to: hours(24 * 3 + 5) },
    ];
    let mut requests = Vec::new();
    for bet in ["it's \"quoted\"", "small"] {
        for measure in measures() {
            if chance.random_bool(0.3) {
                let window = windows[chance.random_range(0..windows.len())];
                let among = chance.random_bool(0.2).then(|| "it's".to_owned());
                requests.push(Request { bet: bet.to_owned(), measure, window, among });
            }
        }
    }
    Plan { now: at(now), requests }
}

/// A store, what is in it by import, and a way to make things happen.
struct Life {
    desk: Desk,
    imports: Vec<World>,
    chance: ChaCha8Rng,
}

impl Life {
    fn world(&self) -> World {
        let mut world = World::default();
        self.imports.iter().for_each(|part| world.take(part));
        world
    }

    fn roll_up(&self, plan: &Plan) -> RolledUp {
        block_on(self.desk.lake().roll_up(plan)).expect("the store rolls up")
    }

    fn check(&self, plan: &Plan) {
        let lake = self.desk.lake();
        let cells = block_on(lake.answer(plan)).expect("the store answers");
        let rows = block_on(lake.answer_from_rows(plan)).expect("the store answers");
        let world = self.world();
        assert_eq!(cells.versions, rows.versions);
        for (place, request) in plan.requests.iter().enumerate() {
            let expected = folded(&world, plan, request);
            let (cells, rows) = (&cells.summaries[place], &rows.summaries[place]);
            assert!(same(rows, &expected), "{request:?}\nrows: {rows:?}\nloop: {expected:?}");
            assert!(same(cells, rows), "{request:?}\ncells: {cells:?}\nrows: {rows:?}");
        }
        let again = block_on(lake.answer(plan)).expect("the store answers");
        assert_eq!(cells, again, "the same question gives the same bytes");
    }

    fn one_of(&mut self, nows: &[&'static str]) -> &'static str {
        nows[self.chance.random_range(0..nows.len())]
    }

    /// The files of a table as its log has them.
    fn files(&self, table: Table) -> Vec<Value> {
        let log = self.desk.store().join(table.name()).join("_delta_log");
        let mut entries: Vec<PathBuf> = fs::read_dir(log)
            .map_or_else(|_| Vec::new(), |all| all.flatten().map(|it| it.path()).collect());
        entries.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
        entries.sort();
        let mut files: Vec<Value> = Vec::new();
        for entry in entries {
            for line in fs::read_to_string(entry).expect("the store is ours").lines() {
                let action: Value = serde_json::from_str(line).expect("a line of the log");
                if action["add"].is_object() {
                    files.push(action["add"].clone());
                } else if action["remove"].is_object() {
                    files.retain(|file| file["path"] != action["remove"]["path"]);
                }
            }
        }
        files
    }

    /// Writes the next entry of a table's log.
    fn commit(&self, table: Table, actions: &[Value]) {
        let log = self.desk.store().join(table.name()).join("_delta_log");
        let entries = fs::read_dir(&log).expect("the store is ours").flatten();
        let entries = entries.filter(|it| it.path().extension().is_some_and(|it| it == "json"));
        let lines: Vec<String> = actions.iter().map(Value::to_string).collect();
        fs::write(log.join(format!("{:020}.json", entries.count())), lines.join("\n") + "\n")
            .expect("the store is ours");
    }

    /// A file is written anew under another name, as when files are put together.
    fn replace_a_file(&mut self) {
        let table = Table::ALL[self.chance.random_range(0..3)];
        let files = self.files(table);
        if files.is_empty() {
            return;
        }
        let old = &files[self.chance.random_range(0..files.len())];
        let path = old["path"].as_str().expect("text");
        let new = path.replace(".parquet", "-again.parquet");
        let folder = self.desk.store().join(table.name());
        fs::copy(folder.join(path), folder.join(&new)).expect("the store is ours");
        let mut add = old.clone();
        add["path"] = json!(new);
        let remove = json!({"remove": {"path": path, "deletionTimestamp": 0, "dataChange": false}});
        self.commit(table, &[remove, json!({"add": add})]);
    }

    /// The newest import is taken out again.
    fn forget_an_import(&mut self, before: &[Vec<Value>]) {
        self.imports.pop();
        for (table, before) in Table::ALL.into_iter().zip(before) {
            let added = self.files(table).into_iter().filter(|file| !before.contains(file));
            let remove = |file: Value| json!({"remove": {"path": file["path"], "deletionTimestamp": 0, "dataChange": true}});
            let actions: Vec<Value> = added.map(remove).collect();
            if !actions.is_empty() {
                self.commit(table, &actions);
            }
        }
    }
}

const NOWS: [&str; 3] = [NOW, "2026-11-08T00:00:00Z", "2026-11-06T12:34:56.789Z"];

fn live(seed: u64) {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let parts = World::of(seed, 160).cut(&mut chance, 3);
    let mut life = Life { desk: Desk::new(), imports: Vec::new(), chance };
    for part in parts {
        let before: Vec<Vec<Value>> = Table::ALL.iter().map(|table| life.files(*table)).collect();
        load(&life.desk, &part, true);
        life.imports.push(part);
        let now = life.one_of(&NOWS);
        let rolled = plan(&mut life.chance, now);
        if life.chance.random_bool(0.7) {
            life.roll_up(&rolled);
            assert_eq!(life.roll_up(&rolled), RolledUp::default(), "nothing has changed");
            life.check(&rolled);
        }
        match life.chance.random_range(0..4) {
            0 => life.forget_an_import(&before),
            1 | 2 => life.replace_a_file(),
            _ => {}
        }
        life.check(&rolled);
        // Another definition, another moment.
        let now = life.one_of(&NOWS);
        let asked = plan(&mut life.chance, now);
        life.check(&asked);
    }
}

#[test]
fn cells_come_to_what_the_rows_come_to() {
    for seed in [11, 12] {
        live(seed);
    }
}

#[test]
fn cells_answer_without_the_rows_that_they_have_counted() {
    let mut chance = ChaCha8Rng::seed_from_u64(5);
    let plan = plan(&mut chance, NOW);
    let parts = World::of(5, 200).cut(&mut chance, 1);
    let mut life = Life { desk: Desk::new(), imports: Vec::new(), chance };
    load(&life.desk, &parts[0], true);
    life.imports.extend(parts);
    let rolled = life.roll_up(&plan);
    assert!(rolled.days > 0 && rolled.blocks > rolled.days && rolled.left == 0, "{rolled:?}");
    let expected = block_on(life.desk.lake().answer(&plan)).expect("the store answers");
    for table in Table::ALL {
        for file in life.files(table) {
            let path = file["path"].as_str().expect("text");
            fs::remove_file(life.desk.store().join(table.name()).join(path)).expect("ours");
        }
    }
    let answer = block_on(life.desk.lake().answer(&plan)).expect("no row is read");
    assert_eq!(answer, expected);
    block_on(life.desk.lake().answer_from_rows(&plan)).expect_err("the rows are gone");
}

#[test]
fn files_that_are_put_together_are_not_counted_again() {
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let plan = plan(&mut chance, NOW);
    let parts = World::of(7, 150).cut(&mut chance, 2);
    let mut life = Life { desk: Desk::new(), imports: Vec::new(), chance };
    for part in parts {
        load(&life.desk, &part, true);
        life.imports.push(part);
    }
    life.roll_up(&plan);
    let upkeep = Upkeep { files_at_once: 2, ..Upkeep::default() };
    let kept = block_on(life.desk.lake().maintain(&upkeep, at(NOW))).expect("upkeep");
    assert!(!kept.compacted.is_empty());
    assert_eq!(life.roll_up(&plan), RolledUp::default());
    life.check(&plan);
}

#[test]
fn torn_or_lost_cells_are_as_good_as_none() {
    let mut chance = ChaCha8Rng::seed_from_u64(6);
    let plan = plan(&mut chance, NOW);
    let parts = World::of(6, 120).cut(&mut chance, 1);
    let mut life = Life { desk: Desk::new(), imports: Vec::new(), chance };
    load(&life.desk, &parts[0], true);
    life.imports.extend(parts);
    life.roll_up(&plan);
    let packs: Vec<PathBuf> = fs::read_dir(life.desk.store().join("cells"))
        .expect("the store is ours")
        .flatten()
        .map(|it| it.path())
        .filter(|path| !path.ends_with("manifest"))
        .collect();
    assert!(!packs.is_empty());
    for pack in &packs {
        let mut bytes = fs::read(pack).expect("ours");
        for byte in &mut bytes {
            *byte ^= 0x40;
        }
        fs::write(pack, bytes).expect("ours");
    }
    life.check(&plan);
    for pack in &packs {
        fs::remove_file(pack).expect("ours");
    }
    life.check(&plan);
    fs::write(life.desk.store().join("cells/manifest"), "torn").expect("ours");
    life.check(&plan);
    let rolled = life.roll_up(&plan);
    assert!(rolled.days > 0);
    life.check(&plan);
}
