//! Published figures of real data sets, reproduced through import, store and verdict.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{Place, root, shared};

/// Imports a data set with its example, and judges it as of a day.
struct Example {
    report: Value,
    text: String,
    expected: Value,
}

fn example(name: &str, file: &str, data_set: &str, as_of: &str) -> Option<Example> {
    let shared = shared()?;
    let place = Place::new();
    let folder = root().join("examples").join(name);
    copy(&folder, &place, "roadmap");
    let sql = folder.join("import.sql");
    let file = shared.join("data").join(data_set).join(file).display().to_string();
    let sql = sql.display().to_string();
    place.good(&["import", &file, "--with", &sql, "--store", "store"]);
    let judged = ["verdict", "--store", "store", "--as-of", as_of];
    let report = place.run(&[&judged[..], &["--format", "json"]].concat());
    let expected = fs::read_to_string(shared.join("data/EXPECTED.json")).expect("it is there");
    let expected: Value = serde_json::from_str(&expected).expect("it is JSON");
    Some(Example {
        report: serde_json::from_str(&report.out).expect("a report is JSON"),
        text: place.run(&judged).out,
        expected: expected[data_set].clone(),
    })
}

/// Copies a folder of text out of the repository, whose history is not the example's.
fn copy(from: &Path, place: &Place, to: &str) {
    for entry in fs::read_dir(from).expect("an example can be listed") {
        let path = entry.expect("an example can be listed").path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy();
        let to = format!("{to}/{name}");
        if path.is_dir() {
            copy(&path, place, &to);
        } else {
            place.write(&to, &fs::read_to_string(&path).expect("an example is text"));
        }
    }
}

impl Example {
    /// A field of the criterion on `metric`, or of the watched metric.
    fn figure(&self, metric: &str, field: &str) -> f64 {
        let lists = ["criteria", "watched"].map(|list| self.report["bets"][0][list].as_array());
        let mut all = lists.into_iter().flatten().flatten();
        let found = all.find(|shown| shown["metric"] == metric);
        let found = found.unwrap_or_else(|| panic!("`{metric}` is not shown"));
        found[field].as_f64().unwrap_or_else(|| panic!("no `{field}` of `{metric}`"))
    }

    /// Compares with a published figure, to the digits that were published.
    fn check(&self, metric: &str, field: &str, published: &Value, digits: i32) {
        let published = published.as_f64().expect("a published figure is a number");
        let ours = self.figure(metric, field);
        let half = 0.5 * 10f64.powi(-digits);
        let close = (ours - published).abs() <= half + 1e-12;
        assert!(close, "{metric}.{field} is {ours}, published {published}");
    }
}

#[test]
fn copilot_figures_equal_the_published_ones() {
    let Some(example) = example("copilot", "events.jsonl", "copilot-cups", "2022-08-31") else {
        return;
    };
    let expected = &example.expected;
    example.check("acceptance", "n", &expected["suggestions_decided"], 0);
    example.check("acceptance", "units", &expected["sessions"], 0);
    example.check("acceptance", "pooled", &expected["acceptance_pooled"], 5);
    example.check("acceptance", "estimate", &expected["acceptance_mean_of_users"], 5);
    let accepted = example.figure("acceptance", "pooled") * example.figure("acceptance", "n");
    assert_eq!(Some(accepted.round()), expected["accepted"].as_f64());
    example.check("calibration_error", "estimate", &expected["confidence_ece10"], 5);
    example.check("brier", "pooled", &expected["confidence_brier"], 5);
    let horizons = ["15_s", "30_s", "2_min", "5_min", "10_min"];
    for (place, horizon) in horizons.into_iter().enumerate() {
        let published = &expected["edit_share_after_accept_5_horizons"][place];
        example.check(&format!("edited_after_{horizon}"), "pooled", published, 4);
    }
    insta::assert_snapshot!("copilot", example.text);
}

#[test]
fn advice_figures_equal_the_published_ones() {
    let Some(example) =
        example("advice", "responses_0425_features.csv", "chatgpt-advice", "2023-04-25")
    else {
        return;
    };
    let expected = &example.expected;
    example.check("accuracy_before", "units", &expected["participants"], 0);
    example.check("accuracy_before", "n", &expected["rows_with_advice_A_D"], 0);
    example.check("accuracy_before", "pooled", &expected["initial_acc"], 4);
    example.check("accuracy_after", "pooled", &expected["final_acc"], 5);
    example.check("advice_accuracy", "pooled", &expected["advice_acc_on_2802"], 4);
    example.check("over_reliance", "estimate", &expected["over_reliance"], 5);
    example.check("over_reliance", "n", &expected["n_over"], 0);
    example.check("under_reliance", "estimate", &expected["under_reliance"], 5);
    example.check("under_reliance", "n", &expected["n_under"], 0);
    let team = example.figure("team_over_advice", "high");
    assert!(team < 0.0, "the team is below the advice alone: {team}");
    insta::assert_snapshot!("advice", example.text);
}
