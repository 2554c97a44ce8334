//! What traces make of spans, against a plain reading of the rules, in any order.

use proptest::prelude::*;

use super::*;

fn span(span: u64, parent: Option<u64>) -> SpanFacts {
    SpanFacts {
        span,
        parent,
        start: i64::try_from(span).expect("small"),
        genai: true,
        asks_model: false,
        own: [None; INHERITED.len()],
        digest: None,
    }
}

#[test]
fn a_part_is_of_the_outermost_use_and_usage_stands_on_leaves() {
    let other = SpanFacts { genai: false, own: [Some(7), None, None, None, None], ..span(1, None) };
    let agent = span(2, Some(1));
    let tool = SpanFacts { genai: false, ..span(3, Some(2)) };
    let chat = SpanFacts { asks_model: true, ..span(4, Some(3)) };
    let spans = [chat, tool, agent, other];
    let resolved = resolve(&spans);
    let seen: Vec<_> =
        resolved.iter().map(|it| (it.values[BET], it.part_of, it.composed)).collect();
    assert_eq!(
        seen,
        [
            (Some(7), Some(2), false),
            (None, None, false),
            (Some(7), None, true),
            (Some(7), None, false)
        ]
    );
    assert_eq!(main_use(&spans, &resolved), Some(2));
}

#[test]
fn the_criteria_come_from_where_the_bet_comes_from() {
    let root =
        SpanFacts { own: [Some(1), None, Some(2), None, None], digest: Some(9), ..span(1, None) };
    let own = SpanFacts { own: [Some(3), None, None, None, None], ..span(2, Some(1)) };
    let resolved = resolve(&[root, own, span(3, Some(2)), span(4, None)]);
    let seen: Vec<_> =
        resolved.iter().map(|it| (it.values[BET], it.digest, it.values[2])).collect();
    let expected = [
        (Some(1), Some(9), Some(2)),
        (Some(3), None, Some(2)),
        (Some(3), None, Some(2)),
        (Some(1), Some(9), Some(2)),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn spans_in_a_circle_have_no_parent() {
    let spans = [span(1, Some(2)), span(2, Some(1)), span(3, Some(1)), span(4, Some(4))];
    let parts: Vec<_> = resolve(&spans).iter().map(|it| it.part_of).collect();
    assert_eq!(parts, [None, None, Some(0), None]);
}

/// The rules, one span at a time.
fn plainly(spans: &[SpanFacts], place: usize) -> Resolved {
    let of = |span: u64| spans.iter().position(|it| it.span == span);
    let parent = |place: usize| spans[place].parent.and_then(of).filter(|it| *it != place);
    let above = |place: usize| {
        let mut way = Vec::new();
        let mut next = parent(place);
        while let Some(place) = next.filter(|next| !way.contains(next) && way.len() <= spans.len())
        {
            way.push(place);
            next = parent(place);
        }
        way
    };
    let me = &spans[place];
    let mut resolved = Resolved { values: me.own, digest: me.digest, ..Resolved::default() };
    if !me.genai {
        return resolved;
    }
    let ancestors = above(place);
    resolved.part_of = ancestors.iter().copied().rfind(|it| spans[*it].genai);
    resolved.composed = (0..spans.len())
        .any(|it| spans[it].genai && spans[it].asks_model && above(it).contains(&place));
    let mut by_start: Vec<usize> = (0..spans.len()).collect();
    by_start.sort_by_key(|it| (spans[*it].start, spans[*it].span));
    let sources: Vec<usize> = ancestors.into_iter().chain(by_start).collect();
    for field in 0..INHERITED.len() {
        if me.own[field].is_none() {
            let source = sources.iter().find(|it| spans[**it].own[field].is_some());
            resolved.values[field] = source.and_then(|it| spans[*it].own[field]);
            if field == BET
                && let Some(source) = source
            {
                resolved.digest = spans[*source].digest;
            }
        }
    }
    resolved
}

fn spans() -> impl Strategy<Value = Vec<SpanFacts>> {
    // A parent is an earlier span or one that never comes, so that there are no circles.
    let one = (any::<u64>(), 0..4_i64, any::<bool>(), any::<bool>(), any::<[Option<bool>; 5]>());
    proptest::collection::vec(one, 0..12).prop_map(|rows| {
        let spans =
            rows.into_iter().enumerate().map(|(place, (parent, start, genai, asks, own))| {
                let parent = match parent % (place as u64 + 3) {
                    earlier if earlier < place as u64 => Some(earlier),
                    none if none == place as u64 => None,
                    never => Some(never + 100),
                };
                let own = own.map(|own| own.map(u32::from));
                SpanFacts {
                    span: place as u64,
                    parent,
                    start,
                    genai,
                    asks_model: asks,
                    own,
                    digest: own[BET].map(|bet| bet + 10),
                }
            });
        spans.collect()
    })
}

proptest! {
    #[test]
    fn resolving_is_what_the_rules_say(spans in spans()) {
        for (place, resolved) in resolve(&spans).into_iter().enumerate() {
            prop_assert_eq!(resolved, plainly(&spans, place));
        }
    }

    #[test]
    fn the_order_of_spans_does_not_matter(
        (spans, shuffled) in spans().prop_flat_map(|spans| (Just(spans.clone()), Just(spans).prop_shuffle()))
    ) {
        let named = |spans: &[SpanFacts]| {
            let resolved = resolve(spans);
            let mut named: Vec<_> = spans
                .iter()
                .zip(&resolved)
                .map(|(span, it)| {
                    let use_ = it.part_of.map(|place| spans[place].span);
                    (span.span, it.values, it.digest, use_, it.composed)
                })
                .collect();
            named.sort_unstable();
            (named, main_use(spans, &resolved).map(|place| spans[place].span))
        };
        prop_assert_eq!(named(&spans), named(&shuffled));
    }
}
