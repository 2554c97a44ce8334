//! Published figures of real data sets, reproduced through import, store and verdict.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::run::{Place, root, shared};

mod models;
mod people;

/// An example judged by a data set as of a day, and what is published about that data set.
struct Example {
    report: Value,
    text: String,
    expected: Value,
}

/// An example that waits for the files of its data set, in a place of its own.
struct Waiting {
    name: &'static str,
    /// The folder of the data set.
    data: PathBuf,
    place: Place,
}

/// `None`, with a message, where the data sets are absent.
fn waiting(name: &'static str, data_set: &str) -> Option<Waiting> {
    let data = shared()?.join("data").join(data_set);
    let place = Place::new();
    copy(&root().join("examples").join(name), &place, "roadmap");
    Some(Waiting { name, data, place })
}

/// The example on files of the data set.
fn example(name: &'static str, files: &[&str], data_set: &str, as_of: &str) -> Option<Example> {
    let waiting = waiting(name, data_set)?;
    let files: Vec<PathBuf> = files.iter().map(|file| waiting.data.join(file)).collect();
    Some(waiting.judge(&files, as_of))
}

impl Waiting {
    /// Runs the example's own script, which leaves files here.
    fn prepare(&self, from: &Path) {
        let script = root().join("examples").join(self.name).join("prepare.sh");
        let ran = Command::new("sh").arg(script).arg(from).current_dir(self.place.path()).status();
        assert!(ran.expect("there is a shell").success(), "prepare.sh of `{}`", self.name);
    }

    fn judge(&self, files: &[PathBuf], as_of: &str) -> Example {
        let sql = root().join("examples").join(self.name).join("import.sql");
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let sql = sql.display().to_string();
        let mut import = vec!["import", "--with", &sql, "--store", "store"];
        import.extend(paths.iter().map(String::as_str));
        let imported = self.place.good(&import);
        assert!(!imported.contains("quarantined") && !imported.contains("orphan"), "{imported}");
        let judged = ["verdict", "--store", "store", "--as-of", as_of];
        let report = self.place.run(&[&judged[..], &["--format", "json"]].concat());
        let data_sets = self.data.parent().expect("a data set has a folder");
        let expected = fs::read_to_string(data_sets.join("EXPECTED.json")).expect("it is there");
        let expected: Value = serde_json::from_str(&expected).expect("it is JSON");
        let data_set = self.data.file_name().expect("a folder has a name").to_string_lossy();
        Example {
            report: serde_json::from_str(&report.out).expect("a report is JSON"),
            text: self.place.run(&judged).out,
            expected: expected[data_set.as_ref()].clone(),
        }
    }
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
    /// The criterion on `metric`, or the watched metric.
    fn shown(&self, metric: &str) -> &Value {
        let lists = ["criteria", "watched"].map(|list| self.report["bets"][0][list].as_array());
        let mut all = lists.into_iter().flatten().flatten();
        let found = all.find(|shown| shown["metric"] == metric);
        found.unwrap_or_else(|| panic!("`{metric}` is not shown"))
    }

    fn figure(&self, metric: &str, field: &str) -> f64 {
        let figure = self.shown(metric)[field].as_f64();
        figure.unwrap_or_else(|| panic!("no `{field}` of `{metric}`"))
    }

    /// Compares with a published figure, to the digits that were published.
    fn check(&self, metric: &str, field: &str, published: &Value, digits: i32) {
        let ours = self.figure(metric, field);
        agree(&format!("{metric}.{field}"), ours, published, digits);
    }

    /// The standard deviation of single values, which no report shows: from their mean and the mean
    /// of their squares.
    fn deviation(&self, mean: &str, squares: &str) -> f64 {
        let (n, mean) = (self.figure(mean, "n"), self.figure(mean, "pooled"));
        ((self.figure(squares, "pooled") - mean * mean) * n / (n - 1.0)).sqrt()
    }
}

/// Compares with a published figure, to the digits that were published.
fn agree(what: &str, ours: f64, published: &Value, digits: i32) {
    let published = published.as_f64().expect("a published figure is a number");
    let half = 0.5 * 10f64.powi(-digits);
    let close = (ours - published).abs() <= half + 1e-12;
    assert!(close, "{what} is {ours}, published {published}");
}

#[test]
fn copilot_figures_equal_the_published_ones() {
    let Some(example) = example("copilot", &["events.jsonl"], "copilot-cups", "2022-08-31") else {
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
    example.check("auc_confidence", "estimate", &expected["confidence_auc"], 5);
    // Published under a name that says the negative; it is the AUC of the log probability itself.
    example.check("auc_log_prob", "estimate", &expected["neg_meanLogProb_auc"], 5);
    let published = &expected["published_verify_time_share"];
    example.check("verify_time_share", "estimate", published, 3);
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
        example("advice", &["responses_0425_features.csv"], "chatgpt-advice", "2023-04-25")
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
    example.check("mean_weight_on_advice", "n", &expected["rows"], 0);
    example.check("mean_weight_on_advice", "pooled", &expected["mean_weight_on_advice"], 3);
    let deviation = example.deviation("mean_weight_on_advice", "squared_weight_on_advice");
    agree("standard deviation", deviation, &expected["sd"], 3);
    let team = example.figure("team_over_advice", "high");
    assert!(team < 0.0, "the team is below the advice alone: {team}");
    insta::assert_snapshot!("advice", example.text);
}
