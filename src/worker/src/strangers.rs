//! Keys nobody has. Whoever goes on sending one, an old page with a key that was revoked for example, and whoever makes them up by
//! the thousand, must not bury the registry, which everyone needs.

use std::collections::HashMap;

/// How long an answer of "no such key" is believed. A key that is made later is another one.
const BELIEVED_MS: i64 = 30_000;
/// More than are sent by mistake.
const KEPT: usize = 10_000;
/// The most questions in a second that turn out to be about nobody. After that whoever is not known yet has to wait.
const A_SECOND: u32 = 100;

#[derive(Debug, Default)]
pub(crate) struct Strangers {
    until: HashMap<String, i64>,
    second: i64,
    asked: u32,
}

impl Strangers {
    pub(crate) fn knows(&self, hash: &str, now: i64) -> bool {
        self.until.get(hash).is_some_and(|until| now < *until)
    }

    /// Whether one may ask about somebody new.
    pub(crate) fn may_ask(&self, now: i64) -> bool {
        self.second != now.div_euclid(1000) || self.asked < A_SECOND
    }

    /// Notes a key nobody has.
    pub(crate) fn note(&mut self, hash: &str, now: i64) {
        let second = now.div_euclid(1000);
        self.asked = if self.second == second { self.asked.saturating_add(1) } else { 1 };
        self.second = second;
        if self.until.len() >= KEPT {
            self.until.clear();
        }
        self.until.insert(hash.to_owned(), now.saturating_add(BELIEVED_MS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_goes_on_is_asked_about_twice_a_minute() {
        let mut strangers = Strangers::default();
        let asked = (0..60_000)
            .filter(|now| {
                let asks = !strangers.knows("k", *now);
                if asks {
                    strangers.note("k", *now);
                }
                asks
            })
            .count();
        assert_eq!(asked, 2);
        assert!(!strangers.knows("other", 0));
    }

    #[test]
    fn a_thousand_at_once_are_a_hundred_questions() {
        let mut strangers = Strangers::default();
        for (second, expected) in [(7, 100), (8, 100)] {
            let mut asked = 0;
            for number in 0..1000 {
                let now = second * 1000 + number;
                if strangers.may_ask(now) {
                    strangers.note(&format!("{second}/{number}"), now);
                    asked += 1;
                }
            }
            assert_eq!(asked, expected);
        }
        for number in 0..2 * KEPT {
            strangers.note(&number.to_string(), 0);
        }
        assert!(strangers.until.len() <= KEPT);
    }
}
