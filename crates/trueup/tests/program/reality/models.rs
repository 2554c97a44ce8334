//! Data sets in which models answered questions: the unit of inference is the question.

use std::path::PathBuf;

use super::{Example, agree, example, waiting};

/// A win is between 0 and 1 here; a leaderboard prints it in per cent.
#[test]
fn alpacaeval_win_rates_equal_the_published_ones() {
    let files = ["claude-2.1.json", "gpt-3.5-turbo-1106.json", "vicuna-7b-v1.5.json"];
    let Some(example) = example("judge", &files, "alpacaeval", "2024-01-09") else {
        return;
    };
    for (model, id) in [
        ("claude-2.1", "claude_2_1"),
        ("gpt-3.5-turbo-1106", "gpt_3_5"),
        ("vicuna-7b-v1.5", "vicuna_7b"),
    ] {
        let published = &example.expected[model];
        let (win, squares) = (format!("win_rate_{id}"), format!("squared_win_{id}"));
        assert_eq!(example.figure(&win, "n").to_bits(), 805f64.to_bits());
        assert_eq!(example.figure(&win, "units").to_bits(), 805f64.to_bits());
        agree(&win, 100.0 * example.figure(&win, "estimate"), &published[0], 4);
        let error = 100.0 * example.deviation(&win, &squares) / 805f64.sqrt();
        agree(&format!("standard error of {win}"), error, &published[1], 4);
        let (low, high) = (example.figure(&win, "low"), example.figure(&win, "high"));
        let inside = |rate: f64| (low..=high).contains(&rate);
        assert!(inside(example.figure(&win, "estimate")), "{low} to {high}");
    }
    insta::assert_snapshot!("judge", example.text);
}

#[test]
fn routellm_figures_equal_the_published_ones() {
    let Some(waiting) = waiting("routing", "routellm") else {
        return;
    };
    waiting.prepare(&waiting.data);
    let mut files: Vec<PathBuf> =
        ["gsm8k_responses.csv", "mmlu_contaminated.jsonl", "gsm8k_contaminated.jsonl"]
            .iter()
            .map(|file| waiting.data.join(file))
            .collect();
    files.push(waiting.place.path().join("mmlu.csv"));
    let example = waiting.judge(&files, "2024-07-02");
    let expected = &example.expected;
    for bench in ["mmlu", "gsm8k"] {
        let published = |what: &str| &expected[format!("{bench}_{what}")];
        for model in ["strong", "weak"] {
            let (all, clean) = (format!("{model}_{bench}"), format!("clean_{model}_{bench}"));
            example.check(&all, "estimate", published(model), 4);
            example.check(&all, "n", published("n"), 0);
            example.check(&all, "units", published("n"), 0);
            example.check(&clean, "n", published("n_decontaminated"), 0);
        }
        let apgr = &expected[format!("apgr_prompt_length_router_{bench}")];
        example.check(&format!("apgr_{bench}"), "estimate", apgr, 4);
        // A coin is outside: length says something.
        assert!(example.figure(&format!("apgr_{bench}"), "low") > 0.5);
    }
    insta::assert_snapshot!("routing", example.text);
}

#[test]
fn routerarena_figures_equal_the_published_ones() {
    let files = ["claude-3-haiku-20240307.jsonl", "gemini-2.0-flash-001.jsonl"];
    let Some(example) = example("cheaper-model", &files, "routerarena", "2025-10-02") else {
        return;
    };
    let expected = &example.expected;
    for (model, id) in
        [("claude-3-haiku", "claude_3_haiku"), ("gemini-2.0-flash", "gemini_2_flash")]
    {
        let (score, cost) = (format!("score_{id}"), format!("cost_{id}"));
        example.check(&score, "n", &expected["n"], 0);
        example.check(&score, "estimate", &expected[model]["score"], 5);
        let all = example.figure(&cost, "pooled") * example.figure(&cost, "n");
        agree(&cost, all, &expected[model]["cost_usd"], 8);
    }
    // The model in use costs more and scores less, question by question: it is dominated.
    assert!(example.figure("score_gain", "low") > 0.0);
    assert!(example.figure("cost_saved", "low") > 0.0);
    insta::assert_snapshot!("cheaper-model", example.text);
}

#[test]
fn employment_figures_equal_the_published_ones() {
    let files = [
        "employment_MA_reference.pq",
        "employment_MA_analysis.pq",
        "employment_MA_analysis_target.pq",
    ];
    let Some(example) = example("employment", &files, "nannyml-employment", "2018-12-31") else {
        return;
    };
    for (year, name) in [("2015", "reference_2015"), ("2018", "2018")] {
        let published = &example.expected[name];
        let error = format!("calibration_{year}");
        example.check(&error, "n", &published["n"], 0);
        example.check(&error, "units", &published["n"], 0);
        example.check(&error, "estimate", &published["ece10"], 4);
        let ranked = format!("auc_{year}");
        example.check(&ranked, "n", &published["n"], 0);
        example.check(&ranked, "estimate", &published["auc"], 4);
    }
    no_drift_by_effect_size(&example);
    insta::assert_snapshot!("employment", example.text);
}

/// At 70,000 people any difference is significant; this one is small. The estimates are what is beyond
/// chance; what was seen stands beside them. The published PSI is of exact tenths, ours of tenths
/// made of bins of 1 %, so the last digit may differ.
fn no_drift_by_effect_size(example: &Example) {
    let published = &example.expected["2018"];
    let remark = |metric: &str| example.shown(metric)["remark"].as_str().map(str::to_owned);
    let [probability, age] = ["drift_probability", "drift_age"]
        .map(|metric| remark(metric).unwrap_or_else(|| panic!("no remark on `{metric}`")));
    agree("KS of age", after(&age, "KS "), &published["ks_age"], 4);
    let seen = after(&probability, "PSI ");
    let psi = published["psi_probability"].as_f64().expect("it is published");
    assert!((seen - psi).abs() <= 1.01e-4, "{probability}");
    for remark in [&probability, &age] {
        assert!(remark.ends_with("no alarm"), "{remark}");
    }
    assert!(example.figure("drift_probability", "high") < 0.1);
    assert!(example.figure("drift_age", "high") < 0.1);
}

/// The number after some words.
fn after(text: &str, words: &str) -> f64 {
    let (_, rest) = text.split_once(words).expect("the words are there");
    let number = rest.split([' ', ';']).next().expect("something follows");
    number.parse().expect("a number")
}
