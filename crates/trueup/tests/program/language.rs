//! The commands of the language alone.

use crate::run::Place;

#[test]
fn init_writes_a_roadmap_that_passes_check() {
    let place = Place::new();
    let out = place.good(&["init"]);
    assert!(out.contains("wrote roadmap/roadmap.toml"), "{out}");
    assert!(place.good(&["check"]).starts_with("ok: "));
}

#[test]
fn init_never_overwrites() {
    let place = Place::new();
    place.good(&["init"]);
    let again = place.run(&["init"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("holds a roadmap already"), "{}", again.err);
}

#[test]
fn check_says_all_that_is_wrong_and_exits_with_1() {
    let place = Place::new();
    place.good(&["init"]);
    place.write("roadmap/bets/a.toml", "id = \"a\"\ntitel = \"A\"\nhorizon = \"h9\"\n");
    let ran = place.run(&["check"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("did you mean `title`?"), "{}", ran.out);
    assert!(ran.out.contains("h9"), "{}", ran.out);
    assert!(ran.out.contains("bets/a.toml"), "{}", ran.out);
}

#[test]
fn bytes_that_are_not_text_are_a_diagnostic() {
    let place = Place::new();
    place.good(&["init"]);
    let path = place.write("roadmap/bets/b.toml", "");
    std::fs::write(path, [0xff, 0xfe, b'i', b'd', 0x00]).expect("a file can be written");
    let ran = place.run(&["check"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("bets/b.toml"), "{}", ran.out);
}

#[test]
fn no_roadmap_is_a_failed_run_with_a_way_out() {
    let place = Place::new();
    let ran = place.run(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("trueup init"), "{}", ran.err);
}

#[test]
fn explain_knows_codes_in_any_case_and_lists_them() {
    let place = Place::new();
    assert!(place.good(&["explain", "f02"]).contains("F02"));
    assert!(place.good(&["explain"]).contains("F02"));
    let unknown = place.run(&["explain", "Z99"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("`Z99`"), "{}", unknown.err);
}

#[test]
fn metrics_lists_definition_denominator_unit_and_window() {
    let place = Place::new();
    let all = place.good(&["metrics"]);
    for id in ["acceptance", "f1", "calibration_error", "cost_per_accepted", "concentration"] {
        assert!(all.contains(&format!("  {id}: ")), "{id} is not in\n{all}");
    }
    let one = place.good(&["metrics", "acceptance"]);
    for word in ["numerator", "denominator", "unit", "counts after", "digest"] {
        assert!(one.contains(word), "{word} is not in\n{one}");
    }
    let typo = place.run(&["metrics", "aceptance"]);
    assert!(typo.err.contains("did you mean `acceptance`?"), "{}", typo.err);
}

#[test]
fn the_schema_of_the_report_is_published() {
    let text = Place::new().good(&["schema", "report"]);
    let schema: serde_json::Value = serde_json::from_str(&text).expect("a schema is JSON");
    assert!(schema["properties"]["bets"].is_object(), "{text}");
}

#[test]
fn schemas_are_written_where_the_files_look_for_them() {
    let place = Place::new();
    place.good(&["init"]);
    let bet = place.path().join("roadmap/.schema/bet.json");
    let written = std::fs::read_to_string(&bet).expect("init writes schemas");
    assert_eq!(written, place.good(&["schema", "bet"]));
    std::fs::remove_dir_all(place.path().join("roadmap/.schema")).expect("a folder");
    let out = place.good(&["schema", "--write"]);
    assert!(out.starts_with("wrote roadmap/.schema/roadmap.json\n"), "{out}");
    assert!(out.contains("`#:schema ../.schema/bet.json`"), "{out}");
    assert_eq!(std::fs::read_to_string(&bet).expect("it is there again"), written);
    place.good(&["schema", "--write", "--roadmap", "roadmap"]);
    // What lies there is no part of the roadmap.
    place.write("roadmap/.schema/a.toml", "id = ");
    assert!(place.good(&["check"]).starts_with("ok: 1 bet"));
    for wrong in [&["schema"][..], &["schema", "bet", "--write"]] {
        assert_eq!(place.run(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn check_fix_mends_what_is_mechanical_and_says_what_remains() {
    let place = Place::new();
    place.good(&["init"]);
    let text = "id = \"a\"\r\ntitel = \"A\" # kept\r\nhorizon = \"h9\"\r\nstage = \"framed\"\r\n";
    let path = place.write("roadmap/bets/a.toml", text);
    let ran = place.run(&["check", "--fix"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.out.starts_with("mended bets/a.toml:2: `titel` to `title` [F02]\n\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("h9") && !ran.out.contains("unknown key"), "{}", ran.out);
    let mended = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(mended, text.replace("titel", "title"));
    assert!(!place.run(&["check", "--fix"]).out.contains("mended"), "once is enough");
}

#[test]
fn check_fix_leaves_a_sound_roadmap_alone() {
    let place = Place::new();
    place.good(&["init"]);
    assert!(place.good(&["check", "--fix"]).starts_with("ok: "));
}

#[test]
fn fmt_lays_out_what_needs_it_and_nothing_else() {
    let place = Place::new();
    place.good(&["init"]);
    assert_eq!(place.good(&["fmt"]), "ok: 8 files, nothing to change\n");
    let bet = place.write("roadmap/bets/a.toml", "id=\"a\"   # its name\n[box]\n");
    let note = place.write("roadmap/notes/n.md", "+++\nkind=\"retro\"\n+++\n*  a=1 \n");
    let read = |path| std::fs::read_to_string(path).expect("the file is there");

    let shown = place.run(&["fmt", "--check"]);
    assert_eq!(shown.code, 1, "{}", shown.err);
    assert!(shown.out.starts_with("2 of 10 files would change\n"), "{}", shown.out);
    assert!(
        shown.out.contains("-id=\"a\"   # its name\n+id = \"a\" # its name\n"),
        "{}",
        shown.out
    );
    assert_eq!(read(&bet), "id=\"a\"   # its name\n[box]\n");

    let done = place.good(&["fmt"]);
    assert_eq!(done, "formatted bets/a.toml\nformatted notes/n.md\n");
    assert_eq!(read(&bet), "id = \"a\" # its name\n\n[box]\n");
    assert_eq!(read(&note), "+++\nkind = \"retro\"\n+++\n*  a=1 \n");
    place.good(&["fmt", "--check"]);
}

#[test]
fn fmt_names_what_it_cannot_read_and_formats_the_rest() {
    let place = Place::new();
    place.good(&["init"]);
    let broken = place.write("roadmap/bets/a.toml", "id=\n");
    let bytes = place.write("roadmap/bets/b.toml", "");
    std::fs::write(&bytes, b"id='\xff'").expect("a file can be written");
    place.write("roadmap/bets/c.toml", "id='c'\n");
    let ran = place.run(&["fmt"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "formatted bets/c.toml\n"), "{}", ran.err);
    assert!(ran.err.contains("F01") && ran.err.contains("bets/a.toml:1:4"), "{}", ran.err);
    assert!(ran.err.contains("b.toml` is not UTF-8"), "{}", ran.err);
    assert_eq!(std::fs::read(&broken).expect("the file is there"), b"id=\n");
    assert_eq!(std::fs::read(&bytes).expect("the file is there"), b"id='\xff'");
}

/// The command line as its reader sees it; read the change before accepting it.
#[cfg(feature = "evidence")]
#[test]
fn the_command_line_is_as_it_was() {
    let place = Place::new();
    let mut all = place.good(&["--help"]);
    for command in [
        "check", "fmt", "init", "explain", "metrics", "log", "plan", "sign", "decide", "schema",
        "import", "verdict", "serve", "demo", "export", "query", "erase", "store",
    ] {
        all += "\n────\n";
        all += &place.good(&[command, "--help"]);
    }
    insta::assert_snapshot!("command_line", all);
}
