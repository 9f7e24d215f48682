//! A cap read off the data: the totals of all arms together say where, and all arms are cut alike.
//!
//! The cap is the upper edge of the bin that holds the quantile, at most 1 % above it, so that the capped sums are exact: every bin lies wholly on one side.

use crate::bins::{LAST, bin, lower_edge};
use crate::quantile::Ladder;
use crate::totals::Totals;

/// Where a metric is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cap {
    pub(crate) at: f64,
    bin: i32,
}

impl Cap {
    /// The cap at `quantile` of the totals, zeros included; `None` without totals above 0 there.
    pub(crate) fn at_quantile(arms: &[Totals], quantile: f64) -> Option<Self> {
        let value = Ladder::new(arms)?.value(quantile)?;
        let bin = bin(value);
        (bin > 0 && bin < LAST).then(|| Self { at: lower_edge(bin.saturating_add(1)), bin })
    }

    /// The totals with every unit's number counted no further than the cap.
    pub(crate) fn cut(&self, arm: &Totals) -> Totals {
        let mut cut = arm.clone();
        for beyond in arm.bins.range(self.bin.saturating_add(1)..).map(|(_, bin)| bin) {
            let units = beyond.units as f64;
            cut.sum += self.at * units - beyond.sum;
            cut.sum_squares += self.at * self.at * units - beyond.sum_squares;
        }
        cut
    }

    /// Units that are cut.
    pub(crate) fn reached_by(&self, arms: &[Totals]) -> u64 {
        let beyond = |arm: &Totals| arm.bins.range(self.bin.saturating_add(1)..).map(|(_, bin)| bin.units).sum::<u64>();
        arms.iter().fold(0, |sum: u64, arm| sum.saturating_add(beyond(arm)))
    }
}
