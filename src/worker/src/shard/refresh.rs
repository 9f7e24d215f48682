//! Bringing the rows of a run's dirty units up to date.

use isoflag_experiments::Kind;
use serde_json::json;

use super::cells::MetricWant;
use crate::errors::{Error, Result};
use crate::host::Sql;

pub(super) fn refresh(sql: &Sql, run: i64, metrics: &[MetricWant]) -> Result<()> {
    let definitions = metrics
        .iter()
        .map(|metric| Ok((metric.key.as_str(), serde_json::to_string(metric).map_err(Error::internal)?)))
        .collect::<Result<Vec<_>>>()?;
    let definitions = json!(definitions).to_string();
    let changed: Option<(i64,)> = sql.first(
        "SELECT count(*) FROM json_each(?2) j
         LEFT JOIN definitions d ON d.run = ?1 AND d.metric = j.value ->> 0 AND d.definition = j.value ->> 1
         WHERE d.metric IS NULL",
        vec![run.into(), definitions.as_str().into()],
    )?;
    if changed != Some((0,)) {
        sql.run(
            "INSERT INTO dirty (run, unit) SELECT run, unit FROM run_units WHERE run = ? ON CONFLICT DO NOTHING",
            vec![run.into()],
        )?;
    }
    let dirty: Option<(i64,)> = sql.first("SELECT unit FROM dirty WHERE run = ? LIMIT 1", vec![run.into()])?;
    if dirty.is_none() && changed == Some((0,)) {
        return Ok(());
    }
    // All metrics of a dirty unit are made again, so those no longer asked for lose their rows with it. Their definition
    // goes too: when one comes back it must be computed for the whole run.
    sql.run("DELETE FROM definitions WHERE run = ?", vec![run.into()])?;
    sql.run(
        "INSERT INTO definitions (run, metric, definition) SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2)",
        vec![run.into(), definitions.as_str().into()],
    )?;
    sql.run(
        "DELETE FROM unit_metrics WHERE run = ?1 AND unit IN (SELECT unit FROM dirty WHERE run = ?1)",
        vec![run.into()],
    )?;
    for metric in metrics {
        total(sql, run, metric)?;
    }
    sql.run("DELETE FROM dirty WHERE run = ?", vec![run.into()])
}

/// Totals one metric over each dirty unit's window, which starts with its first exposure.
fn total(sql: &Sql, run: i64, metric: &MetricWant) -> Result<()> {
    let (total, join) = match metric.kind {
        Kind::Conversion | Kind::Retention => ("1.0", ""),
        Kind::Count | Kind::Ratio | Kind::Quantile => ("count(*)", ""),
        Kind::Sum => (
            "total(CASE WHEN json_type(v.properties, ?5) IN ('integer', 'real') THEN json_extract(v.properties, ?5) END)",
            "JOIN events v ON v.seq = e.event",
        ),
    };
    let query = format!(
        "INSERT INTO unit_metrics (run, unit, metric, value)
         SELECT u.run, u.unit, ?2, {total} FROM dirty d
         JOIN run_units u ON u.run = d.run AND u.unit = d.unit
         JOIN unit_events e ON e.unit = u.unit AND e.name = ?3 AND e.at >= u.first_at AND e.at < u.first_at + ?4
         {join} WHERE d.run = ?1 GROUP BY u.run, u.unit"
    );
    let mut values =
        vec![run.into(), metric.key.as_str().into(), metric.event.as_str().into(), metric.window_ms.into()];
    if metric.kind == Kind::Sum {
        // Property names hold no quotes or backslashes (the ingest refuses them), so quoting them is enough.
        values.push(format!("$.\"{}\"", metric.property.as_deref().unwrap_or_default()).into());
    }
    sql.run(&query, values)
}
