use crate::decompile::{Ask, Test};
use isoflag_engine::layout::{ACCEPT, REJECT};
use std::collections::{BTreeMap, BTreeSet};

/// A condition at one instant: its tests without those of the time, which have an answer then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Condition {
    Always,
    Never,
    /// Tests that jump forward, the first one first.
    Tests(Vec<Test>),
}

impl Condition {
    /// A condition as it stands in a program, at an instant. Jumps over tests of the time go straight to where they lead,
    /// and what is no longer reached is left out, so that equal conditions stay equal when only a schedule differs.
    pub(super) fn at(tests: &[Test], now: i64) -> Self {
        let Some(first) = settle(tests, 0, now) else { return Self::Always };
        match first {
            ACCEPT => return Self::Always,
            REJECT => return Self::Never,
            _ => {}
        }
        let mut numbers = BTreeMap::new();
        let mut reached = BTreeSet::from([first]);
        let mut kept = Vec::new();
        // Jumps only go forward, so in ascending order every test is seen after all that lead to it.
        while let Some(index) = reached.pop_first() {
            let Some(test) = tests.get(usize::from(index)) else { continue };
            numbers.insert(index, kept.len() as u16);
            let next = |target| settle(tests, target, now).unwrap_or(REJECT);
            let (on_true, on_false) = (next(test.on_true), next(test.on_false));
            reached.extend([on_true, on_false].into_iter().filter(|target| *target < REJECT && *target > index));
            kept.push(Test { on_true, on_false, ask: test.ask.clone() });
        }
        let renumber = |target: u16| numbers.get(&target).copied().unwrap_or(target);
        for test in &mut kept {
            (test.on_true, test.on_false) = (renumber(test.on_true), renumber(test.on_false));
        }
        Self::Tests(kept)
    }
}

/// Where a jump ends when the tests of the time on its way are answered. `None` when there are no tests.
fn settle(tests: &[Test], mut target: u16, now: i64) -> Option<u16> {
    if tests.is_empty() {
        return None;
    }
    while let Some(test) = tests.get(usize::from(target)) {
        let holds = match test.ask {
            Ask::NowBefore(time) => now < time,
            Ask::NowNotBefore(time) => now >= time,
            _ => break,
        };
        let next = if holds { test.on_true } else { test.on_false };
        if next <= target {
            return Some(REJECT);
        }
        target = next;
    }
    Some(target)
}

/// The attributes that tests ask.
pub(super) fn attributes(tests: &[Test]) -> BTreeSet<&str> {
    let names = tests.iter().filter_map(|test| match &test.ask {
        Ask::Attribute { name, .. } => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(ask: Ask, on_true: u16, on_false: u16) -> Test {
        Test { on_true, on_false, ask }
    }

    fn plan() -> Ask {
        Ask::Attribute { name: "plan".to_owned(), op: 3, operand: b"pro".to_vec() }
    }

    #[test]
    fn a_schedule_is_answered_and_leaves_the_rest_as_it_was() {
        let scheduled =
            [test(Ask::NowNotBefore(10), 1, REJECT), test(Ask::NowBefore(20), 2, REJECT), test(plan(), ACCEPT, REJECT)];
        let plain = [test(plan(), ACCEPT, REJECT)];
        assert_eq!(Condition::at(&scheduled, 10), Condition::at(&plain, 0));
        assert_eq!(Condition::at(&scheduled, 9), Condition::Never);
        assert_eq!(Condition::at(&scheduled, 20), Condition::Never);
        assert_eq!(Condition::at(&[test(Ask::NowBefore(5), ACCEPT, REJECT)], 0), Condition::Always);
        assert_eq!(Condition::at(&[], 0), Condition::Always);
    }

    #[test]
    fn tests_that_are_no_longer_reached_are_left_out() {
        let either = [test(Ask::NowBefore(5), 2, 1), test(plan(), ACCEPT, 2), test(plan(), REJECT, ACCEPT)];
        assert_eq!(Condition::at(&either, 0), Condition::Tests(vec![test(plan(), REJECT, ACCEPT)]));
        assert_eq!(
            Condition::at(&either, 5),
            Condition::Tests(vec![test(plan(), ACCEPT, 1), test(plan(), REJECT, ACCEPT)])
        );
    }
}
