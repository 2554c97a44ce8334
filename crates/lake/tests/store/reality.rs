//! Real files, imported with the SQL of the examples.

use super::{Desk, shared};

fn imported(file: &str, sql: &str) -> Option<Vec<(String, u64, u64, u64)>> {
    let file = shared(file)?;
    let path = format!("../../examples/{sql}");
    let sql = std::fs::read_to_string(path).expect("the example is in the repository");
    let imported = Desk::new().import(&[file], &sql).expect("the import holds");
    let counts = imported.tables.into_iter().map(|table| {
        assert!(table.quarantined.is_empty(), "{:?}", table.quarantined);
        (table.table, table.added, table.duplicates, table.orphans)
    });
    Some(counts.collect())
}

#[test]
fn a_study_of_code_suggestions_imports() {
    let Some(counts) = imported("data/copilot-cups/events.jsonl", "copilot/import.sql") else {
        return;
    };
    let [interactions, actions, scores] = &counts[..] else { panic!("{counts:?}") };
    assert_eq!(*interactions, ("interactions".to_owned(), 1151, 0, 0));
    // 55 suggestions end neither accepted nor rejected.
    assert_eq!(*actions, ("actions".to_owned(), 1096, 0, 0));
    assert_eq!(scores.3, 0);
}

#[test]
fn a_study_of_advice_imports() {
    let file = "data/chatgpt-advice/responses_0425_features.csv";
    let Some(counts) = imported(file, "advice/import.sql") else { return };
    assert!(
        counts.iter().all(|(_, added, duplicates, orphans)| {
            *added > 0 && *duplicates == 0 && *orphans == 0
        }),
        "{counts:?}"
    );
}
