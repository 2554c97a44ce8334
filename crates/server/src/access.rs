//! Who may send and read: everybody who knows the key, or everybody who can reach a server without one.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

use crate::refusal::Refusal;

/// The key that requests must bear.
#[derive(Clone, Default)]
pub struct Access {
    key: Option<String>,
}

impl Access {
    /// Everybody may: for a server that only its own machine can reach.
    #[must_use]
    pub fn open() -> Access {
        Access { key: None }
    }

    /// Those who bear the key.
    #[must_use]
    pub fn with_key(key: String) -> Access {
        Access { key: Some(key) }
    }

    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some(key) = &self.key else {
            return Ok(());
        };
        match bearer(headers) {
            Some(shown) if bool::from(shown.as_bytes().ct_eq(key.as_bytes())) => Ok(()),
            Some(_) => Err(Refusal::unauthorized("the key is not the one of this server")),
            None => Err(Refusal::unauthorized(
                "this server asks for a key; send the header `Authorization: Bearer KEY`",
            )),
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}
