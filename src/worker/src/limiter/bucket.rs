use serde::{Deserialize, Serialize};

/// How fast a key may ask.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rate {
    /// Requests a second in the long run.
    pub(crate) per_second: f64,
    /// Requests at once after a pause.
    pub(crate) burst: f64,
}

/// What a bucket gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Granted {
    pub(crate) tokens: u32,
    /// With no token given: how long until there is one, in milliseconds.
    pub(crate) wait: i64,
}

/// A token bucket: it fills at the rate, holds no more than the burst, and each request costs one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bucket {
    pub(super) level: f64,
    pub(super) at: i64,
}

/// The longest wait named. Whoever is told to come back in a day does not come back.
const LONGEST: f64 = 3_600_000.0;

impl Bucket {
    /// Takes up to `want` tokens, after putting back what an earlier lease left over.
    pub(super) fn take(&mut self, want: u32, unspent: u32, rate: Rate, now: i64) -> Granted {
        #[expect(clippy::cast_precision_loss, reason = "a few hours of milliseconds")]
        let passed = (now - self.at).max(0) as f64 / 1000.0;
        self.level = (self.level + f64::from(unspent) + passed * rate.per_second).clamp(0.0, rate.burst);
        // A clock set back stands still for us: time that was counted once is not counted again.
        self.at = self.at.max(now);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and want")]
        let tokens = self.level.min(f64::from(want)) as u32;
        self.level -= f64::from(tokens);
        #[expect(clippy::cast_possible_truncation, reason = "at most an hour")]
        let wait = ((1.0 - self.level) / rate.per_second * 1000.0).ceil().clamp(0.0, LONGEST) as i64;
        Granted { tokens, wait: if tokens == 0 { wait } else { 0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 2.0, burst: 3.0 };

    #[test]
    fn a_burst_then_the_rate() {
        let mut bucket = Bucket { level: 3.0, at: 0 };
        let mut take = |want, now| bucket.take(want, 0, RATE, now);
        assert_eq!([(); 4].map(|()| take(1, 0).tokens), [1, 1, 1, 0]);
        assert_eq!(take(1, 0).wait, 500);
        assert_eq!([take(1, 499).tokens, take(1, 500).tokens, take(1, 500).tokens], [0, 1, 0]);
        assert_eq!(take(10, 60_000), Granted { tokens: 3, wait: 0 }, "never more than the burst");
        assert_eq!(take(1, 0).tokens, 0, "a clock set back fills nothing");
        assert_eq!(take(1, 60_500).tokens, 1);
    }

    #[test]
    fn what_is_put_back_is_there_and_never_beyond_the_burst() {
        let mut bucket = Bucket { level: 0.0, at: 0 };
        assert_eq!(bucket.take(5, 2, RATE, 0).tokens, 2);
        assert_eq!(bucket.take(5, 50, RATE, 0).tokens, 3);
    }
}
