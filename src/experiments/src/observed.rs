//! What the ledger has for one run: sufficient statistics that add.
//!
//! Units live in one shard each, so the cells of all shards together are the cells of the run: [`Observed::merge`] adds them, in any order and grouping.

use crate::bins::LAST;
use crate::verdicts::{self, VerdictCell};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Units and the sums of their metrics, by variant and day of first exposure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Observed {
    /// Units, those without events included.
    pub units: Vec<UnitCell>,
    /// Sums over the same units, by metric key.
    pub metrics: BTreeMap<String, Vec<MetricCell>>,
    /// The same of parts of the units: attribute, then its value. Empty where the ledger does not know attributes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub segments: BTreeMap<String, BTreeMap<String, Cells>>,
    /// Units exposed to two or more variants: counted, and kept out of every cell.
    pub mixed_units: u64,
    /// Time of the earliest first exposure, in milliseconds since the epoch.
    pub first_exposure: Option<i64>,
    /// Time of the latest first exposure.
    pub last_exposure: Option<i64>,
    /// Nobody knows on which days units came: those of the cells are one day for all of them.
    #[serde(skip_serializing_if = "is_no")]
    pub undated: bool,
    /// Exposures by variant and how far they can be believed, those that are kept apart included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<VerdictCell>,
    /// What senders lost before they could send it, by reason; of the whole environment since the run was opened.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<String, u64>,
    /// Metrics that were defined after events they would have counted were gone, and since when they have all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub partial: BTreeMap<String, i64>,
    /// Units whose events should have moved by a later link, and could not because they were gone.
    #[serde(skip_serializing_if = "is_none")]
    pub stranded: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
fn is_no(it: &bool) -> bool {
    !it
}

#[cfg_attr(target_pointer_width = "64", expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it"))]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Units and the sums of their metrics: of a whole run, or of a segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cells {
    /// Units, those without events included.
    pub units: Vec<UnitCell>,
    /// Sums over the same units, by metric key.
    pub metrics: BTreeMap<String, Vec<MetricCell>>,
}

/// Units of one variant first exposed on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitCell {
    /// The only variant these units saw.
    pub variant: String,
    /// Day of first exposure, in days since the epoch, UTC.
    pub day: i64,
    /// How many.
    pub units: u64,
}

/// The sum of one metric over the units of a [`UnitCell`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricCell {
    /// As in the unit cell.
    pub variant: String,
    /// As in the unit cell.
    pub day: i64,
    /// Sum over units of the unit's number.
    pub sum: f64,
    /// Sum over units of its square.
    pub sum_squares: f64,
    /// A second number of the same units: the denominator of a ratio, or the total before exposure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Second>,
    /// For quantiles and caps: the units by their total, ascending. Units of total 0 are not listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bins: Vec<Bin>,
}

/// The units whose total falls into one of the [`crate::bins`]. Sums stand beside the count, so that a cap at the edge of a bin is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bin {
    /// Number of the bin.
    pub bin: i32,
    /// How many units.
    pub units: u64,
    /// Sum over them.
    pub sum: f64,
    /// Sum of squares over them.
    pub sum_squares: f64,
}

impl Bin {
    pub(crate) fn add(&mut self, other: &Self) {
        self.units = self.units.saturating_add(other.units);
        self.sum += other.sum;
        self.sum_squares += other.sum_squares;
    }

    fn is_sound(&self) -> bool {
        let squares = LARGEST_SUM * LARGEST_SUM;
        self.sum.abs() <= LARGEST_SUM
            && (0.0..=squares).contains(&self.sum_squares)
            && self.bin.saturating_abs() <= LAST
    }
}

/// Sums of a second number beside the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Second {
    /// Sum over units.
    pub sum: f64,
    /// Sum over units of its square.
    pub sum_squares: f64,
    /// Sum over units of its product with the first number.
    pub cross: f64,
}

impl Second {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            sum_squares: self.sum_squares + other.sum_squares,
            cross: self.cross + other.cross,
        }
    }

    fn is_sound(&self) -> bool {
        let squares = LARGEST_SUM * LARGEST_SUM;
        self.sum.abs() <= LARGEST_SUM && (0.0..=squares).contains(&self.sum_squares) && self.cross.abs() <= squares
    }
}

/// Variant and day.
type Cell = (String, i64);

/// No metric is this large; beyond it squares and products stop being numbers.
const LARGEST_SUM: f64 = 1e75;

impl MetricCell {
    /// A cell of one number alone.
    #[must_use]
    pub fn new(variant: impl Into<String>, day: i64, sum: f64, sum_squares: f64) -> Self {
        Self { variant: variant.into(), day, sum, sum_squares, second: None, bins: Vec::new() }
    }

    /// Whether the sums can be sums of real numbers.
    pub(crate) fn is_sound(&self) -> bool {
        self.sum.abs() <= LARGEST_SUM
            && (0.0..=LARGEST_SUM * LARGEST_SUM).contains(&self.sum_squares)
            && self.second.is_none_or(|second| second.is_sound())
            && self.bins.iter().all(Bin::is_sound)
    }

    fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        self.sum_squares += other.sum_squares;
        self.second = match (self.second, other.second) {
            (Some(one), Some(two)) => Some(one.plus(two)),
            (one, two) => one.or(two),
        };
        if self.bins.is_empty() {
            self.bins.clone_from(&other.bins);
        } else if !other.bins.is_empty() {
            let mut bins: BTreeMap<i32, Bin> = BTreeMap::new();
            for cell in self.bins.iter().chain(&other.bins) {
                bins.entry(cell.bin).or_insert(Bin { bin: cell.bin, ..Bin::default() }).add(cell);
            }
            self.bins = bins.into_values().collect();
        }
    }
}

fn add(mut sums: BTreeMap<String, u64>, more: BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    for (reason, count) in more {
        let sum = sums.entry(reason).or_default();
        *sum = sum.saturating_add(count);
    }
    sums
}

fn latest(mut times: BTreeMap<String, i64>, more: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    for (metric, time) in more {
        let known = times.entry(metric).or_insert(time);
        *known = time.max(*known);
    }
    times
}

impl Cells {
    /// The cells of both together, one per variant and day, in order.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let mut units: BTreeMap<Cell, u64> = BTreeMap::new();
        for cell in self.units.into_iter().chain(other.units) {
            let sum = units.entry((cell.variant, cell.day)).or_default();
            *sum = sum.saturating_add(cell.units);
        }
        let mut metrics: BTreeMap<String, BTreeMap<Cell, MetricCell>> = BTreeMap::new();
        for (metric, cells) in self.metrics.into_iter().chain(other.metrics) {
            let metric = metrics.entry(metric).or_default();
            for cell in cells {
                match metric.entry((cell.variant.clone(), cell.day)) {
                    Entry::Vacant(place) => drop(place.insert(cell)),
                    Entry::Occupied(mut sums) => sums.get_mut().add(&cell),
                }
            }
        }
        Self {
            units: units.into_iter().map(|((variant, day), units)| UnitCell { variant, day, units }).collect(),
            metrics: metrics.into_iter().map(|(key, cells)| (key, cells.into_values().collect())).collect(),
        }
    }
}

impl Observed {
    /// The statistics of both together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let cells = Cells { units: self.units, metrics: self.metrics };
        let Cells { units, metrics } = cells.merge(Cells { units: other.units, metrics: other.metrics });
        let mut segments = self.segments;
        for (dimension, values) in other.segments {
            let known = segments.entry(dimension).or_default();
            for (value, cells) in values {
                let before = known.remove(&value).unwrap_or_default();
                known.insert(value, before.merge(cells));
            }
        }
        Self {
            units,
            metrics,
            segments,
            mixed_units: self.mixed_units.saturating_add(other.mixed_units),
            first_exposure: [self.first_exposure, other.first_exposure].into_iter().flatten().min(),
            last_exposure: self.last_exposure.max(other.last_exposure),
            undated: self.undated || other.undated,
            verdicts: verdicts::merge(self.verdicts.into_iter().chain(other.verdicts)),
            dropped: add(self.dropped, other.dropped),
            partial: latest(self.partial, other.partial),
            stranded: self.stranded.saturating_add(other.stranded),
        }
    }
}
