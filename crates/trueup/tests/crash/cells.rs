//! What is counted beforehand, and kept over every death, is what the rows say.

use jiff::{SignedDuration, Timestamp};
use trueup_evidence::{Condition, Measure, Plan, Request, Table, Tally, Test, Window};
use trueup_lake::{Lake, block_on};

use crate::server::Place;
use crate::world::BETS;

/// Counts what there is to count, and compares.
pub fn equal_rows(place: &Place, round: u32) {
    let lake = Lake::open(&place.store()).expect("a store is a folder");
    let plan = plan();
    block_on(async {
        while lake.roll_up(&plan).await.expect("cells can be made").left > 0 {}
        let from_cells = lake.answer(&plan).await.expect("cells answer");
        let from_rows = lake.answer_from_rows(&plan).await.expect("rows answer");
        assert_eq!(from_cells.summaries.len(), from_rows.summaries.len());
        for ((request, cells), rows) in
            plan.requests.iter().zip(&from_cells.summaries).zip(&from_rows.summaries)
        {
            // All sums are of whole numbers, so that their order does not matter.
            assert_eq!(cells, rows, "round {round}: {request:?}");
        }
    });
}

fn plan() -> Plan {
    let now = Timestamp::now();
    let window = Window { from: now - SignedDuration::from_hours(30 * 24), to: now };
    let request =
        |bet: &str, measure| Request { bet: bet.to_owned(), measure, window, among: None };
    let requests = BETS
        .iter()
        .flat_map(|bet| {
            let accepted = tally(Table::Actions, Some(("kind", "accept")), None);
            let uses = tally(Table::Interactions, None, None);
            let kept = tally(Table::Scores, Some(("name", "kept")), Some("value"));
            let judged = tally(Table::Scores, Some(("name", "kept")), None);
            let latency = tally(Table::Interactions, None, Some("latency_ms"));
            [
                request(bet, Measure::Sums { numerator: vec![accepted], denominator: vec![uses] }),
                request(bet, Measure::Sums { numerator: vec![kept], denominator: vec![judged] }),
                request(bet, Measure::Values { tally: latency }),
            ]
        })
        .collect();
    Plan { now, requests }
}

fn tally(table: Table, only: Option<(&str, &str)>, sum: Option<&str>) -> Tally {
    let field = |name: &str| table.field(name).expect("the table has the field");
    let is = |(name, value): (&str, &str)| Condition {
        field: field(name),
        test: Test::In(vec![value.to_owned()]),
    };
    Tally { table, conditions: only.map(is).into_iter().collect(), sum: sum.map(field) }
}
