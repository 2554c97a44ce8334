//! An effect in words: the first line answers, what matters follows, details last.

use std::fmt::Write;

use super::{Effect, EntityChange, Finding, How, Reordered, Signing};
use crate::change::{Moved, What};
use crate::diagnostic::{Severity, counted};
use crate::render::{escaped, harmless};

/// A comment has an end: more rows would make it too long to be posted.
const ROWS_AT_MOST: usize = 100;

impl Effect {
    /// The effect for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.summary());
        text.extend(self.gap().map(|gap| format!("{gap}\n")));
        for (title, lines) in self.sections() {
            let _ = writeln!(text, "\n{title}");
            for line in lines {
                let _ = writeln!(text, "  {line}");
            }
        }
        harmless(&text)
    }

    /// The effect as a comment on a pull request: what matters, and the details folded.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("### Trueup plan: {}\n", escaped(&self.summary()));
        text.extend(self.gap().map(|gap| format!("\n{}\n", escaped(&gap))));
        let important = self.important();
        if !important.is_empty() {
            text.push('\n');
        }
        for line in cut(important.clone()) {
            let _ = writeln!(text, "- {}", escaped(&line));
        }
        for (title, mut lines) in self.sections() {
            lines.retain(|line| !important.contains(line));
            let count = lines.len();
            if count == 0 {
                continue;
            }
            let _ = write!(text, "\n<details><summary>{title} ({count})</summary>\n\n");
            for line in cut(lines) {
                let _ = writeln!(text, "- {}", escaped(&line));
            }
            text.push_str("\n</details>\n");
        }
        text
    }

    /// The effect as JSON; [`super::effect_schema`] describes it.
    #[must_use]
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("the format holds only texts") + "\n"
    }

    fn summary(&self) -> String {
        let parts = [
            self.entities_counted(),
            self.moves(What::Horizon, "bet moves horizon", "bets move horizon"),
            self.moves(What::Criterion, "criterion moves", "criteria move"),
            self.signatures_counted(),
            self.order_counted(),
            self.findings_counted(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            return "nothing changes".to_owned();
        }
        parts.join("; ")
    }

    fn gap(&self) -> Option<String> {
        let day = self.known_from.as_ref()?;
        Some(format!(
            "this clone is shallow: findings that rest on what was before {day} are not known; \
             `git fetch --unshallow` brings it"
        ))
    }

    fn entities_counted(&self) -> Option<String> {
        let one = |how: How| {
            let count = self.entities.iter().filter(|entity| entity.how == how).count();
            (count > 0).then(|| format!("{count} {how}"))
        };
        let parts: Vec<_> =
            [How::Added, How::Removed, How::Changed].into_iter().filter_map(one).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn moves(&self, what: What, one: &str, many: &str) -> Option<String> {
        let moved = self.entities.iter().flat_map(|entity| &entity.moved);
        match moved.filter(|moved| moved.what == what).count() {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        }
    }

    fn signatures_counted(&self) -> Option<String> {
        let one = |state: Signing| {
            let count = self.signatures.iter().filter(|change| change.new == state).count();
            let turns = if count == 1 { "turns" } else { "turn" };
            (count > 0).then(|| format!("{} {turns} {state}", counted(count, "signature")))
        };
        let parts: Vec<_> = [Signing::Stale, Signing::Fresh].into_iter().filter_map(one).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn order_counted(&self) -> Option<String> {
        let count = self.order.len();
        (count > 0).then(|| format!("{} another place in the order", of_bets(count)))
    }

    fn findings_counted(&self) -> Option<String> {
        let of = |findings: &[Finding], severity: Severity, word: &str| {
            let count = findings.iter().filter(|found| found.severity == severity).count();
            (count > 0).then(|| counted(count, &format!("{word} {}", severity.word())))
        };
        let severities = [Severity::Deny, Severity::Warn, Severity::Note];
        let new = severities.iter().filter_map(|severity| of(&self.new, *severity, "new"));
        let gone = (!self.gone.is_empty())
            .then(|| format!("{} gone", counted(self.gone.len(), "finding")));
        let parts: Vec<String> = new.chain(gone).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// What nobody who reviews the change may miss.
    fn important(&self) -> Vec<String> {
        let denied = self.new.iter().filter(|found| found.severity == Severity::Deny);
        let mut lines: Vec<String> = denied.map(Finding::sentence).collect();
        for entity in &self.entities {
            let told = |what| matches!(what, What::Horizon | What::Stage | What::Criterion);
            let moved = entity.moved.iter().filter(|moved| told(moved.what));
            lines.extend(moved.map(|moved| entity.sentence(moved)));
        }
        lines.extend(self.signatures.iter().map(super::SignatureChange::sentence));
        lines
    }

    /// Everything, by title.
    fn sections(&self) -> Vec<(&'static str, Vec<String>)> {
        let entities = self.entities.iter().flat_map(EntityChange::sentences).collect();
        let signatures = self.signatures.iter().map(super::SignatureChange::sentence).collect();
        let findings = |all: &[Finding]| all.iter().map(Finding::sentence).collect();
        let sections = [
            ("what changes", entities),
            ("signatures", signatures),
            ("what comes next", self.order.iter().map(Reordered::sentence).collect()),
            ("new findings", findings(&self.new)),
            ("findings that are gone", findings(&self.gone)),
        ];
        sections.into_iter().filter(|(_, lines): &(_, Vec<String>)| !lines.is_empty()).collect()
    }
}

impl Reordered {
    /// "`skill-match`: place 4 → place 2".
    fn sentence(&self) -> String {
        let place = |place: Option<usize>| {
            place.map_or_else(|| "no place".to_owned(), |place| format!("place {place}"))
        };
        format!("`{}`: {} → {}", self.bet, place(self.before), place(self.after))
    }
}

fn of_bets(count: usize) -> String {
    if count == 1 { "1 bet takes".to_owned() } else { format!("{count} bets take") }
}

fn cut(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(ROWS_AT_MOST);
    if more > 0 {
        lines.truncate(ROWS_AT_MOST);
        lines.push(format!("and {more} more; `trueup plan` shows all of them"));
    }
    lines
}

impl EntityChange {
    fn sentences(&self) -> Vec<String> {
        if self.how != How::Changed {
            return vec![format!("{} {}", self.about(), self.how)];
        }
        self.moved.iter().map(|moved| self.sentence(moved)).collect()
    }

    fn sentence(&self, moved: &Moved) -> String {
        format!("{} {}", self.about(), moved.sentence())
    }

    fn about(&self) -> String {
        let EntityChange { kind, id, .. } = self;
        if kind.name() == id { id.clone() } else { format!("{kind} `{id}`") }
    }
}

impl super::SignatureChange {
    fn sentence(&self) -> String {
        let super::SignatureChange { bet, gate, old, new } = self;
        format!("`{bet}` signature of `{gate}`: {old} → {new}")
    }
}

impl Finding {
    fn sentence(&self) -> String {
        let Finding { severity, code, path, message } = self;
        format!("{} {code} in {path}: {message}", severity.word())
    }
}
