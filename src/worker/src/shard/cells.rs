//! Counting: sufficient statistics of a run, per variant and day of first exposure. They add across shards.

use std::collections::BTreeMap;

use isoflag_datafile::Allocation;
use isoflag_experiments::{Bin, Experiments, MetricCell, Observed, Second, UnitCell};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::metric::MetricWant;
use super::refresh::{left, refresh};
use super::rejudge::{rejudge, unknown};
use super::{losses, totals, verdicts};
use crate::errors::Result;
use crate::host::Sql;
use crate::registry::RunRow;

/// A run and the metrics to count for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Want {
    pub(crate) experiment: String,
    pub(crate) run: String,
    /// When it was opened.
    pub(crate) opened_at: i64,
    pub(crate) metrics: Vec<MetricWant>,
    /// What exposures are judged by that came before it was opened.
    pub(crate) arms: Vec<String>,
    pub(crate) allocation: Option<Allocation>,
}

impl Want {
    /// A run with the metrics its experiment is planned with; none when there is no plan.
    pub(crate) fn of(row: &RunRow, experiments: &Experiments) -> Result<Self> {
        let mut metrics = BTreeMap::new();
        if let Some(experiment) = experiments.experiments.get(&row.experiment) {
            for key in experiment.metrics() {
                let Some(metric) = experiments.metrics.get(key) else { continue };
                metrics.insert(key, MetricWant::of(key, metric));
            }
        }
        Ok(Want {
            experiment: row.experiment.clone(),
            run: row.run.clone(),
            opened_at: row.opened_at,
            metrics: metrics.into_values().collect(),
            arms: row.arms()?.into_iter().map(|arm| arm.variant).collect(),
            allocation: row.allocation()?,
        })
    }
}

/// What counting came to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Counted {
    /// One for each want, all of them as they stood at one moment.
    Done(Vec<Observed>),
    /// So many units, or more, are yet to be counted. What was counted is kept.
    Left(u64),
}

/// Units counted before a shard answers: enough that the statements' own cost does not show, few enough that whoever else wants
/// something of it waits a fraction of a second. A first report on a million units is many such steps.
const UNITS_AT_ONCE: usize = 10_000;

/// Counts on, and says what there is once nothing is left to count. While it is sealed, a shard changes no fact.
pub(super) fn count(sql: &Sql, wants: &[Want], sealed: bool) -> Result<Counted> {
    if !sealed && !sql.transaction(|sql| rejudge(sql, wants))? {
        return Ok(Counted::Left(unknown(sql)?));
    }
    let runs = wants.iter().map(|want| number(sql, want)).collect::<Result<Vec<_>>>()?;
    let mut room = UNITS_AT_ONCE;
    let mut waiting = 0;
    for (want, run) in wants.iter().zip(&runs) {
        let Some(run) = *run else { continue };
        room = room.saturating_sub(refresh(sql, run, &want.metrics, room)?);
        waiting += left(sql, run)?;
    }
    if waiting > 0 {
        return Ok(Counted::Left(waiting));
    }
    wants.iter().zip(runs).map(|(want, run)| observed(sql, want, run)).collect::<Result<_>>().map(Counted::Done)
}

/// The number of a run, when somebody was in it.
fn number(sql: &Sql, want: &Want) -> Result<Option<i64>> {
    let run: Option<(i64,)> = sql.first(
        "SELECT run FROM runs WHERE experiment = ? AND name = ?",
        vec![want.experiment.as_str().into(), want.run.as_str().into()],
    )?;
    Ok(run.map(|(run,)| run))
}

fn observed(sql: &Sql, want: &Want, run: Option<i64>) -> Result<Observed> {
    let dropped = losses::since(sql, want.opened_at)?;
    let Some(run) = run else { return Ok(Observed { dropped, ..Observed::default() }) };
    let units: Vec<(String, i64, u64)> =
        sql.read("SELECT variant, day, units FROM unit_cells WHERE run = ? ORDER BY variant, day", vec![run.into()])?;
    let (mixed_units,): (u64,) = sql
        .first("SELECT count(*) FROM run_units WHERE run = ? AND variants > 1", vec![run.into()])?
        .unwrap_or_default();
    // Each by its own: only a lone min or max is read off the end of an index.
    let end = |end: &str| -> Result<Option<i64>> {
        let query = format!("SELECT {end}(first_at) FROM run_units WHERE run = ?");
        Ok(sql.first::<(Option<i64>,)>(&query, vec![run.into()])?.and_then(|(at,)| at))
    };
    let units = units.into_iter().map(|(variant, day, units)| UnitCell { variant, day, units }).collect();
    let metrics = metrics(sql, run, &want.metrics)?;
    let (first_exposure, last_exposure) = (end("min")?, end("max")?);
    let verdicts = verdicts::count(sql, run)?;
    let partial = totals::partial(sql, run, &want.metrics, first_exposure)?;
    let (stranded,): (u64,) =
        sql.first("SELECT count(*) FROM stranded WHERE run = ?", vec![run.into()])?.unwrap_or_default();
    Ok(Observed {
        units,
        metrics,
        mixed_units,
        first_exposure,
        last_exposure,
        verdicts,
        dropped,
        partial,
        stranded,
        ..Observed::default()
    })
}

/// metric, variant, day, sum, squares, second sum, second squares, cross.
#[derive(Deserialize)]
struct CellRow(String, String, i64, f64, f64, f64, f64, f64);

/// metric, variant, day, bin, units, sum, squares.
#[derive(Deserialize)]
struct BinRow(String, String, i64, i32, u64, f64, f64);

fn metrics(sql: &Sql, run: i64, wanted: &[MetricWant]) -> Result<BTreeMap<String, Vec<MetricCell>>> {
    let keys = json!(wanted.iter().map(|metric| &metric.key).collect::<Vec<_>>()).to_string();
    let values = || vec![run.into(), keys.as_str().into()];
    let cells: Vec<CellRow> = sql.read(
        "SELECT metric, variant, day, sum, sum_squares, second, second_squares, cross FROM metric_cells
         WHERE run = ?1 AND metric IN (SELECT value FROM json_each(?2)) ORDER BY metric, variant, day",
        values(),
    )?;
    let bins: Vec<BinRow> = sql.read(
        "SELECT metric, variant, day, bin, units, sum, sum_squares FROM bin_cells
         WHERE run = ?1 AND metric IN (SELECT value FROM json_each(?2)) ORDER BY metric, variant, day, bin",
        values(),
    )?;
    let mut binned: BTreeMap<(String, String, i64), Vec<Bin>> = BTreeMap::new();
    for BinRow(metric, variant, day, bin, units, sum, sum_squares) in bins {
        binned.entry((metric, variant, day)).or_default().push(Bin { bin, units, sum, sum_squares });
    }
    let mut metrics: BTreeMap<String, Vec<MetricCell>> = BTreeMap::new();
    for CellRow(metric, variant, day, sum, sum_squares, second, second_squares, cross) in cells {
        let has_second = wanted.iter().any(|want| want.key == metric && want.second.is_some());
        let bins = binned.remove(&(metric.clone(), variant.clone(), day)).unwrap_or_default();
        let second = has_second.then_some(Second { sum: second, sum_squares: second_squares, cross });
        metrics.entry(metric).or_default().push(MetricCell { variant, day, sum, sum_squares, second, bins });
    }
    Ok(metrics)
}
