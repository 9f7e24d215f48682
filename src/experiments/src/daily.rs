//! Cells laid out by day and arm.

use crate::observed::{MetricCell, UnitCell};
use crate::run::Arm;
use isoflag_stats::Sums;
use std::collections::BTreeMap;

/// For every day with units, the sums of each arm, in the order of the arms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Daily {
    arms: usize,
    days: BTreeMap<i64, Vec<Sums>>,
}

impl Daily {
    /// Units alone. Cells of variants that are no arm of the run are left out.
    pub(crate) fn of_units(arms: &[Arm], cells: &[UnitCell]) -> Self {
        let mut daily = Self { arms: arms.len(), days: BTreeMap::new() };
        for cell in cells.iter().filter(|cell| cell.units > 0) {
            if let Some(sums) = daily.cell(arms, &cell.variant, cell.day) {
                sums.n += cell.units as f64;
            }
        }
        daily
    }

    /// The same units with one metric's sums.
    pub(crate) fn with_metric(&self, arms: &[Arm], cells: &[MetricCell]) -> Self {
        let mut daily = self.clone();
        for cell in cells.iter().filter(|cell| cell.is_sound()) {
            if let Some(sums) = daily.cell(arms, &cell.variant, cell.day) {
                sums.sum += cell.sum;
                sums.sum_squares += cell.sum_squares;
            }
        }
        daily
    }

    fn cell(&mut self, arms: &[Arm], variant: &str, day: i64) -> Option<&mut Sums> {
        let index = arms.iter().position(|arm| arm.variant == variant)?;
        let count = self.arms;
        self.days.entry(day).or_insert_with(|| vec![Sums::default(); count]).get_mut(index)
    }

    /// Sums of each arm over all days.
    pub(crate) fn total(&self) -> Vec<Sums> {
        self.until(i64::MAX)
    }

    /// Sums of each arm over the days up to and with `day`.
    pub(crate) fn until(&self, day: i64) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.arms];
        for (_, cells) in self.days.range(..=day) {
            add(&mut sums, cells);
        }
        sums
    }

    /// Days with units and what had been seen by their end.
    pub(crate) fn cumulative(&self) -> impl Iterator<Item = (i64, Vec<Sums>)> {
        self.days.iter().scan(vec![Sums::default(); self.arms], |sums, (day, cells)| {
            add(sums, cells);
            Some((*day, sums.clone()))
        })
    }

    /// Units of all arms, by day.
    pub(crate) fn units_by_day(&self) -> impl DoubleEndedIterator<Item = (i64, f64)> {
        self.days.iter().map(|(day, cells)| (*day, cells.iter().map(|sums| sums.n).sum()))
    }

    /// The first day with units.
    pub(crate) fn first_day(&self) -> Option<i64> {
        self.days.keys().next().copied()
    }
}

fn add(sums: &mut [Sums], cells: &[Sums]) {
    for (sum, cell) in sums.iter_mut().zip(cells) {
        sum.n += cell.n;
        sum.sum += cell.sum;
        sum.sum_squares += cell.sum_squares;
    }
}
