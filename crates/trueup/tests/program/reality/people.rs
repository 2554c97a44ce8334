//! Data sets of what people did: the unit of inference is the person, who comes back.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{Example, agree, waiting};

#[test]
fn coauthor_figures_equal_the_published_ones() {
    let Some(waiting) = waiting("coauthor", "coauthor-argumentative") else {
        return;
    };
    if Command::new("zstd").arg("--version").output().is_err() {
        eprintln!("skipped: no `zstd` to unpack the sessions with");
        return;
    }
    waiting.prepare(&waiting.data.join("sessions.tar.zst"));
    let here = |file: &str| waiting.place.path().join(file);
    let files = [here("events.csv"), here("accepted.csv"), here("totals.csv")];
    let files = [&files[..], &[waiting.data.join("metadata.csv")]].concat();
    let example = waiting.judge(&files, "2021-09-20");
    let expected = &example.expected;
    for (metric, event) in
        [("queries", "get"), ("lists", "open"), ("accepted", "select"), ("lists_closed", "close")]
    {
        example.check(metric, "estimate", &expected[event], 0);
    }
    example.check("accepted_of_lists", "pooled", &expected["select_over_open_pooled"], 5);
    example.check("accepted_of_queries", "pooled", &expected["select_over_get_pooled"], 5);
    four_denominators(&example);
    example.check("mean_perc_selected", "n", &expected["sessions"], 0);
    example.check("mean_perc_selected", "pooled", &expected["metadata_mean_perc_selected"], 4);
    example.check("mean_num_query", "pooled", &expected["metadata_mean_num_query"], 5);
    let events = example.figure("events", "pooled") * example.figure("events", "n");
    agree("events", events, &expected["events"], 0);
    written_by_the_person(&here("totals.csv"), &waiting.data.join("metadata.csv"));
    insta::assert_snapshot!("coauthor", example.text);
}

/// What was taken is the same; of what, differs.
fn four_denominators(example: &Example) {
    let n = ["queries", "lists", "closed", "suggestions"]
        .map(|of| (of, example.figure(&format!("accepted_of_{of}"), "n")));
    assert_eq!(
        n,
        [("queries", 7050.0), ("lists", 6348.0), ("closed", 6332.0), ("suggestions", 24_269.0)]
    );
    for (of, n) in n {
        let taken = example.figure(&format!("accepted_of_{of}"), "pooled") * n;
        agree(of, taken, &example.expected["select"], 0);
    }
}

/// Replaying the keystrokes finds whose text stands at the end. The metadata have the person's share
/// too, in whole per cents and by a count of their own: the means of 615 sessions agree.
fn written_by_the_person(totals: &Path, metadata: &Path) {
    let ours = columns(totals, &["person", "taken"]);
    let ours: Vec<f64> = ours.iter().map(|row| 100.0 * row[0] / (row[0] + row[1])).collect();
    let theirs: Vec<f64> = columns(metadata, &["written_by_human"]).concat();
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    assert_eq!((ours.len(), theirs.len()), (615, 615));
    agree("written by the person", mean(&ours), &json!(mean(&theirs)), 1);
}

/// Some columns of a CSV file without quotes.
fn columns(file: &Path, names: &[&str]) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(file).expect("the file is there");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("there is a header");
    let place = |name: &&str| header.iter().position(|it| it == name).expect("a column");
    let places: Vec<usize> = names.iter().map(place).collect();
    let number = |text: &str| text.parse::<f64>().expect("a number");
    lines.map(|row| places.iter().map(|place| number(row[*place])).collect()).collect()
}

/// The BG/NBD parameters are a model's, which no metric expresses; what it is fitted to is counted.
#[test]
fn cdnow_repeats_equal_the_published_summary() {
    let Some(waiting) = waiting("repeat", "cdnow") else {
        return;
    };
    waiting.prepare(&waiting.data.join("CDNOW_sample.txt"));
    let example = waiting.judge(&[waiting.place.path().join("purchases.csv")], "1997-09-30");
    let frequency = columns(&waiting.data.join("cdnow_customers_summary.csv"), &["frequency"]);
    let frequency = frequency.concat();
    let people = frequency.len() as f64;
    let again = frequency.iter().filter(|times| **times > 0.0).count() as f64;
    let published = |figure: f64| Value::from(figure);
    example.check("customers", "estimate", &example.expected["n"], 0);
    example.check("came_back", "n", &example.expected["n"], 0);
    example.check("came_back", "estimate", &published(again / people), 12);
    example.check("bought_once", "estimate", &published(1.0 - again / people), 12);
    let repeats = frequency.iter().sum::<f64>() / people;
    example.check("repeats", "pooled", &published(repeats), 12);
    still_buying(&example);
    insta::assert_snapshot!("repeat", example.text);
}

/// Nobody has published a retention. Whoever came back within the gap is not gone before it, so it
/// lies between no one and all who bought again.
fn still_buying(example: &Example) {
    let share = example.figure("still_buying_12w", "estimate");
    let again = example.figure("came_back", "estimate");
    assert!(share > 0.0 && share < again, "{share} of {again}");
    example.check("still_buying_12w", "units", &example.expected["n"], 0);
}
