//! `trueup check --format`: for people, programs and CI.

use serde_json::Value;

use crate::run::{Place, Ran};

const FORMATS: [&str; 6] = ["text", "json", "sarif", "junit", "github", "markdown"];

fn good() -> Place {
    let place = Place::new();
    place.good(&["init"]);
    place
}

fn broken() -> Place {
    let place = good();
    place.write("roadmap/bets/a b.toml", "id = \"a\"\ntitel = \"A\"\n");
    place
}

fn check(place: &Place, format: &str) -> Ran {
    place.run(&["check", "--format", format])
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON was printed")
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let (good, broken) = (good(), broken());
    for format in FORMATS {
        let ran = check(&good, format);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{format}");
        let ran = check(&broken, format);
        assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{format}");
        assert!(ran.out.contains("titel") && ran.out.ends_with('\n'), "{format}: {}", ran.out);
        assert_eq!(Place::new().run(&["check", "--format", format]).code, 2, "{format}");
    }
    assert_eq!(good.run(&["check", "--format", "xml"]).code, 2);
}

#[test]
fn the_text_ends_with_a_summary() {
    assert_eq!(check(&good(), "text").out, "ok: 1 bet, 1 outcome, nothing to say\n");
    let out = check(&broken(), "text").out;
    assert_eq!(out.lines().last(), Some("3 errors"), "{out}");
}

#[test]
fn deny_decides_what_fails_in_the_output_and_in_the_exit_code() {
    for (level, deny, code) in [("deny", "deny", 1), ("warn", "deny", 0), ("warn", "warn", 1)] {
        let place = unowned(level);
        let arguments = |format| ["check", "--deny", deny, "--format", format];
        let ran = place.run(&arguments("json"));
        assert_eq!(ran.code, code, "{level} {deny}: {}", ran.out);
        let summary = &json(&ran.out)["summary"];
        assert_eq!(summary["bad_news"], code == 1, "{summary}");
        let out = place.run(&arguments("junit")).out;
        assert_eq!(out.contains("<failure"), code == 1, "{out}");
        assert_eq!(out.contains("<system-out"), code == 0, "{out}");
    }
}

/// A roadmap with one finding, O04, at this level.
fn unowned(level: &str) -> Place {
    let place = Place::new();
    place.write(
        "roadmap.toml",
        &format!("edition = 1\n[policy]\nlevels = {{ O04 = \"{level}\" }}\n"),
    );
    let outcome = "id = \"o\"\nfor = \"us\"\ntitle = \"O\"\nmetric = \"acceptance\"\nfrom = 0.1\nto = 0.2\n\
                   by = 2027-01-01\n[[key_result]]\nid = \"k\"\nmetric = \"acceptance\"\nfrom = 0.1\n\
                   to = 0.2\nby = 2027-01-01\nowners = []\n";
    place.write("outcomes/o.toml", outcome);
    place
}

#[test]
fn paths_are_those_of_the_reader() {
    let path = |place: &Place, variables: &[(&str, &str)], folder: &str| {
        let ran = place.run_with(variables, &["check", folder, "--format", "json"]);
        json(&ran.out)["diagnostics"][0]["path"].as_str().expect("a path is text").to_owned()
    };
    let place = broken();
    let here = place.path().canonicalize().expect("the folder is there");
    let whole = here.join("roadmap");
    let whole = whole.to_str().expect("a temporary folder's name is text");
    for folder in ["roadmap", "./roadmap", "roadmap/", whole] {
        assert_eq!(path(&place, &[], folder), "roadmap/bets/a b.toml", "{folder}");
    }
    let above = here.parent().expect("a temporary folder lies in one").to_str().expect("text");
    let name = here.file_name().expect("a folder has a name").to_string_lossy();
    let in_actions = path(&place, &[("GITHUB_WORKSPACE", above)], "roadmap");
    assert_eq!(in_actions, format!("{name}/roadmap/bets/a b.toml"));
    let elsewhere = path(&place, &[("GITHUB_WORKSPACE", "/nowhere")], whole);
    assert_eq!(elsewhere, format!("{whole}/bets/a b.toml"));
}

#[test]
fn github_actions_gets_annotations_unless_a_format_is_asked_for() {
    let place = broken();
    let actions = [("GITHUB_ACTIONS", "true")];
    let annotations = place.run_with(&actions, &["check"]);
    assert_eq!(annotations.code, 1);
    assert_eq!(annotations.out, check(&place, "github").out);
    assert!(annotations.out.starts_with("::error file=roadmap/bets/a b.toml,line="));
    let text = place.run_with(&actions, &["check", "--format", "text"]);
    assert_eq!(text.out, check(&place, "text").out);
    let elsewhere = place.run_with(&[("GITHUB_ACTIONS", "false")], &["check"]);
    assert_eq!(elsewhere.out, text.out);
}

#[test]
fn the_schema_of_the_json_is_published() {
    let schema = json(&Place::new().good(&["schema", "check"]));
    let printed = json(&check(&broken(), "json").out);
    for key in printed.as_object().expect("an object is printed").keys() {
        assert!(schema["properties"][key].is_object(), "{key} is not in {schema}");
    }
}
