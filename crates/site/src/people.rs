//! Who may come in and what they may: login, sessions, keys, roles, and what was done by whom.
//!
//! Reading order: [`role`] (what each may do), [`config`] (who may come in), `who` (who asks), `login` and `provider`
//! (how a browser comes in), `session`, [`key`] (how a program does), `guard` (what no request gets past), [`audit`].

pub mod audit;
pub mod config;
pub mod key;
pub mod role;

pub(crate) mod cookies;
pub(crate) mod guard;
pub(crate) mod login;
pub(crate) mod provider;
pub(crate) mod secret;
pub(crate) mod session;

mod file;
mod limits;
pub(crate) mod who;

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use jiff::Timestamp;

pub use audit::{Audit, Deed, Event};
pub use config::Access;
pub use key::Keys;
pub use role::{Action, Role};
pub use who::{Means, Who};

use limits::Limits;
use login::Login;
use secret::Secret;

/// Everybody who may use the site.
pub struct People {
    /// `None` where nobody logs in: whoever sits at this machine may come in.
    login: Option<Login>,
    keys: Option<Keys>,
    audit: Option<Audit>,
    limits: Limits,
    /// Known to this process alone: forms of this machine that are sent here were made here.
    secret: Secret,
    now: fn() -> Timestamp,
}

impl People {
    /// Whoever sits at this machine, without keys and without a log.
    #[must_use]
    pub fn local() -> People {
        People {
            login: None,
            keys: None,
            audit: None,
            limits: Limits::new(),
            secret: Secret::new(),
            now: Timestamp::now,
        }
    }

    /// Whoever sits at this machine; keys and the audit log lie in a folder.
    pub fn at_this_machine(state: &Path) -> Result<People, String> {
        let unusable = |error: io::Error| {
            format!("the state folder `{}` cannot be made: {error}", state.display())
        };
        std::fs::create_dir_all(state).map_err(unusable)?;
        let keys = Keys::open(state).map_err(|error| error.to_string())?;
        Ok(People { keys: Some(keys), audit: Some(Audit::open(state)), ..People::local() })
    }

    /// Those whom a provider knows; keys, sessions and the audit log lie in a folder.
    pub fn with_login(access: Access, state: &Path) -> Result<People, String> {
        let people = People::at_this_machine(state)?;
        Ok(People { login: Some(Login::open(access, state)?), ..people })
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(self, now: fn() -> Timestamp) -> People {
        People { now, ..self }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    pub(crate) fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }

    pub(crate) fn keys(&self) -> Option<&Keys> {
        self.keys.as_ref()
    }

    pub(crate) fn audit(&self) -> Option<&Audit> {
        self.audit.as_ref()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// True where cookies travel in secret.
    pub(crate) fn is_secure(&self) -> bool {
        self.login.as_ref().is_some_and(|login| login.access.is_secure())
    }

    /// Notes in the audit log what somebody did, off the threads that serve connections.
    pub(crate) async fn note(&self, event: Event, done: Done) -> io::Result<()> {
        let Some(audit) = self.audit.clone() else { return Ok(()) };
        let Done { who, from, what, commit } = done;
        let deed = Deed { at: self.now(), event, who, from, what, commit };
        let writing = tokio::task::spawn_blocking(move || audit.append(deed));
        let written = writing.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        written.inspect_err(|error| tracing::error!(%error, "the audit log cannot be written"))
    }

    /// The address of the machine that asks: the one that the proxy names, if there is one.
    pub(crate) fn address(&self, headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
        let behind_proxy = self.login.as_ref().is_some_and(|login| login.access.behind_proxy);
        if behind_proxy && let Some(named) = forwarded(headers) {
            return Some(named);
        }
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        peer.map(|ConnectInfo(address)| address.ip().to_canonical().to_string())
    }
}

/// What somebody did, besides when and which kind of thing.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub who: String,
    pub from: Option<String>,
    pub what: String,
    pub commit: Option<String>,
}

/// The proxy adds whom it was asked by to the end; what stands before it anybody can write.
fn forwarded(headers: &HeaderMap) -> Option<String> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    let address = last.to_str().ok()?.rsplit(',').next()?.trim();
    address.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
}

/// Refuses to open the site to other machines where nobody has to log in.
pub fn may_listen(address: SocketAddr, access: Option<&Access>) -> Result<(), String> {
    if access.is_some() || address.ip().is_loopback() {
        return Ok(());
    }
    Err(format!(
        "{address} can be reached from other machines, and nobody has to log in; name an access file with \
         `--access FILE`, or listen on 127.0.0.1"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Access, may_listen};

    #[test]
    fn only_this_machine_comes_in_without_a_login() {
        let address = |text: &str| text.parse().expect("it is an address");
        assert_eq!(may_listen(address("127.0.0.1:4318"), None), Ok(()));
        assert_eq!(may_listen(address("[::1]:4318"), None), Ok(()));
        let error = may_listen(address("0.0.0.0:4318"), None).expect_err("anybody could come in");
        assert!(error.contains("--access FILE"), "{error}");
        let text =
            "public_url = \"https://a.example\"\nissuer = \"https://b.example\"\nclient_id = \"c\"";
        let access = Access::parse("access.toml", text).expect("it is right");
        assert_eq!(may_listen(address("0.0.0.0:4318"), Some(&access)), Ok(()));
    }
}
