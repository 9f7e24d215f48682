//! A token bucket per key, so that one runaway sender cannot take the whole house.
//!
//! Each isolate counts for itself: on a bare `workerd` there is one and the limit is exact, on Cloudflare's network the
//! limit holds per isolate and the sum may be higher. It protects; it does not meter.

use std::collections::HashMap;

/// How fast a key may ask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    /// Requests a second in the long run.
    pub(crate) per_second: f64,
    /// Requests at once after a pause.
    pub(crate) burst: f64,
}

#[derive(Debug, Default)]
pub(crate) struct Buckets {
    levels: HashMap<String, (f64, i64)>,
}

/// More keys than anyone has; reached only by an attack, which then starts everybody afresh.
const KEPT: usize = 10_000;

impl Buckets {
    /// Takes one token, or says in how many seconds there will be one.
    pub(crate) fn take(&mut self, key: &str, rate: Rate, now: i64) -> Result<(), u64> {
        if self.levels.len() >= KEPT && !self.levels.contains_key(key) {
            self.levels.clear();
        }
        let (level, at) = self.levels.entry(key.to_owned()).or_insert((rate.burst, now));
        #[expect(clippy::cast_precision_loss, reason = "a few hours of milliseconds")]
        let seconds = (now - *at).max(0) as f64 / 1000.0;
        *level = (*level + seconds * rate.per_second).min(rate.burst);
        *at = now;
        if *level >= 1.0 {
            *level -= 1.0;
            return Ok(());
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 3600")]
        let wait = ((1.0 - *level) / rate.per_second).ceil().clamp(1.0, 3600.0) as u64;
        Err(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let (mut buckets, rate) = (Buckets::default(), Rate { per_second: 2.0, burst: 3.0 });
        let mut passed = |key: &str, now| buckets.take(key, rate, now).is_ok();
        assert_eq!([(); 4].map(|()| passed("a", 0)), [true, true, true, false]);
        assert!(passed("b", 0), "another key has its own bucket");
        assert_eq!([passed("a", 499), passed("a", 500), passed("a", 500)], [false, true, false]);
        assert_eq!([(); 4].map(|()| passed("a", 60_000)), [true, true, true, false], "never more than the burst");
        assert_eq!(buckets.take("a", rate, 60_000), Err(1));
    }
}
