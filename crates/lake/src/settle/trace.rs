//! What the spans of one trace say of one another: which bet and person each belongs to, which are
//! parts of a use, and which only repeat the usage of their parts.
//!
//! Pure. The result depends on the set of spans alone, never on the order in which they came.

use std::collections::HashMap;

/// What a span has from another span of its trace if it does not say it itself.
pub const INHERITED: [&str; 5] = ["bet", "variant", "unit", "session", "tenant"];

/// The place of the bet in [`INHERITED`].
pub const BET: usize = 0;

/// A name that is kept elsewhere; the same name is the same number.
pub type Name = Option<u32>;

/// What one span says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanFacts {
    /// Ordered as its text is.
    pub span: u64,
    pub parent: Option<u64>,
    /// Microseconds since 1970.
    pub start: i64,
    /// It is an interaction; any other span only passes on what it says.
    pub genai: bool,
    /// It asks a model itself: its usage is that of nobody else.
    pub asks_model: bool,
    /// The fields of [`INHERITED`] as the span says them.
    pub own: [Name; INHERITED.len()],
    /// The criteria in force for its own bet.
    pub digest: Name,
}

/// What the trace makes of one span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resolved {
    /// The fields of [`INHERITED`], own or inherited.
    pub values: [Name; INHERITED.len()],
    /// The criteria in force for its bet, from where it has the bet.
    pub digest: Name,
    /// The place of the use that this span is a part of.
    pub part_of: Option<usize>,
    /// Spans below it ask models, so that its usage is theirs.
    pub composed: bool,
}

/// Resolves the spans of one trace, each given once. Spans that are not interactions keep what they
/// say.
#[must_use]
pub fn resolve(spans: &[SpanFacts]) -> Vec<Resolved> {
    let tree = Tree::of(spans);
    let mut resolved: Vec<Resolved> = spans.iter().map(Resolved::alone).collect();
    let mut outermost: Vec<Option<usize>> = vec![None; spans.len()];
    for &place in &tree.from_roots {
        let Some(parent) = tree.parents[place] else { continue };
        outermost[place] = outermost[parent].or(spans[parent].genai.then_some(parent));
        let above = resolved[parent];
        resolved[place].inherit(&above);
    }
    let mut asked_below = vec![false; spans.len()];
    for &place in tree.from_roots.iter().rev() {
        if let Some(parent) = tree.parents[place] {
            asked_below[parent] |=
                asked_below[place] || (spans[place].genai && spans[place].asks_model);
        }
    }
    let anywhere = first_of_each(spans, &tree.by_start);
    for (place, span) in spans.iter().enumerate() {
        let resolved = &mut resolved[place];
        if !span.genai {
            *resolved = Resolved::alone(span);
            continue;
        }
        resolved.part_of = outermost[place];
        resolved.composed = asked_below[place];
        resolved.inherit(&anywhere);
    }
    resolved
}

/// The use that a trace as a whole is: the earliest that is a part of none.
#[must_use]
pub fn main_use(spans: &[SpanFacts], resolved: &[Resolved]) -> Option<usize> {
    let uses =
        (0..spans.len()).filter(|place| spans[*place].genai && resolved[*place].part_of.is_none());
    uses.min_by_key(|place| (spans[*place].start, spans[*place].span))
}

/// Each field as the root-most span has it that has it at all.
fn first_of_each(spans: &[SpanFacts], by_start: &[usize]) -> Resolved {
    let mut first = Resolved::default();
    for place in by_start {
        first.inherit(&Resolved::alone(&spans[*place]));
    }
    first
}

impl Resolved {
    fn alone(span: &SpanFacts) -> Resolved {
        Resolved { values: span.own, digest: span.digest, ..Resolved::default() }
    }

    /// Takes what is missing from another span.
    fn inherit(&mut self, other: &Resolved) {
        if self.values[BET].is_none() && other.values[BET].is_some() {
            self.digest = other.digest;
        }
        for (value, other) in self.values.iter_mut().zip(other.values) {
            *value = value.or(other);
        }
    }
}

/// Who is whose parent, as far as the spans are here.
struct Tree {
    parents: Vec<Option<usize>>,
    /// Parents before their children.
    from_roots: Vec<usize>,
    /// The earliest first; of those that start together the smallest.
    by_start: Vec<usize>,
}

impl Tree {
    fn of(spans: &[SpanFacts]) -> Tree {
        let mut by_start: Vec<usize> = (0..spans.len()).collect();
        by_start.sort_unstable_by_key(|place| {
            let span = &spans[*place];
            (span.start, span.span, !span.genai)
        });
        let mut places: HashMap<u64, usize> = HashMap::with_capacity(spans.len());
        for &place in &by_start {
            places.entry(spans[place].span).or_insert(place);
        }
        let parents = (0..spans.len()).map(|place| {
            let parent = *places.get(&spans[place].parent?)?;
            (parent != place).then_some(parent)
        });
        let mut parents: Vec<Option<usize>> = parents.collect();
        let from_roots = from_roots(&mut parents);
        Tree { parents, from_roots, by_start }
    }
}

/// Orders places so that parents come before children. Spans in a circle have no parent.
fn from_roots(parents: &mut [Option<usize>]) -> Vec<usize> {
    break_circles(parents);
    let mut depths: Vec<Option<usize>> = vec![None; parents.len()];
    let mut way = Vec::new();
    for place in 0..parents.len() {
        let mut above = Some(place);
        while let Some(next) = above.filter(|next| depths[*next].is_none()) {
            way.push(next);
            above = parents[next];
        }
        let mut depth = above.map_or(0, |known| depths[known].map_or(0, |depth| depth + 1));
        while let Some(next) = way.pop() {
            depths[next] = Some(depth);
            depth += 1;
        }
    }
    let mut order: Vec<usize> = (0..parents.len()).collect();
    order.sort_by_key(|place| depths[*place]);
    order
}

/// Takes the parents of all spans away that are their own ancestors.
fn break_circles(parents: &mut [Option<usize>]) {
    const UNSEEN: usize = usize::MAX;
    let mut walks = vec![UNSEEN; parents.len()];
    for walk in 0..parents.len() {
        let mut place = walk;
        while walks[place] == UNSEEN {
            walks[place] = walk;
            match parents[place] {
                Some(parent) => place = parent,
                None => break,
            }
        }
        if walks[place] == walk {
            // Either a root, or the first span of a circle that this walk came back to.
            let mut around = place;
            while let Some(next) = parents[around].take() {
                around = next;
            }
        }
    }
}

#[cfg(test)]
mod tests;
