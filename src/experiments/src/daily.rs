//! Cells laid out by day and arm.

use crate::observed::{MetricCell, UnitCell};
use crate::run::Arm;
use crate::totals::Totals;
use std::collections::BTreeMap;

/// For every day with units, the totals of each arm, in the order of the arms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Daily {
    arms: usize,
    from: i64,
    days: BTreeMap<i64, Vec<Totals>>,
}

impl Daily {
    /// Units alone. Cells of variants that are no arm of the run are left out, those of days before `from` are laid to that day.
    pub(crate) fn of_units(arms: &[Arm], cells: &[UnitCell], from: i64) -> Self {
        let mut daily = Self { arms: arms.len(), from, days: BTreeMap::new() };
        for cell in cells.iter().filter(|cell| cell.units > 0) {
            if let Some(totals) = daily.cell(arms, &cell.variant, cell.day) {
                totals.n += cell.units as f64;
            }
        }
        daily
    }

    /// The same units with one metric's sums.
    pub(crate) fn with_metric(&self, arms: &[Arm], cells: &[MetricCell]) -> Self {
        let mut daily = self.clone();
        for cell in cells.iter().filter(|cell| cell.is_sound()) {
            if let Some(totals) = daily.cell(arms, &cell.variant, cell.day) {
                totals.take(cell);
            }
        }
        daily
    }

    fn cell(&mut self, arms: &[Arm], variant: &str, day: i64) -> Option<&mut Totals> {
        let index = arms.iter().position(|arm| arm.variant == variant)?;
        let count = self.arms;
        self.days.entry(day.max(self.from)).or_insert_with(|| vec![Totals::default(); count]).get_mut(index)
    }

    /// Without the days after `last`.
    pub(crate) fn up_to(mut self, last: i64) -> Self {
        self.days.retain(|day, _| *day <= last);
        self
    }

    /// Totals of each arm over all days.
    pub(crate) fn total(&self) -> Vec<Totals> {
        self.until(i64::MAX)
    }

    /// Totals of each arm over the days up to and with `day`.
    pub(crate) fn until(&self, day: i64) -> Vec<Totals> {
        self.cumulative()
            .take_while(|(at, _)| *at <= day)
            .last()
            .map_or_else(|| vec![Totals::default(); self.arms], |(_, totals)| totals)
    }

    /// Days with units and what had been seen by their end.
    pub(crate) fn cumulative(&self) -> impl Iterator<Item = (i64, Vec<Totals>)> {
        self.days.iter().scan(vec![Totals::default(); self.arms], |totals, (day, cells)| {
            for (sum, cell) in totals.iter_mut().zip(cells) {
                sum.add(cell);
            }
            Some((*day, totals.clone()))
        })
    }

    /// Units of all arms, by day.
    pub(crate) fn units_by_day(&self) -> impl DoubleEndedIterator<Item = (i64, f64)> {
        self.days.iter().map(|(day, cells)| (*day, cells.iter().map(|totals| totals.n).sum()))
    }

    /// Units of all arms and days.
    pub(crate) fn units(&self) -> f64 {
        self.units_by_day().map(|(_, units)| units).sum()
    }

    /// Units of each arm that are new on each day.
    pub(crate) fn arrivals(&self) -> impl Iterator<Item = Vec<f64>> {
        self.days.values().map(|cells| cells.iter().map(|totals| totals.n).collect())
    }

    /// The day by the end of which so many units were there.
    pub(crate) fn reached(&self, units: f64) -> Option<i64> {
        let mut so_far = 0.0;
        self.units_by_day().find_map(|(day, more)| {
            so_far += more;
            (so_far >= units).then_some(day)
        })
    }

    /// The first day with units.
    pub(crate) fn first_day(&self) -> Option<i64> {
        self.days.keys().next().copied()
    }
}
