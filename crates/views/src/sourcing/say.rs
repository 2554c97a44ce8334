//! The sources as a page.

use trueup_verdict::number;

use super::break_even::Cheaper;
use super::{BetSourcing, BreakEven, Sourcings, Way};
use crate::page::{Page, Table, View};

impl View for Sourcings {
    fn page(&self) -> Page {
        let mut page = Page::default().heading(1, "Sourcing");
        for bet in &self.bets {
            page = on(page, bet);
        }
        if self.unsaid.is_empty() {
            return page;
        }
        let unsaid: Vec<String> = self.unsaid.iter().map(|id| format!("`{id}`")).collect();
        let text = format!(
            "Not said where the model comes from: {}. Add `[sourcing]`.",
            unsaid.join(", ")
        );
        page.paragraph(text)
    }
}

fn on(page: Page, bet: &BetSourcing) -> Page {
    let page = page
        .heading(2, format!("`{}` {}", bet.id, bet.title))
        .paragraph(choice(bet))
        .paragraph(use_today(bet))
        .table(costs(bet));
    let mut loads = bet.ways.iter().flat_map(|way| &way.loads);
    let has_margins = loads.any(|at| at.margin_month.is_some());
    let page = if has_margins { page.table(margins(bet)) } else { page };
    page.table(terms(bet))
        .list(bet.break_evens.iter().map(|even| against(even, bet)).chain(inverts(bet)).collect())
        .list(bet.unknown.iter().map(|why| format!("not known: {why}")).collect())
}

fn choice(bet: &BetSourcing) -> String {
    let model = bet.model.as_ref().map(|model| format!(" with `{model}`"));
    let because = bet.because.as_ref().map(|because| format!(", because: {because}"));
    let unique = bet.unique_data.as_ref().map(|data| format!("; data nobody else has: {data}"));
    let next = bet.next.as_ref().map(|next| format!(". Next: {}, when {}", next.kind, next.when));
    let parts: String = [model, because, unique, next].into_iter().flatten().collect();
    format!("Chosen: {}{parts}.", bet.chosen)
}

fn use_today(bet: &BetSourcing) -> String {
    let uses = bet.interactions_month.map_or("an unknown number of".to_owned(), plain);
    let brings = bet.revenue_per_interaction;
    let brings = brings.map_or("an unknown amount".to_owned(), |each| money(each, &bet.currency));
    format!(
        "Money in {}; today {uses} interactions a month, of which each brings {brings}.",
        bet.currency
    )
}

fn costs(bet: &BetSourcing) -> Table {
    let mut columns = vec!["way".to_owned(), "once".into(), "fixed a month".into(), "each".into()];
    columns.extend(bet.loads.iter().map(|load| format!("a month at {load}×")));
    let row = |way: &Way| {
        let mut row = vec![
            name(way),
            way.once.map_or("-".to_owned(), plain),
            way.fixed_month.map_or("-".to_owned(), plain),
            each(way),
        ];
        row.extend(way.loads.iter().map(|at| known(at.cost_month)));
        row
    };
    table(&columns).rows(bet.ways.iter().map(row))
}

fn margins(bet: &BetSourcing) -> Table {
    let mut columns = vec!["way".to_owned()];
    columns.extend(bet.loads.iter().map(|load| format!("margin at {load}×")));
    let row = |way: &Way| {
        std::iter::once(name(way))
            .chain(way.loads.iter().map(|at| known(at.margin_month)))
            .collect()
    };
    table(&columns).rows(bet.ways.iter().map(row))
}

/// All columns but the first are numbers.
fn table(columns: &[String]) -> Table {
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    Table::new(&names).numbers(&(1..columns.len()).collect::<Vec<_>>())
}

fn terms(bet: &BetSourcing) -> Table {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let row = |way: &Way| {
        vec![name(way), text(&way.privacy), text(&way.lock_in), text(&way.team), text(&way.because)]
    };
    Table::new(&["way", "privacy", "lock-in", "team", "because"]).rows(bet.ways.iter().map(row))
}

/// When another way is cheaper than the chosen one, in a sentence.
#[must_use]
pub fn against(even: &BreakEven, bet: &BetSourcing) -> String {
    let BreakEven { other, chosen, .. } = even;
    let at = even.interactions_month.map(|interactions| {
        let load = even.load.map(|load| format!(", {}× today's use", number::value(load, "")));
        format!("{} interactions a month{}", plain(interactions), load.unwrap_or_default())
    });
    let so_today = if is_so_today(even) { ", so already today" } else { "" };
    let at = at.unwrap_or_default() + so_today;
    let first = bet.ways.iter().find(|way| way.kind == *other).and_then(|way| way.once);
    let once = first
        .filter(|once| *once > 0.0)
        .map(|once| format!(", after {} once", money(once, &bet.currency)));
    let once = once.unwrap_or_default();
    match even.cheaper {
        Cheaper::Always => format!("`{other}` is cheaper a month than `{chosen}` at any use{once}"),
        Cheaper::Never => format!("`{other}` is never cheaper a month than `{chosen}`"),
        Cheaper::Same => format!("`{other}` costs a month what `{chosen}` costs"),
        Cheaper::Above => format!("`{other}` becomes cheaper than `{chosen}` above {at}{once}"),
        Cheaper::Below => format!("`{other}` is cheaper than `{chosen}` below {at}{once}"),
    }
}

fn is_so_today(even: &BreakEven) -> bool {
    match (even.cheaper, even.load) {
        (Cheaper::Above, Some(load)) => load < 1.0,
        (Cheaper::Below, Some(load)) => load > 1.0,
        _ => false,
    }
}

/// The first load at which the chosen way brings less than it costs, in a sentence.
#[must_use]
pub fn inverts(bet: &BetSourcing) -> Option<String> {
    let chosen = bet.ways.iter().find(|way| way.is_chosen)?;
    let below = |margin: Option<f64>| margin.is_some_and(|margin| margin < 0.0);
    let at = chosen.loads.iter().find(|at| below(at.margin_month))?;
    Some(format!("the margin of `{}` is negative at {}×", chosen.kind, at.load))
}

fn name(way: &Way) -> String {
    if way.is_chosen { format!("{} ✔ chosen", way.kind) } else { way.kind.to_string() }
}

fn each(way: &Way) -> String {
    match (way.per_interaction, way.fixed_month) {
        (Some(each), _) if way.computed_from.is_some() => format!("{} by tokens", small(each)),
        (Some(each), _) => small(each),
        (None, Some(_)) => "-".to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

fn known(amount: Option<f64>) -> String {
    amount.map_or("unknown".to_owned(), plain)
}

fn plain(amount: f64) -> String {
    number::value(amount, "")
}

/// A price as it was written, or to a millionth.
fn small(amount: f64) -> String {
    number::limit(amount, "")
}

fn money(amount: f64, currency: &str) -> String {
    number::limit(amount, currency)
}
