//! What holds of every page.

use std::collections::BTreeSet;

use trueup_pages::Page;

/// Renders a page and checks what holds of all: one `h1` and no level skipped, ids that are unique, no style and no
/// script in it, tables and figures that can be reached, under 100 KB, and JSON beside it.
pub fn html(page: &impl Page) -> String {
    let html = page.html();
    assert!(html.len() < 100_000, "{} bytes", html.len());
    headings(&html);
    let ids: Vec<&str> = values(&html, " id=\"").collect();
    let different: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), different.len(), "an id stands twice: {ids:?}");
    for wrong in
        [" style=", " onclick=", "javascript:", "<script>", "NaN", "<td class=\"number\">None"]
    {
        assert!(!html.contains(wrong), "`{wrong}` in {html}");
    }
    assert_eq!(html.matches("<table").count(), html.matches("<thead").count());
    let named: Vec<&str> = values(&html, "role=\"region\" aria-label=\"").collect();
    let different: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(named.len(), different.len(), "two regions have one name: {named:?}");
    serde_json::from_str::<serde_json::Value>(&page.json()).expect("JSON");
    html
}

fn headings(html: &str) {
    let levels =
        html.match_indices("<h").filter_map(|(at, _)| html[at + 2..].chars().next()?.to_digit(10));
    let levels: Vec<u32> = levels.collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{levels:?}");
    assert_eq!(levels.first(), Some(&1), "{levels:?}");
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

fn values<'a>(html: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    html.match_indices(before)
        .filter_map(move |(at, _)| html[at + before.len()..].split('"').next())
}

/// Checks that a page says each of these, in this order.
pub fn says(html: &str, expected: &[&str]) {
    let mut rest = html;
    for text in expected {
        let Some(at) = rest.find(text) else {
            panic!("`{text}` is not there or not in this order in {html}")
        };
        rest = &rest[at + text.len()..];
    }
}
