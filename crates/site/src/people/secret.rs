//! Secrets: random, compared in constant time, and kept by others as their digest alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 32 random bytes.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Panics where the system has no randomness, since nothing is safe there.
    #[must_use]
    pub fn new() -> Secret {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Secret(bytes)
    }

    /// As a cookie or a link carries it.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what [`Secret::text`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Secret> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Secret(bytes.try_into().ok()?))
    }

    /// What is kept of it: nobody finds the secret from it.
    #[must_use]
    pub fn digest(&self) -> String {
        digest(&self.0)
    }

    /// What forms carry that were made for whoever has this secret.
    #[must_use]
    pub fn form_token(&self) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length will do");
        mac.update(b"trueup form");
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

/// SHA-256 in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// True if both are the same; takes as long wherever they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::{Secret, same};

    #[test]
    fn a_secret_reads_back_and_its_token_is_its_own() {
        let (one, other) = (Secret::new(), Secret::new());
        let read = Secret::read(&one.text()).expect("it was written so");
        assert_eq!(read.digest(), one.digest());
        assert!(same(&read.form_token(), &one.form_token()));
        assert!(!same(&other.form_token(), &one.form_token()));
        assert!(Secret::read("short").is_none() && Secret::read("").is_none());
    }
}
