//! How often somebody may ask: much for pages, little for what could be guessed.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Those who are remembered before some are forgotten, who have not asked for long.
const REMEMBERED: usize = 10_000;

/// Who asked how often.
pub struct Limits {
    clock: DefaultClock,
    pages: DefaultKeyedRateLimiter<String>,
    tries: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    pub fn new() -> Limits {
        Limits {
            clock: DefaultClock::default(),
            // A page is few requests, and one address may stand for a whole office.
            pages: RateLimiter::keyed(Quota::per_second(of(100)).allow_burst(of(500))),
            tries: RateLimiter::keyed(Quota::per_minute(of(30)).allow_burst(of(30))),
        }
    }

    /// Somebody asks for a page; if that is too often, how long they shall wait.
    pub fn page(&self, who: &str) -> Result<(), Duration> {
        self.check(&self.pages, who)
    }

    /// Somebody tries to log in, or sent a wrong key.
    pub fn attempt(&self, who: &str) -> Result<(), Duration> {
        self.check(&self.tries, who)
    }

    fn check(&self, limiter: &DefaultKeyedRateLimiter<String>, who: &str) -> Result<(), Duration> {
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        let checked = limiter.check_key(&who.to_owned());
        checked.map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

fn of(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).expect("no limit is zero")
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn who_tries_too_often_waits_and_nobody_else() {
        let limits = Limits::new();
        assert!((0..30).all(|_| limits.attempt("one").is_ok()));
        let wait = limits.attempt("one").expect_err("that was too often");
        assert!(wait.as_secs_f64() <= 2.0, "{wait:?}");
        assert!(limits.attempt("other").is_ok() && limits.page("one").is_ok());
    }
}
