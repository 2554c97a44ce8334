//! The store's secret: it makes pseudonyms out of names, and signs what goes out and comes back.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A key of at least 16 bytes that nobody outside knows. Another key means other pseudonyms: people
/// would be counted anew.
#[derive(Clone)]
pub struct Secret {
    /// Keyed already: a pseudonym costs two blocks instead of four.
    pseudonyms: Hmac<Sha256>,
    tokens: Hmac<Sha256>,
    seed: u64,
}

/// A secret that is too short to keep one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret takes at least 16 bytes, this has {0}: write 32 random bytes into its file")]
pub struct TooShort(pub usize);

/// Bytes of a pseudonym: 22 characters, and no two people in a million million alike.
const PSEUDONYM: usize = 16;

impl Secret {
    pub fn new(key: &[u8]) -> Result<Secret, TooShort> {
        if key.len() < 16 {
            return Err(TooShort(key.len()));
        }
        let digest = derived(key, b"trueup row ids").finalize().into_bytes();
        let seed = u64::from_le_bytes(digest[..8].try_into().expect("a digest has 32 bytes"));
        let pseudonyms = derived(key, b"trueup pseudonyms").finalize().into_bytes();
        let tokens = derived(key, b"trueup feedback tokens").finalize().into_bytes();
        Ok(Secret { pseudonyms: keyed(&pseudonyms), tokens: keyed(&tokens), seed })
    }

    /// The pseudonym of a person for a customer, or for none: `u_` and 22 characters that are safe in
    /// a URL. The same person of another customer is somebody else.
    #[must_use]
    pub fn pseudonym(&self, tenant: Option<&str>, person: &str) -> String {
        let mut mac = self.pseudonyms.clone();
        let tenant = tenant.unwrap_or_default();
        mac.update(&(tenant.len() as u64).to_le_bytes());
        mac.update(tenant.as_bytes());
        mac.update(person.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut pseudonym = String::with_capacity(24);
        pseudonym.push_str("u_");
        URL_SAFE_NO_PAD.encode_string(&digest[..PSEUDONYM], &mut pseudonym);
        pseudonym
    }

    /// A session as it is called, or its pseudonym: some clients call it after a mail address.
    #[must_use]
    pub fn session<'a>(&self, tenant: Option<&str>, session: &'a str) -> Cow<'a, str> {
        if session.contains('@') {
            return Cow::Owned(self.pseudonym(tenant, session));
        }
        Cow::Borrowed(session)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 32] {
        self.tokens.clone().chain_update(message).finalize().into_bytes().into()
    }

    /// Starts the hashes that are ids of rows: who does not know it cannot try texts against them.
    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key may have any length")
}

fn derived(key: &[u8], purpose: &[u8]) -> Hmac<Sha256> {
    keyed(key).chain_update(purpose)
}

#[cfg(test)]
mod tests {
    use super::{Secret, TooShort};

    #[test]
    fn a_pseudonym_is_stable_short_and_the_customers_own() {
        let secret = Secret::new(&[7; 32]).expect("long enough");
        let jane = secret.pseudonym(None, "jane@example.org");
        assert_eq!(jane, secret.pseudonym(None, "jane@example.org"));
        assert_eq!(jane.len(), 24);
        assert!(jane.starts_with("u_"));
        assert_ne!(jane, secret.pseudonym(Some("acme"), "jane@example.org"));
        assert_ne!(secret.pseudonym(Some("a"), "bc"), secret.pseudonym(Some("ab"), "c"));
        let other = Secret::new(&[8; 32]).expect("long enough");
        assert_ne!(jane, other.pseudonym(None, "jane@example.org"));
        assert_eq!(Secret::new(b"short").err(), Some(TooShort(5)));
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}
