//! The access file: which provider knows the people, and who may do what.
//!
//! ```toml
//! public_url = "https://trueup.example.com"
//! issuer = "https://login.example.com"
//! client_id = "trueup"
//! client_secret_file = "/run/secrets/trueup"
//! admins = ["ana@example.com"]
//! domains = ["example.com"]
//! ```

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use openidconnect::url::{Host, Url};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::session::Lengths;

/// Where the client's secret is found if no file is named.
pub const SECRET: &str = "TRUEUP_CLIENT_SECRET";
const SCOPES: [&str; 3] = ["openid", "email", "profile"];
/// Ends of what makes sense for hours, a year.
const HOURS: i64 = 24 * 366;

/// Who may come in, and who says who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Where browsers find the site.
    pub public_url: Url,
    pub issuer: String,
    pub client_id: String,
    pub client_secret_file: Option<PathBuf>,
    pub scopes: Vec<String>,
    /// E-mails in lower case.
    pub admins: BTreeSet<String>,
    /// Those of e-mails, in lower case; empty lets in every one.
    pub domains: BTreeSet<String>,
    pub viewers: Viewers,
    pub lengths: Lengths,
    /// True if a proxy stands before the site that names whom it asks for.
    pub behind_proxy: bool,
}

/// Who may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewers {
    /// Whoever can log in.
    All,
    /// People of the roadmap and admins.
    Listed,
}

/// What is wrong with an access file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct Malformed {
    pub path: String,
    pub line: usize,
    pub message: String,
}

impl Access {
    /// Reads the text of an access file.
    pub fn parse(path: &str, text: &str) -> Result<Access, Malformed> {
        let at = |span: Option<Range<usize>>, message: String| {
            let before = &text[..span.map_or(0, |span| span.start.min(text.len()))];
            let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
            Malformed { path: path.to_owned(), line, message }
        };
        let table = DeTable::parse(text)
            .map_err(|error| at(error.span(), format!("no TOML: {}", error.message())))?;
        let fields = Fields(table.get_ref());
        fields.access().map_err(|(span, message)| at(span, message))
    }

    /// Reads an access file.
    pub fn read(path: &Path) -> Result<Access, Malformed> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("the access file cannot be read: {error}");
            Malformed { path: name.clone(), line: 1, message }
        })?;
        Access::parse(&name, &text)
    }

    /// The client's secret: from its file, else from the environment. A client without one proves itself by PKCE alone.
    pub fn client_secret(&self) -> Result<Option<String>, String> {
        let Some(path) = &self.client_secret_file else {
            return Ok(std::env::var(SECRET).ok().filter(|secret| !secret.is_empty()));
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            format!("the client's secret in `{}` cannot be read: {error}", path.display())
        })?;
        match text.trim() {
            "" => Err(format!("`{}` holds no secret", path.display())),
            secret => Ok(Some(secret.to_owned())),
        }
    }

    /// The origin of the site, as browsers write it.
    #[must_use]
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// True where cookies travel in secret.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// True if somebody with this e-mail may log in at all.
    #[must_use]
    pub fn admits(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
        self.domains.is_empty()
            || domain.is_some_and(|domain| self.domains.contains(&domain))
            || self.is_admin(email)
    }

    #[must_use]
    pub fn is_admin(&self, email: &str) -> bool {
        self.admins.contains(&email.to_ascii_lowercase())
    }
}

/// True for an address of this machine alone, as it stands in a URL or a `Host`.
#[must_use]
pub fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return address.is_loopback();
    }
    let name = bare.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Where something is wrong, and what.
type Wrong = (Option<Range<usize>>, String);

struct Fields<'a>(&'a DeTable<'a>);

impl Fields<'_> {
    const KNOWN: [&'static str; 11] = [
        "public_url",
        "issuer",
        "client_id",
        "client_secret_file",
        "scopes",
        "admins",
        "domains",
        "viewers",
        "session_hours",
        "idle_hours",
        "behind_proxy",
    ];

    fn access(&self) -> Result<Access, Wrong> {
        self.no_others()?;
        let public_url = self.url("public_url")?;
        if !matches!(public_url.path(), "" | "/") || public_url.query().is_some() {
            return Err(
                self.wrong("public_url", "names a host without a path; the site lies at its top")
            );
        }
        let issuer = self.text("issuer")?;
        self.url("issuer")?;
        let (whole, idle) = (self.hours("session_hours", 72)?, self.hours("idle_hours", 12)?);
        Ok(Access {
            public_url,
            issuer,
            client_id: self.text("client_id")?,
            client_secret_file: self.optional("client_secret_file")?.map(PathBuf::from),
            scopes: self.scopes()?,
            admins: self.emails("admins")?,
            domains: self.lower("domains")?,
            viewers: self.viewers()?,
            lengths: Lengths { idle: idle.min(whole), whole },
            behind_proxy: self.truth("behind_proxy")?,
        })
    }

    fn no_others(&self) -> Result<(), Wrong> {
        match self.0.keys().find(|key| !Self::KNOWN.contains(&key.get_ref().as_ref())) {
            Some(key) => {
                let known = Self::KNOWN.join("`, `");
                let message = format!("`{}` is no field here; there are `{known}`", key.get_ref());
                Err((Some(key.span()), message))
            }
            None => Ok(()),
        }
    }

    fn value(&self, name: &str) -> Option<&Spanned<DeValue<'_>>> {
        self.0.get(name)
    }

    fn wrong(&self, name: &str, message: &str) -> Wrong {
        (self.value(name).map(Spanned::span), format!("`{name}` {message}"))
    }

    fn optional(&self, name: &str) -> Result<Option<String>, Wrong> {
        match self.value(name).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(text)) if !text.trim().is_empty() => Ok(Some(text.to_string())),
            Some(_) => Err(self.wrong(name, "is a text in quotes")),
        }
    }

    fn text(&self, name: &str) -> Result<String, Wrong> {
        self.optional(name)?.ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// What travels to it is secret, so it is encrypted or does not leave this machine.
    fn url(&self, name: &str) -> Result<Url, Wrong> {
        let text = self.text(name)?;
        let url =
            Url::parse(&text).map_err(|error| self.wrong(name, &format!("is no URL: {error}")))?;
        if is_safe(&url) {
            return Ok(url);
        }
        Err(self.wrong(name, "begins with `https://`; only on this machine `http://` will do"))
    }

    fn list(&self, name: &str) -> Result<Option<Vec<String>>, Wrong> {
        let expected = || self.wrong(name, "is a list of texts, for example `[\"a\", \"b\"]`");
        let values = match self.value(name).map(Spanned::get_ref) {
            None => return Ok(None),
            Some(DeValue::Array(values)) => values,
            Some(_) => return Err(expected()),
        };
        let text = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(expected()),
        };
        values.iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    fn lower(&self, name: &str) -> Result<BTreeSet<String>, Wrong> {
        let texts = self.list(name)?.unwrap_or_default();
        Ok(texts.iter().map(|text| text.trim().to_ascii_lowercase()).collect())
    }

    fn emails(&self, name: &str) -> Result<BTreeSet<String>, Wrong> {
        let emails = self.lower(name)?;
        match emails.iter().find(|email| !email.contains('@')) {
            Some(other) => Err(self.wrong(name, &format!("lists e-mails; `{other}` is none"))),
            None => Ok(emails),
        }
    }

    fn scopes(&self) -> Result<Vec<String>, Wrong> {
        let default = || SCOPES.map(str::to_owned).to_vec();
        let scopes = self.list("scopes")?.unwrap_or_else(default);
        if !scopes.iter().any(|scope| scope == "email") {
            return Err(self.wrong("scopes", "needs `email`: people are known by it"));
        }
        Ok(scopes)
    }

    fn viewers(&self) -> Result<Viewers, Wrong> {
        match self.optional("viewers")?.as_deref() {
            None | Some("all") => Ok(Viewers::All),
            Some("listed") => Ok(Viewers::Listed),
            Some(_) => Err(self.wrong("viewers", "is `\"all\"` or `\"listed\"`")),
        }
    }

    fn hours(&self, name: &str, default: i64) -> Result<SignedDuration, Wrong> {
        let hours = match self.value(name).map(Spanned::get_ref) {
            None => default,
            Some(DeValue::Integer(hours)) => {
                i64::from_str_radix(hours.as_str(), hours.radix()).unwrap_or(0)
            }
            Some(_) => 0,
        };
        if (1..=HOURS).contains(&hours) {
            return Ok(SignedDuration::from_hours(hours));
        }
        Err(self.wrong(name, "is a whole number of hours, for example `12`"))
    }

    fn truth(&self, name: &str) -> Result<bool, Wrong> {
        match self.value(name).map(Spanned::get_ref) {
            None => Ok(false),
            Some(DeValue::Boolean(truth)) => Ok(*truth),
            Some(_) => Err(self.wrong(name, "is `true` or `false`")),
        }
    }
}

/// True if what is sent to a URL is encrypted or stays on this machine.
#[must_use]
pub fn is_safe(url: &Url) -> bool {
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => is_this_machine(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && on_this_machine)
}
