//! What is known of one arm on one metric: sums that add.

use crate::observed::{Bin, MetricCell, Second};
use isoflag_stats::{PairSums, Proportion, Sums};
use std::collections::BTreeMap;

/// Units of one arm and the sums of their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// Units, those with 0 included.
    pub(crate) n: f64,
    /// Sum of the units' numbers.
    pub(crate) sum: f64,
    /// Sum of their squares.
    pub(crate) sum_squares: f64,
    /// Of the second number, where the metric has one.
    pub(crate) second: Option<Second>,
    /// Units by the size of their number, those of 0 left out.
    pub(crate) bins: BTreeMap<i32, Bin>,
}

impl Totals {
    /// Takes in what a cell knows of its units, and not the units themselves.
    pub(crate) fn take(&mut self, cell: &MetricCell) {
        self.sum += cell.sum;
        self.sum_squares += cell.sum_squares;
        if let Some(second) = cell.second {
            self.second = Some(second.plus(self.second.unwrap_or_default()));
        }
        for bin in &cell.bins {
            self.take_bin(bin);
        }
    }

    /// Takes in other units.
    pub(crate) fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.sum_squares += other.sum_squares;
        if let Some(second) = other.second {
            self.second = Some(second.plus(self.second.unwrap_or_default()));
        }
        for bin in other.bins.values() {
            self.take_bin(bin);
        }
    }

    fn take_bin(&mut self, bin: &Bin) {
        self.bins.entry(bin.bin).or_insert(Bin { bin: bin.bin, ..Bin::default() }).add(bin);
    }

    pub(crate) fn sums(&self) -> Sums {
        Sums { n: self.n, sum: self.sum, sum_squares: self.sum_squares }
    }

    pub(crate) fn proportion(&self) -> Proportion {
        Proportion { n: self.n, successes: self.sum }
    }

    /// Both numbers; `None` where there is but one.
    pub(crate) fn pair(&self) -> Option<PairSums> {
        let second = self.second?;
        Some(PairSums {
            n: self.n,
            sum_y: self.sum,
            sum_x: second.sum,
            sum_yy: self.sum_squares,
            sum_xx: second.sum_squares,
            sum_xy: second.cross,
        })
    }

    /// The second number alone.
    pub(crate) fn second_sums(&self) -> Option<Sums> {
        self.second.map(|second| Sums { n: self.n, sum: second.sum, sum_squares: second.sum_squares })
    }
}
