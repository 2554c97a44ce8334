//! Feedback tokens: what a page holds to say later how an answer was. Signed, so that nobody can
//! judge an answer that was never given; opaque, but not secret: they hold no name of a person.
//!
//! A token does not expire by itself, as outcomes come late: a year after an answer somebody may know
//! whether it was right. Who wants an end asks [`Ticket::is_older_than`].

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::secret::Secret;

/// What a token says: the answer that is judged, and what is copied onto the judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The interaction's id.
    #[serde(rename = "i")]
    pub id: String,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub bet: Option<String>,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// When the interaction happened.
    #[serde(rename = "t", with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// The pseudonym of the person.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("this is no feedback token: send the text that `/v1/tokens` gave, as it is")]
    Unreadable,
    #[error("the token is of a version that this server does not know: ask it for a new one")]
    Version,
    #[error("the token was not signed by this server: ask it for a new one")]
    Signature,
}

/// The version stands in front, so that a later server knows an old token.
const VERSION: &str = "1";
/// Half of the digest: 128 bits cannot be guessed, and the token stays short.
const SIGNATURE: usize = 16;
/// No token of ours is longer.
const LONGEST: usize = 4_096;

/// The token of a ticket: `1.TICKET.SIGNATURE`, all of it safe in a URL. The time is cut to
/// milliseconds.
#[must_use]
pub fn sign(secret: &Secret, ticket: &Ticket) -> String {
    let ticket = serde_json::to_vec(ticket).expect("texts and a time are JSON");
    let mut token = format!("{VERSION}.{}", URL_SAFE_NO_PAD.encode(ticket));
    let signature = URL_SAFE_NO_PAD.encode(&secret.sign(token.as_bytes())[..SIGNATURE]);
    token.push('.');
    token.push_str(&signature);
    token
}

/// The ticket of a token, if the secret signed it. Takes as long for a wrong signature as for the
/// right one.
pub fn verify(secret: &Secret, token: &str) -> Result<Ticket, TokenError> {
    if token.len() > LONGEST {
        return Err(TokenError::Unreadable);
    }
    let (version, _) = token.split_once('.').ok_or(TokenError::Unreadable)?;
    if version != VERSION {
        return Err(TokenError::Version);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Unreadable)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Unreadable)?;
    let expected = secret.sign(signed.as_bytes());
    if !bool::from(expected[..SIGNATURE].ct_eq(&signature)) {
        return Err(TokenError::Signature);
    }
    let ticket = signed.get(VERSION.len() + 1..).ok_or(TokenError::Unreadable)?;
    let ticket = URL_SAFE_NO_PAD.decode(ticket).map_err(|_| TokenError::Unreadable)?;
    serde_json::from_slice(&ticket).map_err(|_| TokenError::Unreadable)
}

impl Ticket {
    /// True if the answer was given longer ago than that.
    #[must_use]
    pub fn is_older_than(&self, age: SignedDuration, now: Timestamp) -> bool {
        now.duration_since(self.at) > age
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Ticket, TokenError, sign, verify};
    use crate::secret::Secret;

    fn ticket() -> Ticket {
        Ticket {
            id: "0102-a1".to_owned(),
            bet: Some("BET-7".to_owned()),
            variant: None,
            at: Timestamp::constant(1_780_000_000, 5_000_000),
            unit: Some("u_x".to_owned()),
        }
    }

    #[test]
    fn a_token_comes_back_as_its_ticket() {
        let secret = Secret::new(&[1; 32]).expect("long enough");
        let token = sign(&secret, &ticket());
        assert_eq!(verify(&secret, &token), Ok(ticket()));
        let safe = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        assert!(token.chars().all(safe), "{token}");
        let now = Timestamp::constant(1_780_000_100, 0);
        assert!(ticket().is_older_than(SignedDuration::from_secs(60), now));
        assert!(!ticket().is_older_than(SignedDuration::from_hours(1), now));
    }

    #[test]
    fn whatever_is_changed_is_refused() {
        let secret = Secret::new(&[1; 32]).expect("long enough");
        let token = sign(&secret, &ticket());
        let other = Secret::new(&[2; 32]).expect("long enough");
        assert_eq!(verify(&other, &token), Err(TokenError::Signature));
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("still ASCII");
            assert!(verify(&secret, &changed).is_err(), "{changed}");
        }
        assert_eq!(verify(&secret, "2.x.y"), Err(TokenError::Version));
        for nothing in ["", "1", "1.", "1..", "x"] {
            assert!(verify(&secret, nothing).is_err(), "{nothing}");
        }
        assert_eq!(verify(&secret, &"1.".repeat(5_000)), Err(TokenError::Unreadable));
    }
}
