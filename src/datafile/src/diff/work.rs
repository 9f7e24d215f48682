use super::walk::Stop;
use std::cell::Cell;

/// What following every combination of answers may cost for one flag, and each further attempt to find bounds.
pub(super) const COMBINATIONS: u64 = 16_000_000;
pub(super) const STATES: u64 = 4_000_000;

/// What all flags of a diff may cost together. When it is used up, each may still spend the least.
const WHOLE: u64 = 60_000_000;
const LEAST: u64 = 200_000;

/// The work that may still be done: a step of a cell costs one, and one for each interval it is cut with. Counted and not
/// measured, so that a diff says the same on every machine; in wasm, some 20 million go into a second.
pub(super) struct Work {
    whole: Cell<u64>,
    left: Cell<u64>,
}

impl Work {
    pub(super) fn new() -> Self {
        Self { whole: Cell::new(WHOLE), left: Cell::new(0) }
    }

    /// Does something that may cost so much.
    pub(super) fn allow<T>(&self, most: u64, follow: impl FnOnce() -> T) -> T {
        let allowed = self.whole.get().clamp(LEAST, most);
        self.left.set(allowed);
        let followed = follow();
        self.whole.set(self.whole.get().saturating_sub(allowed - self.left.get()));
        followed
    }

    /// What has been spent so far.
    #[cfg(test)]
    pub(super) fn spent(&self) -> u64 {
        WHOLE - self.whole.get()
    }

    /// Counts work.
    ///
    /// # Errors
    ///
    /// When no more is allowed.
    pub(super) fn spend(&self, work: usize) -> Result<(), Stop> {
        match self.left.get().checked_sub(work as u64) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(Stop::TooMany),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_may_spend_its_own_and_all_flags_the_whole() {
        let work = Work::new();
        let spend_all = || (0..).take_while(|_| work.spend(1_000_000).is_ok()).count() as u64;
        assert_eq!(work.allow(STATES, spend_all), STATES / 1_000_000);
        let mut spent = STATES / 1_000_000;
        while work.whole.get() > LEAST {
            spent += work.allow(COMBINATIONS, spend_all);
        }
        assert_eq!(spent, WHOLE / 1_000_000);
        assert!(work.allow(COMBINATIONS, || work.spend(LEAST as usize)).is_ok(), "the least is left");
        assert!(work.allow(COMBINATIONS, || work.spend(LEAST as usize + 1)).is_err());
    }
}
