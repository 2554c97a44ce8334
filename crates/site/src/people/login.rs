//! Logging in: from the site to the provider and back, once, by the browser that set out.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use openidconnect::{Nonce, PkceCodeVerifier};

use super::config::Access;
use super::provider::{Identity, Provider, Unknown};
use super::secret::{Secret, digest, same};
use super::session::Sessions;

/// How long somebody may take at the provider.
const LASTS: SignedDuration = SignedDuration::from_mins(10);
/// Logins under way that are remembered; beyond it the oldest have to begin anew.
const MOST: usize = 10_000;

/// Login by a provider.
pub struct Login {
    pub access: Access,
    pub sessions: Sessions,
    provider: Provider,
    under_way: Mutex<HashMap<String, UnderWay>>,
}

/// A login between its two ends.
struct UnderWay {
    /// The digest of the cookie of the browser that set out.
    browser: String,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    to: String,
    since: Timestamp,
}

/// What comes back from the provider.
#[derive(Debug, Clone, Default)]
pub struct Back {
    pub state: Option<String>,
    pub code: Option<String>,
    pub error: Option<String>,
    pub issuer: Option<String>,
}

impl Login {
    pub fn open(access: Access, folder: &Path) -> Result<Login, String> {
        let sessions = Sessions::open(folder, access.lengths).map_err(|error| {
            format!("the sessions in `{}` cannot be read: {error}", folder.display())
        })?;
        let provider = Provider::new(&access)?;
        Ok(Login { access, sessions, provider, under_way: Mutex::default() })
    }

    /// Where one logs out at the provider as well, if it lets one.
    pub async fn end_session(&self) -> Option<String> {
        self.provider.end_session().await
    }

    /// True if the provider has been asked already.
    #[must_use]
    pub fn knows_provider(&self) -> bool {
        self.provider.is_known()
    }

    /// The provider's host, as people know it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.provider.host()
    }

    /// Where the browser goes, and the cookie by which it is known when it comes back.
    pub async fn begin(&self, to: &str, now: Timestamp) -> Result<(String, Secret), Unknown> {
        let begun = self.provider.begin().await?;
        let cookie = Secret::new();
        let under_way = UnderWay {
            browser: cookie.digest(),
            nonce: begun.nonce,
            verifier: begun.verifier,
            to: local_path(to).unwrap_or("/board").to_owned(),
            since: now,
        };
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, login| now.duration_since(login.since) < LASTS);
        if all.len() >= MOST {
            let oldest =
                all.iter().min_by_key(|(_, login)| login.since).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| all.remove(&oldest));
        }
        all.insert(digest(begun.state.as_bytes()), under_way);
        Ok((begun.url, cookie))
    }

    /// Who came back, and where to they were going. A login ends once: whatever comes of it, it is forgotten.
    pub async fn end(
        &self,
        back: Back,
        cookie: Option<&Secret>,
        now: Timestamp,
    ) -> Result<(Identity, String), Unknown> {
        let invalid = |said: &str| Unknown::Invalid(said.to_owned());
        let state = digest(back.state.unwrap_or_default().as_bytes());
        let login = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&state);
        let login = login.filter(|login| now.duration_since(login.since) < LASTS);
        let login = login.ok_or_else(|| invalid("it is over, or was never begun here"))?;
        if !cookie.is_some_and(|cookie| same(&cookie.digest(), &login.browser)) {
            return Err(invalid("another browser began it"));
        }
        if back.issuer.is_some_and(|issuer| !self.provider.is(&issuer)) {
            return Err(invalid("another provider answers"));
        }
        match (back.error, back.code) {
            (Some(error), _) => Err(Unknown::Invalid(format!("the provider says `{error}`"))),
            (None, None) => Err(invalid("it came back without a code")),
            (None, Some(code)) => {
                let known = self.provider.end(code, &login.nonce, login.verifier, now).await?;
                Ok((known, login.to))
            }
        }
    }
}

/// A path of this site, and nothing that a browser could take for another's.
#[must_use]
pub fn local_path(to: &str) -> Option<&str> {
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let loops = ["/login", "/logout"].iter().any(|own| path.starts_with(own));
    (plain && to.starts_with('/') && !to.starts_with("//") && !loops).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        for (to, local) in [
            ("/board", true),
            ("/bets/a?x=1&y=%2F#z", true),
            ("/search?q=//evil.example", true),
            ("//evil.example", false),
            ("///evil.example", false),
            ("/\\evil.example", false),
            ("\\\\evil.example", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
            ("/a\r\nset-cookie: x=y", false),
            ("/\tevil", false),
            ("/login?to=/login", false),
            ("/logout", false),
            ("board", false),
            ("", false),
        ] {
            assert_eq!(local_path(to).is_some(), local, "{to:?}");
        }
    }
}
