//! `docs/dialects.md` is the table, and the table is whole.

use trueup_intake::dialect::{Ours, TABLE, page};

#[test]
fn the_page_is_printed_from_the_table() {
    let path = "../../docs/dialects.md";
    if std::env::var_os("TRUEUP_WRITE_PAGES").is_some() {
        std::fs::write(path, page()).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).expect("the page is in the repository");
    assert!(
        written == page(),
        "write it anew: TRUEUP_WRITE_PAGES=1 cargo test -p trueup-intake page"
    );
}

#[test]
fn every_line_stands_where_its_name_says() {
    assert_eq!(TABLE.len(), Ours::ALL.len());
    for (mapping, ours) in TABLE.iter().zip(Ours::ALL) {
        assert_eq!(mapping.ours, *ours);
        assert!(!mapping.sources.is_empty(), "{ours:?} has no source");
    }
}
