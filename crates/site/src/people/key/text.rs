//! The text of a key: a prefix, 256 random bits and a checksum.

use sha2::{Digest, Sha256};

/// Scanners for secrets in public places find ours by it.
const PREFIX: &str = "tru_";
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 43 letters of 62 hold 256 bits.
const RANDOM: usize = 43;
const CHECKSUM: usize = 6;

/// A new one.
pub fn random() -> String {
    let mut body = String::with_capacity(RANDOM);
    while body.len() < RANDOM {
        let mut byte = [0];
        getrandom::fill(&mut byte).expect("the system gives random bytes");
        // Four times 62: beyond it some letters would come more often.
        if byte[0] < 248 {
            body.push(char::from(LETTERS[usize::from(byte[0] % 62)]));
        }
    }
    format!("{PREFIX}{body}{}", checksum(&body))
}

fn checksum(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    digest.iter().take(CHECKSUM).map(|byte| char::from(LETTERS[usize::from(byte % 62)])).collect()
}

/// True for what can be a key of ours, without asking whether it is.
pub fn is_whole(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else { return false };
    if rest.len() != RANDOM + CHECKSUM || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let (body, sum) = rest.split_at(RANDOM);
    checksum(body) == sum
}
