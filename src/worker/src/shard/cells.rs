//! Counting: sufficient statistics of a run, per variant and day of first exposure. They add across shards.

use isoflag_experiments::{Kind, MetricCell, Observed, UnitCell};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refresh::refresh;
use crate::errors::Result;
use crate::host::Sql;

/// A run and the metrics to count for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Want {
    pub(crate) experiment: String,
    pub(crate) run: String,
    pub(crate) metrics: Vec<MetricWant>,
}

/// What a metric is, as far as counting goes. Its JSON is the definition a shard remembers having counted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MetricWant {
    pub(crate) key: String,
    pub(crate) kind: Kind,
    pub(crate) event: String,
    pub(crate) property: Option<String>,
    pub(crate) window_ms: i64,
}

pub(super) fn count(sql: &Sql, want: &Want) -> Result<Observed> {
    let run: Option<(i64,)> = sql.first(
        "SELECT run FROM runs WHERE experiment = ? AND name = ?",
        vec![want.experiment.as_str().into(), want.run.as_str().into()],
    )?;
    let Some((run,)) = run else { return Ok(Observed::default()) };
    refresh(sql, run, &want.metrics)?;

    let units: Vec<(String, i64, u64)> = sql.read(
        "SELECT variant, first_at / 86400000 AS day, count(*) FROM run_units WHERE run = ? AND variants = 1
         GROUP BY variant, day ORDER BY variant, day",
        vec![run.into()],
    )?;
    let apart: Option<(u64, Option<i64>, Option<i64>)> = sql.first(
        "SELECT coalesce(sum(variants > 1), 0), min(first_at), max(first_at) FROM run_units WHERE run = ?",
        vec![run.into()],
    )?;
    let keys: Vec<&str> = want.metrics.iter().map(|metric| metric.key.as_str()).collect();
    let sums: Vec<(String, String, i64, f64, f64)> = sql.read(
        "SELECT m.metric, u.variant, u.first_at / 86400000 AS day, total(m.value), total(m.value * m.value)
         FROM unit_metrics m JOIN run_units u USING (run, unit)
         WHERE m.run = ?1 AND u.variants = 1 AND m.metric IN (SELECT value FROM json_each(?2))
         GROUP BY m.metric, u.variant, day ORDER BY m.metric, u.variant, day",
        vec![run.into(), json!(keys).to_string().into()],
    )?;
    let (mixed_units, first_exposure, last_exposure) = apart.unwrap_or_default();
    let units = units.into_iter().map(|(variant, day, units)| UnitCell { variant, day, units }).collect();
    let mut observed = Observed { units, mixed_units, first_exposure, last_exposure, ..Observed::default() };
    for (metric, variant, day, sum, sum_squares) in sums {
        observed.metrics.entry(metric).or_default().push(MetricCell::new(variant, day, sum, sum_squares));
    }
    Ok(observed)
}
