//! What is totalled, remembered: a total that is known while events go keeps what they came to.

use std::collections::BTreeMap;

use serde_json::json;

use super::archive;
use super::metric::{MetricWant, Total};
use crate::errors::{Error, Result};
use crate::host::Sql;

pub(super) fn definition(total: &Total) -> Result<String> {
    serde_json::to_string(total).map_err(Error::internal)
}

/// Remembers the totals of some metrics. One that is new knows nothing of what is gone by now.
pub(super) fn learn(sql: &Sql, run: i64, metrics: &[MetricWant]) -> Result<()> {
    let totals = metrics.iter().flat_map(|metric| std::iter::once(&metric.first).chain(&metric.second));
    let definitions = totals.map(definition).collect::<Result<Vec<_>>>()?;
    sql.run(
        "INSERT INTO totals (run, definition, since) SELECT ?1, value, ?3 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
        vec![run.into(), json!(definitions).to_string().into(), archive::bounds(sql)?.floor.into()],
    )
}

/// The number of a total.
pub(super) fn number(sql: &Sql, run: i64, total: &Total) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql.first(
        "SELECT total FROM totals WHERE run = ? AND definition = ?",
        vec![run.into(), definition(total)?.into()],
    )?;
    Ok(row.map(|(total,)| total))
}

/// Metrics that lack something: events were gone before they were defined that some unit's window would reach. Each with the time from
/// which on it has everything.
pub(super) fn partial(
    sql: &Sql,
    run: i64,
    metrics: &[MetricWant],
    first_exposure: Option<i64>,
) -> Result<BTreeMap<String, i64>> {
    let mut partial = BTreeMap::new();
    let Some(first_exposure) = first_exposure.filter(|_| archive::bounds(sql).is_ok_and(|bounds| bounds.floor > 0))
    else {
        return Ok(partial);
    };
    for metric in metrics {
        for total in std::iter::once(&metric.first).chain(&metric.second) {
            let row: Option<(i64,)> = sql.first(
                "SELECT since FROM totals WHERE run = ? AND definition = ? AND since > ?",
                vec![run.into(), definition(total)?.into(), first_exposure.saturating_add(total.from_ms).into()],
            )?;
            if let Some((since,)) = row {
                let known = partial.entry(metric.key.clone()).or_insert(since);
                *known = since.max(*known);
            }
        }
    }
    Ok(partial)
}
