//! Any text is laid out the same way twice, and every field of it can be edited and edited back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trueup_fuzz::files;
use trueup_roadmap::{Edit, Source, edit, fields, format};

/// More fields than this in one text only cost time.
const FIELDS_AT_MOST: usize = 20;

fuzz_target!(|bytes: &[u8]| {
    for source in files(bytes) {
        check_layout(&source);
        check_edits(&source.text);
    }
});

fn check_layout(source: &Source) {
    let Ok(once) = format(source) else { return };
    let again = format(&Source { path: source.path.clone(), text: once.clone() });
    assert_eq!(again.as_ref(), Ok(&once), "laid out otherwise the second time");
}

/// Writing a value where it is already changes nothing.
fn check_edits(text: &str) {
    let Ok(fields) = fields(text) else { return };
    for (path, value) in fields.into_iter().take(FIELDS_AT_MOST) {
        let same = Edit { path, old: Some(value.clone()), new: Some(value) };
        let edited = edit(text, &[same]);
        assert!(
            edited.is_err() || edited.as_deref() == Ok(text),
            "the same value changed the text"
        );
    }
}
