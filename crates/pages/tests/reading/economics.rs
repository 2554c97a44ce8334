//! Economics.

use trueup_pages::evidence::{Spending, Spent, span};
use trueup_pages::page::EconomicsPage;

use crate::rules::{html, says};
use crate::story::{empty, frame, measured, told};

fn spent(bet: &str, interactions: u64, unpriced: u64, cost: Option<f64>) -> Spent {
    Spent {
        bet: Some(bet.to_owned()),
        model: Some("lm-2".to_owned()),
        tier: Some("standard".to_owned()),
        interactions,
        accepted: Some(interactions / 2),
        unpriced,
        currency: cost.map(|_| "EUR".to_owned()),
        cost,
    }
}

fn spending(rows: Vec<Spent>) -> Spending {
    Spending { from: "2026-10-23".to_owned(), to: "2026-11-21".to_owned(), rows }
}

#[test]
fn sets_the_cost_of_a_use_against_its_cap() {
    let snapshot = measured();
    let page = EconomicsPage::new(&snapshot, frame(&snapshot), (30, Ok(spending(Vec::new()))));
    let capped = page.bets.iter().find(|bet| bet.at_most.is_some()).expect("a bet has a cap");
    let used = capped.used.expect("it is measured");
    assert!((used - 0.0112 / capped.at_most.expect("a cap")).abs() < 1e-12);
    let html = html(&page);
    says(
        &html,
        &[
            "Cost of one use, by bet",
            "0.0112 EUR",
            "0.0104 to 0.0121 EUR",
            "n = 12,001 from 312 people",
            "Nothing was used from 2026-10-23",
        ],
    );
    says(&html, &["What is left as use grows", "A month at 2×", "A month at 10×"]);
}

#[test]
fn a_cost_that_is_not_known_is_never_zero() {
    let snapshot = told();
    let rows = vec![
        spent("a", 1000, 0, Some(12.0)),
        spent("b", 500, 500, None),
        spent("c", 10, 5, Some(1.0)),
    ];
    let html = html(&EconomicsPage::new(&snapshot, frame(&snapshot), (30, Ok(spending(rows)))));
    says(&html, &["<b>13.00 EUR</b> for 1,005 interactions", "505 of 1,510 carry no price"]);
    // The whole cost over the accepted half; of the others not every use has a price.
    says(
        &html,
        &[
            "a <span class=\"about\">not in the roadmap</span>",
            "12.00 EUR",
            "0.0120 EUR",
            "0.0240 EUR",
        ],
    );
    says(
        &html,
        &[
            "b <span class=\"about\">not in the roadmap</span>",
            ">unknown<",
            ">unknown<",
            ">unknown<",
        ],
    );
    says(
        &html,
        &[
            "c <span class=\"about\">not in the roadmap</span>",
            "1.00 EUR",
            "0.200 EUR",
            ">unknown<",
        ],
    );
}

#[test]
fn says_why_spending_could_not_be_read() {
    let snapshot = empty();
    let why = Err("the store `x` cannot be opened".to_owned());
    let html = html(&EconomicsPage::new(&snapshot, frame(&snapshot), (30, why)));
    says(&html, &["No bet is under way", "<code>x</code> cannot be opened"]);
}

#[test]
fn asks_over_how_many_days_and_takes_no_others() {
    for (asked, days) in [(None, 30), (Some(""), 30), (Some("7"), 7), (Some(" 90 "), 90)] {
        assert_eq!(span(asked), Ok(days), "{asked:?}");
    }
    for asked in ["31", "-7", "7.0", "x`<", "99999999999"] {
        let refused = span(Some(asked)).expect_err(asked);
        assert!(refused.starts_with("`days` is 7, 30 or 90, not `"), "{refused}");
    }
    let snapshot = empty();
    let page = EconomicsPage::new(&snapshot, frame(&snapshot), (90, Ok(spending(Vec::new()))));
    let page = html(&page);
    says(&page, &["<option value=\"30\">30 days", "<option value=\"90\" selected>90 days"]);
}
