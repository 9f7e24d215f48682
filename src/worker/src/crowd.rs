//! How many writes to one shard are under way from this isolate, so that a shard that cannot keep up is not buried.

use std::collections::{HashMap, VecDeque};

/// A write that is older than this died with its request; nothing else tells.
const FORGOTTEN_MS: i64 = 30_000;

/// A place in the queue of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u64);

/// Writes under way, by shard.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    next: u64,
    waiting: HashMap<String, VecDeque<(u64, i64)>>,
}

impl Crowd {
    /// Lets one more write in; nothing when `most` are under way already.
    pub(crate) fn enter(&mut self, shard: &str, most: usize, now: i64) -> Option<Place> {
        let waiting = self.waiting.entry(shard.to_owned()).or_default();
        while waiting.front().is_some_and(|(_, since)| now - since > FORGOTTEN_MS) {
            waiting.pop_front();
        }
        if waiting.len() >= most {
            return None;
        }
        self.next += 1;
        waiting.push_back((self.next, now));
        Some(Place(self.next))
    }

    pub(crate) fn leave(&mut self, shard: &str, place: Place) {
        if let Some(waiting) = self.waiting.get_mut(shard) {
            waiting.retain(|(number, _)| *number != place.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_turned_away_until_some_leave() {
        let mut crowd = Crowd::default();
        let first = crowd.enter("a", 2, 0).unwrap();
        assert!(crowd.enter("a", 2, 10).is_some());
        assert_eq!(crowd.enter("a", 2, 20), None);
        assert!(crowd.enter("b", 2, 20).is_some(), "another shard has its own queue");
        crowd.leave("a", first);
        assert!(crowd.enter("a", 2, 20).is_some());
        assert_eq!(crowd.enter("a", 2, FORGOTTEN_MS), None);
        assert!(crowd.enter("a", 2, FORGOTTEN_MS + 11).is_some(), "one of them was never heard of again");
    }
}
