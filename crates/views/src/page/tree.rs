//! Lines that hang on one another.

use super::layout::hang;
use super::plain::escaped;

/// A line and what hangs on it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Branch {
    pub text: String,
    pub branches: Vec<Branch>,
}

impl Branch {
    /// A line with nothing on it.
    #[must_use]
    pub fn leaf(text: impl Into<String>) -> Branch {
        Branch { text: text.into(), branches: Vec::new() }
    }

    /// Draws it with lines.
    pub(super) fn text(&self) -> String {
        let mut drawn = hang("", self.rail(), &self.text);
        self.draw("", &mut drawn);
        drawn
    }

    fn draw(&self, indent: &str, drawn: &mut String) {
        let last = self.branches.len().saturating_sub(1);
        for (at, branch) in self.branches.iter().enumerate() {
            let (tee, below) = if at == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let below = format!("{indent}{below}");
            let rest = format!("{below}{}", branch.rail());
            *drawn += &hang(&format!("{indent}{tee}"), &rest, &branch.text);
            branch.draw(&below, drawn);
        }
    }

    /// What stands before the further lines of a long text: the line to what hangs on it.
    fn rail(&self) -> &'static str {
        if self.branches.is_empty() { "  " } else { "│ " }
    }

    /// Writes it as a nested list.
    pub(super) fn markdown(&self, depth: usize) -> String {
        let own = format!("{}- {}\n", "  ".repeat(depth), escaped(&self.text));
        let branches = self.branches.iter().map(|branch| branch.markdown(depth + 1));
        own + &branches.collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::Branch;

    #[test]
    fn draws_lines_and_nested_lists() {
        let twig = Branch { text: "twig".to_owned(), branches: vec![Branch::leaf("leaf")] };
        let tree = Branch { text: "root".to_owned(), branches: vec![twig, Branch::leaf("other")] };
        assert_eq!(tree.text(), "root\n├─ twig\n│  └─ leaf\n└─ other\n");
        assert_eq!(tree.markdown(0), "- root\n  - twig\n    - leaf\n  - other\n");
    }

    #[test]
    fn a_long_line_goes_on_beside_its_rail() {
        let long = Branch { text: "word ".repeat(30), branches: vec![Branch::leaf("leaf")] };
        let drawn =
            Branch { text: "root".to_owned(), branches: vec![long, Branch::leaf("z")] }.text();
        assert!(drawn.contains("\n│  │ word"), "{drawn}");
        assert!(drawn.contains("\n│  └─ leaf\n└─ z\n"), "{drawn}");
    }
}
