//! One verdict in the words of three readers, as a page: what each is told, and what it assumed.

use trueup_verdict::explain::{Explanation, Telling};
use trueup_verdict::report::Word;

use crate::page::{Page, View};

impl View for Explanation {
    fn page(&self) -> Page {
        let word = self.verdict.map_or("no verdict", Word::name).to_uppercase();
        let title = format!("{}: {word} {}", self.bet, self.title);
        let mut page = Page::default().heading(1, title.trim_end());
        for notice in &self.notices {
            page = page.paragraph(notice);
        }
        for telling in &self.tellings {
            page = told(page, telling);
        }
        page.heading(2, "What it assumed").list(self.assumed.clone())
    }
}

fn told(page: Page, telling: &Telling) -> Page {
    let page = page.heading(2, format!("For the {}", telling.reader.person()));
    let parts = telling.parts.iter();
    parts.fold(page, |page, part| page.heading(3, &part.heading).list(part.sentences.clone()))
}
