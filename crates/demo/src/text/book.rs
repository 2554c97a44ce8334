//! The templates of one feature's texts, as its file has them: a heading `# system`, then headings
//! `# case ...` with a heading `## KIND` or `## KIND VARIANT` for each text.

/// All templates of one feature.
pub struct Book {
    pub system: &'static str,
    cases: Vec<Case>,
}

/// What belongs to one story.
pub struct Case {
    /// What the heading says of it.
    about: &'static str,
    texts: Vec<(&'static str, &'static str)>,
}

impl Book {
    pub fn read(file: &'static str) -> Book {
        let mut parts = file.split("\n# ").skip(1).map(headed);
        let (_, system) = parts.next().expect("a file begins with what the model is told");
        Book { system, cases: parts.map(|(heading, body)| Case::read(heading, body)).collect() }
    }

    /// All cases, or those whose heading says just this.
    pub fn cases(&self, about: Option<&str>) -> Vec<&Case> {
        self.cases.iter().filter(|case| about.is_none_or(|about| case.about == about)).collect()
    }
}

impl Case {
    fn read(heading: &'static str, body: &'static str) -> Case {
        let about = heading.strip_prefix("case").expect("after the system come cases").trim();
        Case { about, texts: body.split("## ").skip(1).map(headed).collect() }
    }

    /// The template of a kind: that of the variant, or the one for all.
    pub fn text(&self, kind: &str, variant: &str) -> Option<&'static str> {
        let named = |name: &str| self.texts.iter().find(|(known, _)| *known == name);
        let found = named(&format!("{kind} {variant}")).or_else(|| named(kind));
        found.map(|(_, text)| *text)
    }

    #[cfg(test)]
    pub fn texts(&self) -> &[(&'static str, &'static str)] {
        &self.texts
    }
}

/// The first line, and what is below it.
fn headed(text: &'static str) -> (&'static str, &'static str) {
    let (heading, body) = text.split_once('\n').expect("below each heading is something");
    (heading.trim(), body.trim())
}
