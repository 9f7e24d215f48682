//! A group sequential test as it went: where it stopped, and intervals that hold at all its looks together.
//!
//! `Z_k = estimate/se`; the test stops at the first look with `|Z_k| ≥ z_k` (one-sided: `Z_k ≥ z_k`). The repeated intervals `estimate ± z_k se` of Jennison &
//! Turnbull (1989) cover the truth at every look at once with chance 1−α, so they may be read whether or not the test stopped.

use crate::sample::Interval;
use crate::sequential::group_sequential_bounds::group_sequential_bounds;
use crate::sequential::spending::Spending;
use alloc::vec::Vec;

/// One entry per look taken.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSequentialRun {
    /// Test statistics.
    pub z: Vec<f64>,
    /// Boundaries.
    pub bounds: Vec<f64>,
    /// First look that crosses, counted from 1.
    pub stop_look: Option<usize>,
    /// Repeated confidence intervals; infinite where nothing may be spent.
    pub intervals: Vec<Interval>,
}

/// The looks taken so far, `(information fraction, estimate, standard error)`; `None` when there are no boundaries (see
/// [`group_sequential_bounds`]), an estimate is not finite or a standard error not positive.
#[must_use]
pub fn group_sequential_run(
    looks: &[(f64, f64, f64)],
    alpha: f64,
    sides: u8,
    spending: Spending,
) -> Option<GroupSequentialRun> {
    let sound = looks.iter().all(|(_, estimate, se)| estimate.is_finite() && *se > 0.0 && se.is_finite());
    if !sound {
        return None;
    }
    let fractions: Vec<f64> = looks.iter().map(|(t, _, _)| *t).collect();
    let bounds = group_sequential_bounds(&fractions, alpha, sides, spending)?.z;
    let z: Vec<f64> = looks.iter().map(|(_, estimate, se)| estimate / se).collect();
    let crosses = |(z, bound): (&f64, &f64)| if sides == 1 { z >= bound } else { z.abs() >= *bound };
    let stop_look = z.iter().zip(&bounds).position(crosses).map(|look| look + 1);
    let intervals = looks.iter().zip(&bounds).map(|((_, estimate, se), bound)| Interval::around(*estimate, bound * se));
    Some(GroupSequentialRun { stop_look, intervals: intervals.collect(), z, bounds })
}
