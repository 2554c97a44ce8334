//! Where pages lie: as paths of a server, and as files of a folder that any host can serve.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in one part of a path as it is.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How links are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Links {
    /// From the top of a server.
    Server,
    /// Between files, from a page that lies so many folders deep.
    Folder { depth: usize },
}

impl Links {
    /// The link to a page, by its path on a server such as `/bets/skill-match` or `/search?q=x#top`. In a folder the query is
    /// left out: no host answers it.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        match self {
            Links::Server => path.to_owned(),
            Links::Folder { depth } => {
                let (path, fragment) = match path.split_once('#') {
                    Some((path, fragment)) => (path, format!("#{fragment}")),
                    None => (path, String::new()),
                };
                let path = path.split('?').next().unwrap_or_default();
                format!("{}{}{fragment}", "../".repeat(*depth), file(path))
            }
        }
    }

    /// The link to one thing on a page about many, where it bears the id `at-` and its own.
    #[must_use]
    pub fn at(&self, page: &str, id: &str) -> String {
        self.to(&format!("{page}#at-{}", part(id)))
    }

    /// True where a server answers, so that forms and searches work.
    #[must_use]
    pub fn is_server(&self) -> bool {
        *self == Links::Server
    }
}

/// The file of a page in a folder: `/bets/a` lies in `bets/a.html`, `/board` in `index.html`; an asset keeps its name.
#[must_use]
pub fn file(path: &str) -> String {
    match path.trim_start_matches('/') {
        "" | "board" => "index.html".to_owned(),
        asset if asset.starts_with("assets/") => asset.to_owned(),
        page => format!("{page}.html"),
    }
}

/// One part of a path, whatever the text.
#[must_use]
pub fn part(text: &str) -> String {
    // A browser takes these for steps up and away.
    match text {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        text => utf8_percent_encode(text, PART).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Links, part};

    #[test]
    fn pages_lie_at_the_same_place_on_a_server_and_in_a_folder() {
        let folder = Links::Folder { depth: 1 };
        for (path, server, within) in [
            ("/board", "/board", "../index.html"),
            ("/bets/a", "/bets/a", "../bets/a.html"),
            ("/bets/a#criteria", "/bets/a#criteria", "../bets/a.html#criteria"),
            ("/search?q=x", "/search?q=x", "../search.html"),
            ("/assets/trueup.1.css", "/assets/trueup.1.css", "../assets/trueup.1.css"),
        ] {
            assert_eq!(
                (Links::Server.to(path).as_str(), folder.to(path).as_str()),
                (server, within)
            );
        }
        assert_eq!(part("../a b/<"), "..%2Fa%20b%2F%3C");
        assert_eq!(part(".."), "%2E%2E");
    }
}
