//! Holds the direction of dependencies between the crates, as `ARCHITECTURE.md` tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each crate and those of ours that it may depend on.
const MAY: [(&str, &[&str]); 12] = [
    ("trueup-stats", &[]),
    ("trueup-evidence", &[]),
    ("trueup-roadmap", &["trueup-evidence"]),
    ("trueup-verdict", &["trueup-evidence", "trueup-roadmap", "trueup-stats"]),
    ("trueup-views", &["trueup-evidence", "trueup-roadmap", "trueup-verdict"]),
    ("trueup-intake", &["trueup-evidence"]),
    ("trueup-lake", &["trueup-evidence"]),
    ("trueup-server", &["trueup-evidence", "trueup-intake"]),
    ("trueup-demo", &["trueup-roadmap"]),
    ("trueup-pages", &["trueup-evidence", "trueup-roadmap", "trueup-verdict", "trueup-views"]),
    (
        "trueup-site",
        &["trueup-evidence", "trueup-pages", "trueup-roadmap", "trueup-verdict", "trueup-views"],
    ),
    (
        "trueup",
        &[
            "trueup-demo",
            "trueup-evidence",
            "trueup-intake",
            "trueup-lake",
            "trueup-pages",
            "trueup-roadmap",
            "trueup-server",
            "trueup-site",
            "trueup-verdict",
            "trueup-views",
        ],
    ),
];

/// Crates from outside that only these of ours may use.
const ONLY: [(&str, &[&str]); 18] = [
    ("arrow", &["trueup-lake"]),
    ("datafusion", &["trueup-lake"]),
    ("parquet", &["trueup-lake"]),
    ("axum", &["trueup-server", "trueup-site"]),
    ("hyper", &["trueup-server"]),
    ("tonic", &["trueup-server"]),
    ("askama", &["trueup-pages"]),
    ("pulldown-cmark", &["trueup-pages"]),
    ("openidconnect", &["trueup-site"]),
    ("reqwest", &["trueup-site"]),
    ("statrs", &["trueup-stats"]),
    // The site reads its access file.
    ("toml", &["trueup-roadmap", "trueup-site"]),
    ("toml_parser", &["trueup-roadmap"]),
    ("toml_writer", &["trueup-roadmap"]),
    ("quick-xml", &["trueup-roadmap"]),
    ("annotate-snippets", &["trueup-roadmap"]),
    ("clap", &["trueup"]),
    ("gix", &["trueup"]),
];

#[test]
fn each_crate_depends_only_on_what_the_map_allows() {
    let used = dependencies();
    let known: BTreeMap<&str, &[&str]> = MAY.into_iter().collect();
    for (name, uses) in &used {
        let allowed = known
            .get(name.as_str())
            .unwrap_or_else(|| panic!("`{name}` is not on the map: add it here and there"));
        for other in uses.iter().filter(|other| used.contains_key(*other)) {
            assert!(allowed.contains(&other.as_str()), "`{name}` must not depend on `{other}`");
        }
    }
    for name in known.keys() {
        assert!(used.contains_key(*name), "`{name}` is on the map but not in the workspace");
    }
}

#[test]
fn engines_stay_behind_their_one_crate() {
    for (name, uses) in dependencies() {
        for (foreign, owners) in ONLY {
            let allowed = owners.contains(&name.as_str()) || !uses.contains(foreign);
            assert!(allowed, "`{name}` must not use `{foreign}`: only {owners:?} may");
        }
    }
}

/// The normal dependencies of each crate of the workspace, by package name.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").expect("cargo runs this test");
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("metadata lists packages");
    packages.iter().map(|package| (text(&package["name"]), normal(package))).collect()
}

fn normal(package: &Value) -> BTreeSet<String> {
    let dependencies = package["dependencies"].as_array().expect("a package lists dependencies");
    dependencies
        .iter()
        .filter(|dependency| dependency["kind"].is_null())
        .map(|dependency| text(&dependency["name"]))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name is text").to_owned()
}
