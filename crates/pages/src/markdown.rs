//! Markdown as HTML that can do no harm: markup in it is shown as text, links lead to the web or to a mailbox alone,
//! and pictures are left as their words.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};
use trueup_verdict::render::markup::escaped;

/// Writes a text whose highest headings are of `level`, and which skips none.
#[must_use]
pub fn html(text: &str, level: usize) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut safe = Safe { top: level, above: level - 1, headings: Vec::new(), links: Vec::new() };
    let events = Parser::new_ext(text, options).map(|event| safe.event(event));
    let mut html = String::new();
    push_html(&mut html, events);
    html
}

/// What is open while the text is read.
struct Safe {
    /// The highest level of a heading.
    top: usize,
    /// The level of the last heading.
    above: usize,
    headings: Vec<HeadingLevel>,
    /// Whether each open link leads anywhere.
    links: Vec<bool>,
}

impl Safe {
    fn event<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            // The blocks around what was markup, which is text of a paragraph now.
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
                level: self.heading(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            }),
            Event::End(TagEnd::Heading(level)) => {
                Event::End(TagEnd::Heading(self.headings.pop().unwrap_or(level)))
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url),
            Event::End(TagEnd::Link) => {
                let is_open = self.links.pop().unwrap_or_default();
                Event::InlineHtml(CowStr::Borrowed(if is_open { "</a>" } else { "" }))
            }
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {
                Event::InlineHtml(CowStr::Borrowed(""))
            }
            other => other,
        }
    }

    /// One level below the last at most.
    fn heading(&mut self, level: HeadingLevel) -> HeadingLevel {
        let wanted = level as usize + self.top - 1;
        self.above = wanted.clamp(self.top, self.above + 1).min(6);
        let level = HeadingLevel::try_from(self.above).unwrap_or(HeadingLevel::H6);
        self.headings.push(level);
        level
    }

    fn link<'a>(&mut self, target: &str) -> Event<'a> {
        let is_open = is_harmless(target);
        self.links.push(is_open);
        let tag = if is_open {
            format!("<a href=\"{}\" rel=\"noreferrer nofollow\">", escaped(target))
        } else {
            String::new()
        };
        Event::InlineHtml(tag.into())
    }
}

/// True for addresses that a browser opens as a page, or a mail program as a letter.
fn is_harmless(target: &str) -> bool {
    let lower = target.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn says_what_markdown_says() {
        for (text, expected) in [
            ("Two *words* and `code`.", "<p>Two <em>words</em> and <code>code</code>.</p>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            (
                "[here](https://example.com/?a=1&b=2)",
                "<p><a href=\"https://example.com/?a=1&amp;b=2\" rel=\"noreferrer nofollow\">here</a></p>\n",
            ),
        ] {
            assert_eq!(html(text, 2), expected);
        }
    }

    #[test]
    fn headings_skip_no_level() {
        let found = html("#### Deep\n\n# Top\n\n###### Deepest", 2);
        assert_eq!(found, "<h2>Deep</h2>\n<h2>Top</h2>\n<h3>Deepest</h3>\n");
        assert_eq!(html("### Deep\n\n#### Deeper", 3), "<h3>Deep</h3>\n<h4>Deeper</h4>\n");
    }

    #[test]
    fn hostile_text_stays_text() {
        for (text, expected) in [
            ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
            ("a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n"),
            ("[x](javascript:alert(1))", "<p>x</p>\n"),
            ("[x](JaVaScRiPt:alert(1))", "<p>x</p>\n"),
            ("[x](data:text/html,hi)", "<p>x</p>\n"),
            ("[x](//evil.example)", "<p>x</p>\n"),
            ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>\n"),
            ("![a picture](https://example.com/x.png)", "<p>a picture</p>\n"),
            (
                "[x](https://e.example/\"onmouseover=alert)",
                "<p><a href=\"https://e.example/&quot;onmouseover=alert\" rel=\"noreferrer nofollow\">x</a></p>\n",
            ),
        ] {
            assert_eq!(html(text, 2), expected, "{text}");
        }
    }
}
