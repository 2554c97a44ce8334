//! What lies on disk afterwards: open files that any engine reads, and only complete ones.

use std::path::Path;

use super::Desk;

fn files(folder: &Path, ending: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            names.extend(files(&entry.path(), ending));
        } else {
            names.push(entry.path().to_string_lossy().into_owned());
        }
    }
    names.retain(|name| name.ends_with(ending));
    names.sort();
    names
}

#[test]
fn days_are_folders_and_each_commit_is_one_entry() {
    let desk = Desk::new();
    let sql = "INSERT INTO interactions SELECT id, at FROM rows";
    desk.add("rows.csv", "id,at\na,2026-11-01T23:59:59.999Z\nb,2026-11-02T00:00:00Z\n", sql);
    desk.add("rows.csv", "id,at\nc,1969-12-31T00:00:00Z\n", sql);
    let table = desk.store().join("interactions");
    let parquet = files(&table, ".parquet");
    let days: Vec<&str> = parquet.iter().filter_map(|name| name.rsplit('/').nth(1)).collect();
    assert_eq!(days, ["day=1969-12-31", "day=2026-11-01", "day=2026-11-02"]);
    let log: Vec<String> = files(&table.join("_delta_log"), "");
    let log: Vec<&str> = log.iter().filter_map(|name| name.rsplit('/').next()).collect();
    assert_eq!(log, ["00000000000000000000.json", "00000000000000000001.json"]);
}

#[test]
fn files_of_an_import_that_was_cut_short_are_not_read() {
    let desk = Desk::new();
    let sql = "INSERT INTO interactions SELECT id, at, 'b' AS bet FROM rows";
    desk.add("rows.csv", "id,at\na,2026-11-01T00:00:00Z\n", sql);
    // As if the process had died before the commit of its second import.
    let day = desk.store().join("interactions/day=2026-11-01");
    let left = day.join("part-0000000001-00000.parquet");
    let [written] = &files(&day, ".parquet")[..] else { panic!("one file") };
    std::fs::copy(written, &left).expect("the store is ours");
    let log = desk.store().join("interactions/_delta_log");
    std::fs::write(log.join("00000000000000000001.json#123"), "{\"com").expect("ours");
    let imported =
        desk.add("rows.csv", "id,at\na,2026-11-01T00:00:00Z\nb,2026-11-01T01:00:00Z\n", sql);
    assert_eq!((imported.tables[0].added, imported.tables[0].duplicates), (1, 1));
    let counted = trueup_lake::block_on(desk.lake().attribution(super::at(super::NOW)));
    assert_eq!(counted.expect("a store").interactions.values().sum::<u64>(), 2);
    assert_eq!(files(&desk.store().join("interactions"), ".parquet").len(), 3);
}

#[test]
fn an_import_that_was_cut_short_between_tables_is_completed_by_a_second() {
    let desk = Desk::new();
    let sql =
        "INSERT INTO actions SELECT id AS interaction, 1 AS seq, at, 'view' AS kind FROM rows;
               INSERT INTO interactions SELECT id, at, 'b' AS bet FROM rows;";
    let rows = "id,at\na,2026-11-01T00:00:00Z\nb,2026-11-02T01:00:00Z\n";
    desk.add("rows.csv", rows, sql);
    // Interactions are committed first; as if the process had died right after that.
    std::fs::remove_dir_all(desk.store().join("actions")).expect("the store is ours");
    let imported = desk.add("rows.csv", rows, sql);
    let added: Vec<_> = imported.tables.iter().map(|it| (it.added, it.duplicates)).collect();
    assert_eq!(added, [(0, 2), (2, 0)]);
    assert_eq!(imported.tables[1].orphans, 0);
}
