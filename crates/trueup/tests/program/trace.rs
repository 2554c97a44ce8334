//! `trueup board`, `trace`, `order` and `sourcing` on the roadmap that `init` writes.

use serde_json::Value;

use crate::run::Place;

fn place() -> Place {
    let place = Place::new();
    place.good(&["init"]);
    place
}

#[test]
fn each_view_speaks_to_people_programs_and_pull_requests() {
    let place = place();
    let views: [(&[&str], &str); 5] = [
        (&["board"], "# Board on"),
        (&["trace", "reply-drafts"], "# Line of sight of bet `reply-drafts`"),
        (&["order"], "# Order on"),
        (&["sourcing"], "# Sourcing"),
        (&["sourcing", "reply-drafts"], "# Sourcing"),
    ];
    for (view, title) in views {
        let with = |format| place.good(&[view, &["--format", format][..]].concat());
        assert!(with("text").starts_with(title.trim_start_matches("# ")), "{view:?}");
        assert!(with("markdown").starts_with(title), "{view:?}");
        let json: Value = serde_json::from_str(&with("json")).expect("JSON was printed");
        assert!(json.is_object(), "{view:?}");
    }
}

#[test]
fn a_view_of_nothing_names_the_nearest() {
    let place = place();
    for (view, why) in [
        (["trace", "reply-draft"], "no `reply-draft`; did you mean `reply-drafts`?"),
        (["trace", "metric:acceptanc"], "no metric `acceptanc`; did you mean `acceptance`?"),
        (["sourcing", "reply-draft"], "no bet `reply-draft`; did you mean `reply-drafts`?"),
    ] {
        let ran = place.run(&view);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{view:?}");
        assert!(ran.err.contains(why), "{view:?}: {}", ran.err);
    }
}
