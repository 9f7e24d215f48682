//! The isolate's side: tokens taken from the key's bucket in advance, so that most requests ask nobody.

use std::collections::HashMap;

use super::{Granted, Rate};

/// How long a lease holds. What is not spent by then goes back, so an isolate cannot save up for a burst of its own.
const HELD_MS: i64 = 1_000;
/// The most of a second's tokens that one lease takes: a busy isolate asks this often a second, and no more.
const SHARE: f64 = 0.1;
/// The least an isolate that was refused waits before it asks again: ten questions a second, whatever the flood.
const PAUSE_MS: i64 = 100;
/// More keys than anyone has; reached only by an attack, which then costs a question each.
const KEPT: usize = 10_000;

/// What to do about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// There was a token at hand, and it is spent.
    Pass,
    /// Too fast: come back in so many seconds.
    Refuse(u64),
    /// Ask the bucket for so many, and give so many back.
    Ask { want: u32, unspent: u32 },
}

#[derive(Debug, Default)]
struct Lease {
    tokens: u32,
    /// How many were asked for last.
    size: u32,
    until: i64,
    refused_until: i64,
    /// While a question is on its way others ask for themselves alone: together they would take all there is.
    asking_until: i64,
}

/// All leases of an isolate.
#[derive(Debug, Default)]
pub(crate) struct Leases {
    leases: HashMap<String, Lease>,
}

impl Leases {
    pub(crate) fn step(&mut self, key: &str, rate: Rate, now: i64) -> Step {
        if self.leases.len() >= KEPT && !self.leases.contains_key(key) {
            self.leases.clear();
        }
        let lease = self.leases.entry(key.to_owned()).or_default();
        let current = now < lease.until;
        if current && lease.tokens > 0 {
            lease.tokens -= 1;
            return Step::Pass;
        }
        if now < lease.refused_until {
            return Step::Refuse(seconds(lease.refused_until - now));
        }
        if now < lease.asking_until {
            return Step::Ask { want: 1, unspent: 0 };
        }
        lease.asking_until = now + HELD_MS;
        let unspent = std::mem::take(&mut lease.tokens);
        // Spent before its time: the next one is twice as large. Not spent: as large as what was used.
        let used = lease.size.saturating_sub(unspent);
        let grown = if current { lease.size.saturating_mul(2) } else { used };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive setting; casts saturate"
        )]
        let most = (rate.per_second.min(rate.burst) * SHARE) as u32;
        lease.size = grown.clamp(1, most.max(1));
        Step::Ask { want: lease.size, unspent }
    }

    /// Takes in what the bucket gave, and spends one of it; or says in how many seconds to come back.
    pub(crate) fn fill(&mut self, key: &str, want: u32, granted: Granted, now: i64) -> Result<(), u64> {
        let lease = self.leases.entry(key.to_owned()).or_default();
        lease.asking_until = 0;
        if granted.tokens < want {
            // The bucket is empty: once these are spent it is given time to fill.
            lease.refused_until = now + granted.wait.clamp(PAUSE_MS, HELD_MS);
        }
        match granted.tokens.checked_sub(1) {
            Some(left) => {
                // Added: while this lease was asked for, another request may have brought one of its own.
                lease.tokens = lease.tokens.saturating_add(left);
                lease.until = now + HELD_MS;
                Ok(())
            }
            None => Err(seconds(granted.wait)),
        }
    }
}

fn seconds(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0).div_ceil(1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::bucket::Bucket;
    use super::*;

    const RATE: Rate = Rate { per_second: 500.0, burst: 2000.0 };

    /// One request of an isolate at `now`; whether it passed, and whether the bucket was asked.
    fn request(isolate: &mut Leases, bucket: &mut Bucket, rate: Rate, now: i64) -> (bool, bool) {
        match isolate.step("k", rate, now) {
            Step::Pass => (true, false),
            Step::Refuse(_) => (false, false),
            Step::Ask { want, unspent } => {
                (isolate.fill("k", want, bucket.take(want, unspent, rate, now), now).is_ok(), true)
            }
        }
    }

    #[test]
    fn many_isolates_together_never_pass_more_than_the_key_may() {
        let (mut bucket, mut isolates) = (Bucket { level: RATE.burst, at: 0 }, [(); 8].map(|()| Leases::default()));
        let (mut passed, mut asked) = (0_u32, 0_u32);
        // A flood: 8 isolates with 2 requests a millisecond each, for ten seconds.
        for now in 0..10_000 {
            for isolate in &mut isolates {
                for _ in 0..2 {
                    let (ok, question) = request(isolate, &mut bucket, RATE, now);
                    passed += u32::from(ok);
                    asked += u32::from(question);
                }
            }
        }
        let most = 2000 + 500 * 10;
        assert!(passed <= most, "{passed} passed, {most} may");
        assert!(passed >= most - 8 * 50 - 50, "{passed} of {most} passed: nearly all there was went out");
        assert!(asked < 8 * 10 * 12, "{asked} questions for 160,000 requests");
    }

    #[test]
    fn a_steady_isolate_asks_rarely_and_a_quiet_one_keeps_nothing_back() {
        let (mut bucket, mut isolate) = (Bucket { level: RATE.burst, at: 0 }, Leases::default());
        let answers: Vec<_> = (0..4_000).map(|i| request(&mut isolate, &mut bucket, RATE, i * 5)).collect();
        assert!(answers.iter().all(|(ok, _)| *ok), "200 a second of 500 all pass");
        let asked = answers.iter().filter(|(_, asked)| *asked).count();
        assert!(asked < 150, "{asked} questions for 4000 requests");
        // A second of silence: what was left goes back with the next question.
        let before = bucket.level;
        let now = 4_000 * 5 + 60_000;
        assert!(matches!(isolate.step("k", RATE, now), Step::Ask { unspent, .. } if unspent > 0), "{before}");
    }

    #[test]
    fn many_requests_at_once_take_no_more_than_they_need() {
        let (mut bucket, mut isolate) = (Bucket { level: RATE.burst, at: 0 }, Leases::default());
        let mut taken = 0;
        for now in [0, 10, 20] {
            // All of them ask before any is answered.
            let steps: Vec<Step> = (0..200).map(|_| isolate.step("k", RATE, now)).collect();
            for step in steps {
                if let Step::Ask { want, unspent } = step {
                    taken += want - unspent;
                    isolate.fill("k", want, bucket.take(want, unspent, RATE, now), now).unwrap();
                }
            }
        }
        assert!(taken <= 600 + 50, "{taken} tokens for 600 requests");
    }

    #[test]
    fn a_small_rate_is_exact() {
        let rate = Rate { per_second: 0.001, burst: 3.0 };
        let (mut bucket, mut isolates) = (Bucket { level: 3.0, at: 0 }, [Leases::default(), Leases::default()]);
        let passed = (0..20).filter(|i| request(&mut isolates[i % 2], &mut bucket, rate, 0).0).count();
        assert_eq!(passed, 3);
        assert!(matches!(isolates[0].step("k", rate, 0), Step::Refuse(1)));
    }
}
