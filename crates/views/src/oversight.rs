//! The report on human oversight as a page. A terminal gets the reviewers with signs first and at most
//! so many; other formats get all.

use trueup_verdict::number;
use trueup_verdict::oversight::switch::What;
use trueup_verdict::oversight::{Mean, Oversight, Reviewed, Share, Sign, Switch};

use crate::page::{Page, Table, View};

/// Rows of reviewers in a terminal.
const ROWS: usize = 30;
/// Letters of a pseudonym that are shown.
const PSEUDONYM: usize = 10;

impl View for Oversight {
    fn page(&self) -> Page {
        page(self, usize::MAX)
    }

    fn text(&self) -> String {
        page(self, ROWS).text()
    }
}

fn page(report: &Oversight, rows: usize) -> Page {
    let title = format!("Human oversight of {}: {}", report.bet, report.title);
    let mut page = Page::default().heading(1, title).paragraph(format!(
        "{} to {}, stage {}. Reviewers are pseudonyms.",
        report.from, report.to, report.stage
    ));
    for notice in &report.notices {
        page = page.paragraph(notice);
    }
    let page = page.list(in_short(report)).heading(2, "Who decides").list(rules(report));
    let page = page.heading(2, "All reviewers").list(together(report)).table(months(report));
    let page = reviewers(page, report, rows);
    let page = listed(page, "Reliance", reliance(report));
    let page = listed(page, "The team beside each alone", team(report));
    let page = page.heading(2, "Starts, stops and decisions");
    let page = if report.switches.is_empty() {
        page.paragraph(
            "Nothing is recorded: `trueup decide` writes decisions, `stop` and `restart` too.",
        )
    } else {
        page.table(switches(report))
    };
    let page = listed(page, "Not recorded", report.missing.clone());
    page.heading(2, "How it was counted").list(method(report))
}

fn listed(page: Page, heading: &str, items: Vec<String>) -> Page {
    if items.is_empty() { page } else { page.heading(2, heading).list(items) }
}

/// What somebody who reads no further must know.
fn in_short(report: &Oversight) -> Vec<String> {
    let mut short = Vec::new();
    let judged = report.reviewers.iter().filter(|reviewed| reviewed.judged).count() as u64;
    let stamped = report.reviewers.iter().filter(|one| one.signs.contains(&Sign::RubberStamp));
    let stamped = stamped.count() as u64;
    if judged > 0 {
        short.push(format!(
            "Marked as rubber-stamping: {} of {} that can be judged.",
            number::count(stamped),
            months_of(judged)
        ));
    }
    let last = report.switches.iter().rev().find(|switch| switch.what != What::Decided);
    short.extend(last.map(|switch| {
        let by = switch.by.join(", ");
        format!("Last start or stop: {} on {} by {by}.", switch.text, switch.on)
    }));
    short
}

fn months_of(count: u64) -> String {
    match count {
        1 => "1 reviewer-month".to_owned(),
        many => format!("{} reviewer-months", number::count(many)),
    }
}

fn rules(report: &Oversight) -> Vec<String> {
    let rules = &report.rules;
    let said = |what: &str, text: Option<String>, none: &str| {
        format!("{what}: {}", text.unwrap_or_else(|| none.to_owned()))
    };
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join(", "));
    let none = "not said (`[mode]`)";
    vec![
        said("mode", rules.mode.clone(), none),
        said("decides, or may stop it", rules.decides.clone(), none),
        said("controls that are declared", list(&rules.controls), "none"),
        said("regulated by", list(&rules.regulated), "nothing that is said"),
        said("assessment", rules.assessment.clone(), "not said"),
        said("records are kept", rules.retention.clone(), "not said"),
        format!(
            "signs: approval above {}, a median look under {}, planted errors caught under {}",
            number::limit(rules.approve_at_most, "share"),
            number::limit(rules.dwell_at_least_s * 1000.0, "ms"),
            number::limit(rules.catch_at_least, "share")
        ),
    ]
}

fn together(report: &Oversight) -> Vec<String> {
    let all = &report.together;
    let mut said = vec![format!(
        "{} decisions by {} reviewers",
        number::count(all.decisions),
        number::count(all.reviewers)
    )];
    if all.of_nobody > 0 {
        said.push(format!("{} more name nobody and are left out", number::count(all.of_nobody)));
    }
    said.extend(mean("approved", all.approved));
    said.extend(mean("overridden", all.overridden));
    said.extend(mean("took less time than reading takes", all.hurried));
    said.extend(mean("planted errors caught", all.caught));
    said
}

/// `approved: 56.7 % (52.6 to 60.6 %), 21,536 cases of 260 reviewers`.
fn mean(what: &str, mean: Option<Mean>) -> Option<String> {
    let mean = mean?;
    Some(format!(
        "{what}: {}, {} cases of {} reviewers",
        short_mean(mean),
        number::count(mean.n),
        number::count(mean.reviewers)
    ))
}

fn short_mean(mean: Mean) -> String {
    within(mean.mean, mean.low, mean.high)
}

fn within(value: f64, low: f64, high: f64) -> String {
    let percent = |share: f64| number::value(share, "share");
    let low = percent(low);
    format!("{} ({} to {})", percent(value), low.trim_end_matches(" %"), percent(high))
}

fn months(report: &Oversight) -> Table {
    let columns =
        ["month", "reviewers", "decisions", "approved", "overridden", "look", "hurried", "caught"];
    let or_none = |mean: Option<Mean>| mean.map(short_mean).unwrap_or_default();
    let months = report.together.months.iter();
    let rows = months.filter(|month| month.decisions > 0 || month.caught.is_some()).map(|month| {
        vec![
            month.month.clone(),
            number::count(month.reviewers),
            number::count(month.decisions),
            or_none(month.approved),
            or_none(month.overridden),
            seconds(month.dwell_s),
            or_none(month.hurried),
            or_none(month.caught),
        ]
    });
    Table::new(&columns).numbers(&[1, 2, 5]).rows(rows)
}

fn seconds(seconds: Option<f64>) -> String {
    seconds.map(|seconds| number::value(seconds * 1000.0, "ms")).unwrap_or_default()
}

fn reviewers(page: Page, report: &Oversight, most: usize) -> Page {
    // Who was only scored stands in what is said of all of them.
    let decides = |one: &&Reviewed| one.decisions > 0 || one.explained > 0 || one.caught.is_some();
    let mut rows: Vec<&Reviewed> = report.reviewers.iter().filter(decides).collect();
    if rows.is_empty() {
        return page;
    }
    let all = rows.len();
    if rows.len() > most {
        // Those with the most to look at first.
        rows.sort_by_key(|one| (std::cmp::Reverse(weight(one)), std::cmp::Reverse(one.decisions)));
        rows.truncate(most);
    }
    let left = all - rows.len();
    let page = page.heading(2, "Reviewer by reviewer, month by month");
    let page = page.table(table(&rows)).paragraph(legend());
    if left == 0 {
        return page;
    }
    page.paragraph(format!(
        "{} more; `--format markdown`, `html` or `json` holds all. These have the most signs, then \
         the most decisions.",
        number::count(left as u64)
    ))
}

fn weight(reviewed: &Reviewed) -> usize {
    let stamped = reviewed.signs.contains(&Sign::RubberStamp);
    reviewed.signs.len() + usize::from(stamped) * 10
}

fn table(rows: &[&Reviewed]) -> Table {
    let columns = [
        "reviewer", "month", "n", "approved", "over", "edit", "expl", "look", "reading", "caught",
        "signs",
    ];
    let cells = rows.iter().map(|one| {
        vec![
            one.reviewer.chars().take(PSEUDONYM).collect(),
            one.month.clone(),
            number::count(one.decisions),
            one.approved.map(narrow).unwrap_or_default(),
            one.overridden.map(|found| number::count(found.count)).unwrap_or_default(),
            number::count(one.edited),
            number::count(one.explained),
            seconds(one.dwell_s),
            seconds(one.reading_s),
            one.caught.map(|found| format!("{} of {}", found.count, found.of)).unwrap_or_default(),
            signs(one),
        ]
    });
    Table::new(&columns).numbers(&[2, 4, 5, 6, 7, 8]).rows(cells)
}

/// `98.9 % (96.0–99.9)`: a table has little room, and the count stands in the column before.
fn narrow(share: Share) -> String {
    let percent = |share: f64| share * 100.0;
    format!("{:.1} % ({:.1}–{:.1})", percent(share.share), percent(share.low), percent(share.high))
}

/// What the letters of the table stand for.
fn legend() -> String {
    let signs = Sign::ALL.iter().map(|sign| format!("{} {}", sign.letter(), sign.text()));
    format!(
        "n: decisions; over: overridden; edit: texts changed; expl: explanations opened; look: median \
         time to decide; reading: median time that reading takes; caught: planted errors. Signs: {}.",
        signs.collect::<Vec<_>>().join("; ")
    )
}

fn signs(reviewed: &Reviewed) -> String {
    if !reviewed.judged {
        return "too few".to_owned();
    }
    reviewed.signs.iter().map(|sign| sign.letter().to_string()).collect::<Vec<_>>().join(" ")
}

fn reliance(report: &Oversight) -> Vec<String> {
    let found = &report.reliance;
    let mut said = Vec::new();
    if found.decided_first > 0 {
        said.push(format!(
            "{} cases in which the person answered first",
            number::count(found.decided_first)
        ));
    }
    said.extend(mean("moved to the suggestion, having answered otherwise", found.moved));
    said.extend(mean("over-reliance: took wrong advice though first right", found.over_reliance));
    said.extend(mean(
        "under-reliance: stayed wrong though the advice was right",
        found.under_reliance,
    ));
    said.extend(mean("relative AI reliance (RAIR)", found.relative_ai_reliance));
    said.extend(mean("relative self-reliance (RSR)", found.relative_self_reliance));
    said
}

fn team(report: &Oversight) -> Vec<String> {
    let team = &report.team;
    let all = [
        ("right: the person alone", team.person_alone),
        ("right: the suggestion alone", team.ai_alone),
        ("right: both together", team.together),
        ("together less the person alone", team.over_person),
        ("together less the suggestion alone", team.over_ai),
    ];
    all.into_iter().filter_map(|(what, found)| mean(what, found)).collect()
}

fn switches(report: &Oversight) -> Table {
    let rows = report.switches.iter().map(|switch: &Switch| {
        vec![
            switch.on.to_string(),
            switch.text.clone(),
            switch.by.join(", "),
            switch.why.clone().unwrap_or_else(|| "not said".to_owned()),
            switch.source.clone(),
        ]
    });
    Table::new(&["day", "what", "by", "why", "where"]).rows(rows)
}

fn method(report: &Oversight) -> Vec<String> {
    let rules = &report.rules;
    let tables: Vec<String> =
        report.store.iter().map(|read| format!("{} v{}", read.table, read.version)).collect();
    let tables = if tables.is_empty() { "none".to_owned() } else { tables.join(", ") };
    vec![
        "A decision is a step `accept`, `reject` or `override`; it counts for the month (UTC) of its \
         interaction."
            .to_owned(),
        format!(
            "Under {} decisions in a month a reviewer is shown and not judged.",
            rules.decisions_at_least
        ),
        format!(
            "All reviewers: the mean over reviewers, each counting once, with a betting interval \
             (Waudby-Smith & Ramdas 2024). One reviewer: the exact interval of Clopper and Pearson \
             (1934), which takes that reviewer's decisions to be alike and independent. Each for one \
             look, alpha {}.",
            rules.alpha
        ),
        "Reading takes tokens × 0.75 words ÷ 238 words a minute (Brysbaert 2019); tokens of reasoning \
         are not read. Skimming is faster: it is a sign, no proof."
            .to_owned(),
        "That an explanation was shown is no oversight; opened ones are counted.".to_owned(),
        format!("Roadmap {}; store {tables}.", report.roadmap),
    ]
}
