//! Decompression that never writes more than is allowed, whatever a small body claims to be.

use std::io::{ErrorKind, Read};

use axum::body::Bytes;
use flate2::read::MultiGzDecoder;

use crate::encoding::Compression;
use crate::receive::Held;
use crate::refusal::Refusal;

/// What telemetry is compressed to at most; what claims more is not telemetry.
const RATIO: usize = 500;
/// Below this the ratio proves nothing.
const RATIO_FROM: usize = 4 << 20;
/// What is read at a time, and reserved before.
const STEP: usize = 64 << 10;
/// The window that RFC 9659 allows zstd as a content encoding: 8 MiB.
const ZSTD_WINDOW: u32 = 23;

/// The body as it was before compression; `held` grows with it.
pub fn inflate(
    body: Bytes,
    compression: Compression,
    limit: usize,
    held: &mut Held,
) -> Result<Bytes, Refusal> {
    match compression {
        Compression::None => Ok(body),
        Compression::Gzip => drain(MultiGzDecoder::new(&body[..]), body.len(), limit, held),
        Compression::Zstd => {
            let mut decoder =
                zstd::stream::read::Decoder::new(&body[..]).map_err(|e| garbled(&e))?;
            decoder.window_log_max(ZSTD_WINDOW).map_err(|error| garbled(&error))?;
            drain(decoder, body.len(), limit, held)
        }
    }
}

fn drain(
    mut from: impl Read,
    packed: usize,
    limit: usize,
    held: &mut Held,
) -> Result<Bytes, Refusal> {
    let mut whole = Vec::new();
    loop {
        held.grow(STEP)?;
        let room = (limit + 1 - whole.len()).min(STEP) as u64;
        match from.by_ref().take(room).read_to_end(&mut whole) {
            Ok(0) => return Ok(whole.into()),
            Ok(_) if whole.len() > limit => return Err(Refusal::too_large(limit)),
            Ok(_) if whole.len() > RATIO_FROM && whole.len() / RATIO > packed => {
                return Err(Refusal::too_large(packed * RATIO));
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(garbled(&error)),
        }
    }
}

fn garbled(error: &std::io::Error) -> Refusal {
    Refusal::malformed(format!("the body cannot be decompressed: {error}"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::http::StatusCode;

    use super::*;
    use crate::receive::Budget;

    fn gzip(bytes: &[u8]) -> Bytes {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory takes it");
        encoder.finish().expect("memory takes it").into()
    }

    fn zstd(bytes: &[u8]) -> Bytes {
        zstd::encode_all(bytes, 3).expect("memory takes it").into()
    }

    fn held(bytes: usize) -> Held {
        Budget::new(bytes, std::time::Duration::from_secs(1)).nothing()
    }

    /// Hardly compressible, the same everywhere.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let text = noise(200_000);
        for (body, compression) in [
            (gzip(&text), Compression::Gzip),
            (zstd(&text), Compression::Zstd),
            (text.clone().into(), Compression::None),
        ] {
            let back = inflate(body, compression, text.len(), &mut held(1 << 20));
            assert_eq!(back.expect("it fits exactly"), text, "{compression:?}");
        }
    }

    #[test]
    fn two_members_are_one_body() {
        let body = [gzip(b"one"), gzip(b"two")].concat().into();
        let back = inflate(body, Compression::Gzip, 100, &mut held(1 << 20));
        assert_eq!(back.expect("members follow one another"), "onetwo");
    }

    #[test]
    fn one_byte_too_many_is_refused() {
        let text = noise(100_001);
        for (body, compression) in
            [(gzip(&text), Compression::Gzip), (zstd(&text), Compression::Zstd)]
        {
            let refused = inflate(body, compression, 100_000, &mut held(1 << 20));
            let refused = refused.expect_err("it is over the limit");
            assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{compression:?}");
        }
    }

    #[test]
    fn a_bomb_is_refused_long_before_the_limit() {
        let zeros = vec![0; 40 << 20];
        for (body, compression) in
            [(gzip(&zeros), Compression::Gzip), (zstd(&zeros), Compression::Zstd)]
        {
            // The budget is below the bomb: it would be the second line.
            let refused = inflate(body, compression, 64 << 20, &mut held(32 << 20));
            let refused = refused.expect_err("nothing is compressed so well");
            assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{compression:?}");
        }
    }

    #[test]
    fn what_is_garbled_or_cut_is_malformed() {
        let whole = gzip(&noise(1000));
        for (body, compression) in [
            (Bytes::from_static(b"no gzip"), Compression::Gzip),
            (whole.slice(..whole.len() - 9), Compression::Gzip),
            (Bytes::from_static(b"no zstd"), Compression::Zstd),
        ] {
            let refused = inflate(body, compression, 10_000, &mut held(1 << 20));
            assert_eq!(refused.expect_err("it is garbled").status, StatusCode::BAD_REQUEST);
        }
    }

    #[test]
    fn a_window_beyond_what_http_allows_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).expect("a level");
        encoder.window_log(27).expect("a window");
        encoder.write_all(&noise(1000)).expect("memory takes it");
        let body = encoder.finish().expect("memory takes it").into();
        let refused = inflate(body, Compression::Zstd, 10_000, &mut held(1 << 20));
        assert_eq!(refused.expect_err("the window is too wide").status, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn more_than_the_budget_is_asked_for_later() {
        let body = gzip(&noise(200_000));
        let refused = inflate(body, Compression::Gzip, 1 << 20, &mut held(100_000));
        let refused = refused.expect_err("the budget is smaller");
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(refused.retry_after.is_some());
    }
}
