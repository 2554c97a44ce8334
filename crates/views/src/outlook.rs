//! What is to be expected, as a page: each bet, the team's pace, and how good such forecasts were.

use trueup_verdict::number;
use trueup_verdict::outlook::{
    Awaited, Calibration, Dates, Delivery, Expected, Need, Outlook, PastForecast,
};

use crate::page::{Page, Table, View};

impl View for Outlook {
    fn page(&self) -> Page {
        let mut page = Page::default().heading(1, format!("Forecast on {}", self.today));
        for notice in &self.notices {
            page = page.paragraph(notice);
        }
        if self.bets.is_empty() {
            page = page.paragraph("No bet is open under a time-box: there is nothing to forecast.");
        }
        for expected in &self.bets {
            page = of_bet(page, expected);
        }
        let page = of_delivery(page, &self.delivery);
        of_past(page, &self.calibration)
    }
}

fn of_bet(page: Page, expected: &Expected) -> Page {
    let page = page.heading(2, format!("{}: {}", expected.bet, expected.title));
    let page = page.paragraph(in_short(expected));
    if expected.days_left < 0 {
        // What may still come is for another decision.
        return page;
    }
    let page = page.table(criteria(expected));
    page.list(expected.criteria.iter().filter_map(planning).collect())
}

/// `Chance to pass by 2026-12-11 (in 21 days): 37 %, the smallest of its criteria's.`
fn in_short(expected: &Expected) -> String {
    let by = expected.decide_by;
    let days = number::count(expected.days_left.unsigned_abs());
    let when = match expected.days_left {
        left if left > 0 => format!("{by} (in {days} days)"),
        0 => format!("{by} (today)"),
        _ => {
            let id = &expected.bet;
            return format!(
                "Its day of decision was {by}, {days} days ago: `trueup verdict {id}`."
            );
        }
    };
    let chance = expected.chance.map_or_else(
        || "not known, since not every criterion has one.".to_owned(),
        |chance| format!("{}, the smallest of its criteria's.", number::chance(chance)),
    );
    let known = expected.dates.map(|dates| format!(" Known by {}.", either(dates)));
    format!("Chance to pass by {when}: {chance}{}", known.unwrap_or_default())
}

fn either(dates: Dates) -> String {
    format!("{} (as likely earlier as later), {} (85 %)", dates.p50, dates.p85)
}

fn criteria(expected: &Expected) -> Table {
    let columns =
        ["criterion", "state", "asked", "chance", "there are", "then", "needs", "50 %", "85 %"];
    let rows = expected.criteria.iter().map(|one| {
        let unknown = |text: Option<String>| text.unwrap_or_else(|| "?".to_owned());
        let needs = one.units.zip(one.more_units).map(|(units, more)| number::count(units + more));
        vec![
            name(&one.metric, one.among.as_deref()),
            one.state.spoken().to_owned(),
            one.asked.clone(),
            unknown(one.chance.map(number::chance)),
            number::count(one.units.unwrap_or_default()),
            unknown(one.units_by_then.map(number::count)),
            needs.unwrap_or_default(),
            one.dates.map(|dates| dates.p50.to_string()).unwrap_or_default(),
            one.dates.map(|dates| dates.p85.to_string()).unwrap_or_default(),
        ]
    });
    Table::new(&columns).numbers(&[3, 4, 5, 6]).rows(rows)
}

fn name(metric: &str, among: Option<&str>) -> String {
    among.map_or_else(|| metric.to_owned(), |among| format!("{metric} among {among}"))
}

/// What it will take, before there is evidence.
fn planning(one: &Awaited) -> Option<String> {
    if one.needs.is_empty() {
        return None;
    }
    let needs: Vec<String> = one.needs.iter().map(|need| of_need(need, &one.per)).collect();
    Some(format!(
        "To tell `{}` from {} takes, where people differ moderately or decide all or nothing: {}.",
        name(&one.metric, one.among.as_deref()),
        one.asked,
        needs.join("; ")
    ))
}

fn of_need(need: &Need, per: &str) -> String {
    let truth = number::limit(need.truth, "share");
    match (need.half, need.all_or_nothing) {
        (Some(half), Some(all)) => {
            format!("{} or {} if it is {truth}", number::count(half), number::units(all, per))
        }
        (Some(half), None) => format!("{} or many more if it is {truth}", number::units(half, per)),
        (None, _) => format!("more than can be counted on if it is {truth}"),
    }
}

fn of_delivery(page: Page, delivery: &Delivery) -> Page {
    let page = page.heading(2, "When what is open will be decided");
    let n = delivery.decided.len() as u64;
    let said = match (delivery.all, delivery.next) {
        _ if delivery.weeks == 0 => {
            "Not known: there is no full week of history in git.".to_owned()
        }
        _ if n < u64::from(delivery.needed) => format!(
            "Not enough history (n = {} decided in {} weeks, need {}): {} open.",
            number::count(n),
            number::count(u64::from(delivery.weeks)),
            number::count(u64::from(delivery.needed)),
            number::count(u64::from(delivery.open))
        ),
        (Some(all), Some(next)) => format!(
            "{} open, {} decided in {} weeks. The next by {}; all by {}.",
            number::count(u64::from(delivery.open)),
            number::count(n),
            number::count(u64::from(delivery.weeks)),
            either(next),
            either(all)
        ),
        _ => "Nothing is open under a time-box, or it would take more than ten years.".to_owned(),
    };
    let rows = delivery.decided.iter().map(|one| {
        let days = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
        vec![one.bet.clone(), one.on.to_string(), one.stage.clone(), days(one.days), days(one.late)]
    });
    let columns = ["decided", "on", "became", "days in its time-box", "days late"];
    page.paragraph(said).table(Table::new(&columns).numbers(&[3, 4]).rows(rows))
}

fn of_past(page: Page, past: &Calibration) -> Page {
    let page = page.heading(2, "How good such forecasts were");
    let (Some(brier), Some(same)) = (past.brier, past.always_the_same) else {
        return page.paragraph(
            "Not known: no criterion with a forecast has ended yet (its day of decision passed, or its \
             bet was decided).",
        );
    };
    let n = number::count(past.criteria);
    let page = page.paragraph(format!(
        "Brier score {} over n = {n} {}, one forecast of each from the middle of its time-box; 0 is \
         perfect, always saying how often it happened scores {}.",
        number::value(brier, ""),
        if past.criteria == 1 { "criterion" } else { "criteria" },
        number::value(same, "")
    ));
    let page = if past.criteria < past.needed {
        page.paragraph(format!("Too few to tell (n = {n}, need {}).", number::count(past.needed)))
    } else {
        page
    };
    page.table(reliability(past)).table(ended(past))
}

fn reliability(past: &Calibration) -> Table {
    let rows = past.reliability.iter().map(|bin| {
        vec![
            format!("{} to {}", number::limit(bin.from, "share"), number::limit(bin.to, "share")),
            number::count(bin.forecasts),
            number::count(bin.criteria),
            number::value(bin.said, "share"),
            number::value(bin.happened, "share"),
        ]
    });
    Table::new(&["said", "forecasts", "criteria", "on average", "happened"])
        .numbers(&[1, 2, 3, 4])
        .rows(rows)
}

/// The scored forecasts.
fn ended(past: &Calibration) -> Table {
    let scored = past.forecasts.iter().filter(|one| one.scored);
    let rows = scored.map(|one: &PastForecast| {
        vec![
            one.bet.clone(),
            name(&one.metric, one.among.as_deref()),
            one.on.to_string(),
            number::chance(one.chance),
            one.ended.to_string(),
            if one.happened { "met" } else { "not met" }.to_owned(),
        ]
    });
    Table::new(&["bet", "criterion", "said on", "chance", "ended", "became"])
        .numbers(&[3])
        .rows(rows)
}
