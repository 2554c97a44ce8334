//! When something happened, by clocks that may be wrong.

use jiff::{SignedDuration, Timestamp};

use crate::rules::EARLIEST;

/// A clock may be this much ahead of ours; more is no time.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Why a thing of the future is not taken.
pub const FUTURE: &str =
    "a time lies more than 24 hours ahead of this server: set the clock of the sender";

/// A time of telemetry; none if it is not known: zero, or before there was telemetry.
pub fn known(nanos: u64) -> Option<Timestamp> {
    let time = Timestamp::from_nanosecond(i128::from(nanos)).ok();
    time.filter(|time| *time >= EARLIEST)
}

/// The first known time, or when it was received.
pub fn first_known<const N: usize>(nanos: [u64; N], received: Timestamp) -> Timestamp {
    nanos.into_iter().find_map(known).unwrap_or(received)
}

/// True if that is too far in the future.
pub fn is_ahead(at: Timestamp, received: Timestamp) -> bool {
    at.duration_since(received) > AHEAD
}

/// Milliseconds from one known time to another; none if the second is before the first.
pub fn milliseconds(start: u64, end: u64) -> Option<f64> {
    known(start)?;
    let nanos = end.checked_sub(start).filter(|_| known(end).is_some())?;
    Some(nanos as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{first_known, is_ahead, known, milliseconds};

    const T: u64 = 1_780_000_000_000_000_000;

    #[test]
    fn clocks_that_were_never_set_are_unknown() {
        let received = Timestamp::constant(1_790_000_000, 0);
        assert_eq!(known(0), None);
        assert_eq!(known(5_000_000_000), None);
        assert_eq!(first_known([0, T], received), Timestamp::constant(1_780_000_000, 0));
        assert_eq!(first_known([0, 0], received), received);
        assert!(is_ahead(first_known([u64::MAX], received), received));
        assert!(!is_ahead(received, received));
    }

    #[test]
    fn no_duration_is_negative() {
        assert_eq!(milliseconds(T, T + 1_500_000), Some(1.5));
        assert_eq!(milliseconds(T, T - 1), None);
        assert_eq!(milliseconds(0, T), None);
        assert_eq!(milliseconds(T, 0), None);
    }
}
