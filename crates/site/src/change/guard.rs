//! What no form may do behind the back of the pages that ask for it: sign, vouch and decide for others.

use trueup_roadmap::{Bet, Criterion, Gate, Person, Roadmap, Source, parse};

/// Who changes something, as far as it matters here.
#[derive(Debug, Clone)]
pub struct Editor {
    /// Their id in the roadmap.
    pub person: Option<String>,
    pub may_decide: bool,
    /// Who speaks for which side also says who may come in.
    pub may_administer: bool,
}

/// Why a change may not be made by this editor in a form of any kind.
pub fn forbidden(before: &[Source], after: &[Source], editor: &Editor) -> Option<String> {
    let (before, after) = (parse(before).roadmap, parse(after).roadmap);
    after
        .bets
        .iter()
        .find_map(|bet| {
            let was = before.bet(&bet.id.value);
            signed(was, bet)
                .or_else(|| vouched(was, bet, editor))
                .or_else(|| moved(was, bet, editor))
        })
        .or_else(|| decided(&before, &after, editor))
        .or_else(|| let_in(&before, &after, editor))
}

fn gate<'b>(bet: Option<&'b Bet>, name: &str) -> Option<&'b Gate> {
    bet?.gates.iter().find(|gate| gate.name.value == name)
}

/// A signature that was not there, or was another.
fn signed(was: Option<&Bet>, bet: &Bet) -> Option<String> {
    let word = |gate: Option<&Gate>, product: bool| {
        let signature = gate?.signature.as_ref()?;
        let by = if product { &signature.product } else { &signature.rd };
        Some((by.as_ref()?.value.clone(), signature.digest.value.clone()))
    };
    let is_new = |gate_now: &&Gate| {
        let before = gate(was, &gate_now.name.value);
        [true, false].into_iter().any(|product| {
            let now = word(Some(gate_now), product);
            now.is_some() && now != word(before, product)
        })
    };
    bet.gates.iter().find(is_new).map(|gate| {
        format!(
            "signatures are not typed: each side signs `{}` of `{}` for itself, on its page Sign",
            gate.name.value, bet.id.value
        )
    })
}

/// Somebody else's word that something is ready.
fn vouched(was: Option<&Bet>, bet: &Bet, editor: &Editor) -> Option<String> {
    let words = |gate: Option<&Gate>| -> Vec<(String, String)> {
        let criteria = gate.map(|gate| gate.criteria.as_slice()).unwrap_or_default();
        let one = |criterion: &Criterion| match criterion {
            Criterion::Attested(attested) => {
                Some((attested.attest.value.clone(), attested.by.as_ref()?.value.clone()))
            }
            Criterion::Measured(_) => None,
        };
        criteria.iter().filter_map(one).collect()
    };
    bet.gates.iter().find_map(|now| {
        let before = words(gate(was, &now.name.value));
        let new = words(Some(now)).into_iter().filter(|word| !before.contains(word));
        let mut others = new.filter(|(_, by)| Some(by) != editor.person.as_ref());
        let (what, by) = others.next()?;
        Some(format!("only `{by}` can vouch for `{what}`: they do, on the page Attest"))
    })
}

/// A stage that follows from a decision.
fn moved(was: Option<&Bet>, bet: &Bet, editor: &Editor) -> Option<String> {
    let stage = was?.stage.value;
    (!editor.may_decide && stage != bet.stage.value).then(|| {
        format!(
            "a stage follows from a decision, and you may not decide: `{}` stays {stage}",
            bet.id.value
        )
    })
}

/// Another side, address or person, by which somebody could speak for a side that is not theirs.
fn let_in(before: &Roadmap, after: &Roadmap, editor: &Editor) -> Option<String> {
    let people = |roadmap: &Roadmap| -> Vec<_> {
        let one = |(id, person): (&String, &Person)| {
            (id.clone(), person.email.clone(), person.side, person.left)
        };
        roadmap.people.iter().map(one).collect()
    };
    (!editor.may_administer && people(before) != people(after)).then(|| {
        "`[people]` says who may log in and for which side they speak; an admin changes it"
            .to_owned()
    })
}

fn decided(before: &Roadmap, after: &Roadmap, editor: &Editor) -> Option<String> {
    let is_new = |note: &&trueup_roadmap::Note| {
        let was = before.note(&note.id.value);
        note.decision.is_some()
            && was.is_none_or(|was| {
                was.decision.as_ref().map(|word| word.value)
                    != note.decision.as_ref().map(|word| word.value)
                    || was.by.len() != note.by.len()
            })
    };
    let note = after.notes.iter().find(is_new)?;
    (!editor.may_decide)
        .then(|| format!("`{}` holds a decision, and you may not decide", note.id.value))
}

#[cfg(test)]
mod tests {
    use trueup_roadmap::{Source, init_files};

    use super::{Editor, forbidden};

    /// What is said of a replacement in a file of the example, to somebody of one side.
    fn said(path: &str, old: &str, new: &str) -> Option<String> {
        let before = init_files("2026-11-26".parse().expect("it is a day"));
        let change = |file: &Source| {
            let text =
                if file.path == path { file.text.replacen(old, new, 1) } else { file.text.clone() };
            Source { path: file.path.clone(), text }
        };
        let after: Vec<Source> = before.iter().map(change).collect();
        assert_ne!(before, after, "`{old}` is in `{path}`");
        let editor =
            Editor { person: Some("ada".to_owned()), may_decide: false, may_administer: false };
        forbidden(&before, &after, &editor)
    }

    #[test]
    fn what_belongs_to_others_is_not_changed_in_a_form() {
        let bet = "bets/reply-drafts.toml";
        let vouched = |by: &str| format!("kind = \"support\", by = \"{by}\" }}");
        for (path, old, new, why) in [
            ("roadmap.toml", "side = \"product\"", "side = \"rd\"", "an admin changes it"),
            ("roadmap.toml", "ben@example.com", "eve@example.com", "an admin changes it"),
            (bet, "stage = \"framed\"", "stage = \"pilot\"", "follows from a decision"),
            (bet, "kind = \"support\" }", &vouched("ben"), "only `ben` can vouch"),
            (
                bet,
                "[gate.graduate]",
                "[gate.graduate]\nsigned = { rd = \"ben\", on = 2026-11-26, digest = \"b3:00000000\" }",
                "signatures are not typed",
            ),
        ] {
            let said = said(path, old, new).unwrap_or_default();
            assert!(said.contains(why), "{new}: {said}");
        }
        for (path, old, new) in [
            (bet, "kind = \"support\" }", vouched("ada").as_str()),
            (bet, "at_least = 0.6", "at_least = 0.5"),
            ("roadmap.toml", "Ada Product", "Ada of Product"),
        ] {
            assert_eq!(said(path, old, new), None, "{new}");
        }
    }
}
