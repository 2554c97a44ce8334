//! A page for a browser and for print that stands alone: no script, nothing loaded from elsewhere.

use trueup_verdict::render::markup::escaped;

use super::{Block, Branch, Page, Table};

const STYLE: &str = ":root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse }
th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #8888; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
.wide { overflow-x: auto }
pre { overflow-x: auto }
@media print { body { max-width: none; margin: 0 } .wide { overflow: visible } }
";

impl Page {
    /// Writes it as one HTML page.
    #[must_use]
    pub fn html(&self) -> String {
        let title = self.blocks.iter().find_map(|block| match block {
            Block::Heading(1, text) => Some(escaped(text)),
            _ => None,
        });
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{}</main>\n\
             </body>\n</html>\n",
            title.unwrap_or_else(|| "Trueup".to_owned()),
            self.blocks.iter().map(block).collect::<String>()
        )
    }
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => {
            let level = level.clamp(&1, &6);
            format!("<h{level}>{}</h{level}>\n", escaped(text))
        }
        Block::Paragraph(text) => format!("<p>{}</p>\n", escaped(text)),
        Block::List(items) => list(items, ""),
        Block::Checklist(items) => list(items, "☐ "),
        Block::Table(rows) => table(rows),
        Block::Tree(root) => format!("<ul>\n{}</ul>\n", branch(root)),
        Block::Code(code) => format!("<pre>{}</pre>\n", escaped(code)),
    }
}

fn list(items: &[String], mark: &str) -> String {
    let items = items.iter().map(|item| format!("<li>{mark}{}</li>\n", escaped(item)));
    format!("<ul>\n{}</ul>\n", items.collect::<String>())
}

fn branch(one: &Branch) -> String {
    let below: String = one.branches.iter().map(branch).collect();
    let below = if below.is_empty() { below } else { format!("\n<ul>\n{below}</ul>\n") };
    format!("<li>{}{below}</li>\n", escaped(&one.text))
}

fn table(rows: &Table) -> String {
    let class = |at: usize| if rows.numbers.contains(&at) { " class=\"number\"" } else { "" };
    let cells = |row: &[String], tag: &str, scope: &str| -> String {
        let cell = |(at, cell): (usize, &String)| {
            format!("<{tag}{scope}{}>{}</{tag}>", class(at), escaped(cell))
        };
        row.iter().enumerate().map(cell).collect()
    };
    let head = cells(&rows.columns, "th", " scope=\"col\"");
    let body = rows.rows.iter().map(|row| format!("<tr>{}</tr>\n", cells(row, "td", "")));
    format!(
        "<div class=\"wide\" tabindex=\"0\">\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{}\
         </tbody>\n</table>\n</div>\n",
        body.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use crate::page::{Branch, Page, Table};

    #[test]
    fn says_the_same_as_a_page_and_takes_no_text_for_markup() {
        let rows = [vec!["<script>".to_owned(), "5".to_owned()]];
        let page = Page::default()
            .heading(1, "A & B")
            .paragraph("x \"y\" 'z'")
            .list(vec!["one".to_owned()])
            .checklist(vec!["two".to_owned()])
            .table(Table::new(&["name", "n"]).numbers(&[1]).rows(rows))
            .tree(Branch { text: "root".to_owned(), branches: vec![Branch::leaf("leaf")] })
            .code("a < b\n")
            .html();
        for part in [
            "<title>A &amp; B</title>",
            "<p>x &quot;y&quot; &#39;z&#39;</p>",
            "<li>one</li>",
            "<li>☐ two</li>",
            "<td>&lt;script&gt;</td><td class=\"number\">5</td>",
            "<li>root\n<ul>\n<li>leaf</li>\n</ul>\n</li>",
            "<pre>a &lt; b\n</pre>",
        ] {
            assert!(page.contains(part), "no {part} in {page}");
        }
        assert!(!page.contains("<script") && !page.contains("http"));
    }
}
