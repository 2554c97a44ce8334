//! Who may send and read: everybody who bears a key, or everybody who can reach a server without one.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

use crate::refusal::Refusal;

/// The keys of which requests must bear one.
#[derive(Clone, Default)]
pub struct Access {
    key: Option<String>,
    known: Option<Known>,
}

/// What a key is shown for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To send telemetry, events and feedback.
    Send,
    /// To read how the server is.
    Watch,
}

/// Says whether a key is one of those that are kept elsewhere, and may be used for this.
pub type Known = Arc<dyn Fn(&str, Purpose) -> bool + Send + Sync>;

impl Access {
    /// Everybody may: for a server that only its own machine can reach.
    #[must_use]
    pub fn open() -> Access {
        Access::default()
    }

    /// Those who bear the key.
    #[must_use]
    pub fn with_key(key: String) -> Access {
        Access { key: Some(key), known: None }
    }

    /// Those as well who bear a key that is kept elsewhere.
    #[must_use]
    pub fn or_known(self, known: Known) -> Access {
        Access { known: Some(known), ..self }
    }

    pub(crate) fn check(&self, headers: &HeaderMap, purpose: Purpose) -> Result<(), Refusal> {
        if self.key.is_none() && self.known.is_none() {
            return Ok(());
        }
        let Some(shown) = bearer(headers) else {
            return Err(Refusal::unauthorized(
                "this server asks for a key; send the header `Authorization: Bearer KEY`",
            ));
        };
        if self.is_the_key(shown) || self.known.as_ref().is_some_and(|known| known(shown, purpose))
        {
            return Ok(());
        }
        Err(Refusal::unauthorized(match self.known {
            Some(_) => "the key is none of this server, or not for this",
            None => "the key is not the one of this server",
        }))
    }

    fn is_the_key(&self, shown: &str) -> bool {
        let key = self.key.as_ref();
        key.is_some_and(|key| bool::from(shown.as_bytes().ct_eq(key.as_bytes())))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}
