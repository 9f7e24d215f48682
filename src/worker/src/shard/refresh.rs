//! Bringing a run up to date: what changed is taken out of the cells as it was counted, made again, and put back.

use isoflag_experiments::bins::{LAST, lower_edge};
use serde_json::json;

use super::metric::{MetricWant, Of, Total};
use super::totals;
use crate::errors::{Error, Result};
use crate::host::Sql;
use crate::outbox::END;

/// A cell that shrinks to less than this share of what it was is added up anew from its units: taking a huge number out of a sum
/// leaves the rounding it brought, a share of 10⁻¹⁶ of its square, and that must stay small beside what is left.
const SHRUNK: f64 = 1e-6;

/// Makes the cells of a run true, as far as `most` units go. Answers how many it took.
pub(super) fn refresh(sql: &Sql, run: i64, metrics: &[MetricWant], most: usize) -> Result<usize> {
    sql.transaction(|sql| {
        totals::learn(sql, run, metrics)?;
        follow_definitions(sql, run, metrics)
    })?;
    let counted = sql.transaction(|sql| count_anew(sql, run, most))?;
    // INVARIANT: of a run that is counted anew nothing is taken out of a cell before all of it is in: what stands behind the place is in none.
    if place(sql, run)?.is_some() {
        return Ok(counted);
    }
    let units: Vec<(i64,)> = sql.read(
        "SELECT unit FROM dirty WHERE run = ? LIMIT ?",
        vec![run.into(), limit(most.saturating_sub(counted))?.into()],
    )?;
    if !units.is_empty() {
        let list = list(&units);
        sql.transaction(|sql| Units { sql, run, units: &list }.again())?;
    }
    Ok(counted + units.len())
}

/// How many units of a run are yet to be made again.
pub(super) fn left(sql: &Sql, run: i64) -> Result<u64> {
    let left: Option<(u64,)> = match place(sql, run)? {
        // What is dirty behind the place is counted on the way.
        Some(place) => sql.first(
            "SELECT (SELECT count(*) FROM run_units WHERE run = ?1 AND unit > ?2) + (SELECT count(*) FROM dirty WHERE run = ?1 AND unit <= ?2)",
            vec![run.into(), place.into()],
        )?,
        None => sql.first("SELECT count(*) FROM dirty WHERE run = ?", vec![run.into()])?,
    };
    Ok(left.map_or(0, |(left,)| left))
}

/// Up to which unit a run was counted anew; nothing when all of it is counted by the definitions there are.
fn place(sql: &Sql, run: i64) -> Result<Option<i64>> {
    Ok(sql.first::<(i64,)>("SELECT unit FROM recounts WHERE run = ?", vec![run.into()])?.map(|(unit,)| unit))
}

/// Counts the next units of a run that is counted anew. Answers how many.
fn count_anew(sql: &Sql, run: i64, most: usize) -> Result<usize> {
    let Some(place) = place(sql, run)?.filter(|_| most > 0) else { return Ok(0) };
    let units: Vec<(i64,)> = sql.read(
        "SELECT unit FROM run_units WHERE run = ? AND unit > ? ORDER BY unit LIMIT ?",
        vec![run.into(), place.into(), limit(most)?.into()],
    )?;
    let last = units.last().filter(|_| units.len() == most).map(|(last,)| *last);
    // All there is of the run up to there goes at once: whatever was known of it is in no cell any more.
    for table in ["unit_metrics", "counted", "dirty"] {
        sql.run(
            &format!("DELETE FROM {table} WHERE run = ? AND unit > ? AND unit <= ?"),
            vec![run.into(), place.into(), last.unwrap_or(END).into()],
        )?;
    }
    Units { sql, run, units: &list(&units) }.count(&definitions(sql, run)?)?;
    match last {
        Some(last) => sql.run("UPDATE recounts SET unit = ? WHERE run = ?", vec![last.into(), run.into()])?,
        None => sql.run("DELETE FROM recounts WHERE run = ?", vec![run.into()])?,
    }
    Ok(units.len())
}

/// All metrics a run was ever counted by, so that none of its cells goes stale.
fn definitions(sql: &Sql, run: i64) -> Result<Vec<MetricWant>> {
    let known: Vec<(String,)> = sql.read("SELECT definition FROM definitions WHERE run = ?", vec![run.into()])?;
    let metrics: Vec<MetricWant> =
        known.iter().filter_map(|(definition,)| serde_json::from_str(definition).ok()).collect();
    if metrics.len() != known.len() {
        return Err(Error::internal(format!("a definition of run {run} cannot be read")));
    }
    Ok(metrics)
}

fn limit(most: usize) -> Result<i64> {
    i64::try_from(most).map_err(Error::internal)
}

fn list(units: &[(i64,)]) -> String {
    json!(units.iter().map(|(unit,)| unit).collect::<Vec<_>>()).to_string()
}

/// A run with a metric that reads otherwise than it was counted by is counted anew, from its first unit on. Its cells go at once, as they are
/// few beside its units; what is known of those goes as they are reached.
fn follow_definitions(sql: &Sql, run: i64, metrics: &[MetricWant]) -> Result<()> {
    let definitions = metrics
        .iter()
        .map(|metric| Ok((metric.key.as_str(), serde_json::to_string(metric).map_err(Error::internal)?)))
        .collect::<Result<Vec<_>>>()?;
    let definitions = json!(definitions).to_string();
    // A metric no longer asked for is no change: it is carried along, and is right when it is asked for again.
    let changed: Option<(i64,)> = sql.first(
        "SELECT count(*) FROM json_each(?2) j
         LEFT JOIN definitions d ON d.run = ?1 AND d.metric = j.value ->> 0 AND d.definition = j.value ->> 1
         WHERE d.metric IS NULL",
        vec![run.into(), definitions.as_str().into()],
    )?;
    if changed == Some((0,)) {
        return Ok(());
    }
    for table in ["definitions", "unit_cells", "metric_cells", "bin_cells"] {
        sql.run(&format!("DELETE FROM {table} WHERE run = ?"), vec![run.into()])?;
    }
    sql.run(
        "INSERT INTO definitions (run, metric, definition) SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2)",
        vec![run.into(), definitions.into()],
    )?;
    if metrics.iter().any(|metric| metric.bins) {
        fill_edges(sql)?;
    }
    sql.run("INSERT OR REPLACE INTO recounts (run, unit) VALUES (?, ?)", vec![run.into(), 0.into()])
}

fn fill_edges(sql: &Sql) -> Result<()> {
    let filled: Option<(i64,)> = sql.first("SELECT count(*) FROM edges", vec![])?;
    if filled != Some((0,)) {
        return Ok(());
    }
    let edges: Vec<(f64, i32)> = (1..=LAST).map(|bin| (lower_edge(bin), bin)).collect();
    sql.run(
        "INSERT INTO edges (edge, bin) SELECT value ->> 0, value ->> 1 FROM json_each(?)",
        vec![json!(edges).to_string().into()],
    )
}

/// `y` and `s`: the two numbers of a unit `c` as they count, its metric `?4` capped at `?5`.
const NUMBERS: &str = "SELECT c.run, m.metric, c.variant, c.day, min(m.value, coalesce(?5, m.value)) AS y,
   min(m.second, coalesce(?5, m.second)) AS s";
const OF_METRIC: &str = "CROSS JOIN unit_metrics m ON m.run = c.run AND m.unit = c.unit AND m.metric = ?4";

/// Some units of a run, as a JSON array. CROSS JOIN is SQLite's word for "in this order": the planner knows nothing of the array's
/// length and would scan it once for every unit of the run.
struct Units<'a> {
    sql: &'a Sql,
    run: i64,
    units: &'a str,
}

impl Units<'_> {
    fn again(&self) -> Result<()> {
        let metrics = definitions(self.sql, self.run)?;
        self.put(&metrics, -1)?;
        for table in ["unit_metrics", "counted"] {
            self.run(&format!("DELETE FROM {table} WHERE run = ?1 AND unit IN (SELECT value FROM json_each(?2))"))?;
        }
        self.count(&metrics)?;
        for metric in &metrics {
            self.add_up_shrunk(metric)?;
        }
        // Sums of fractions taken back may leave a trace of rounding; where no unit is left nothing may be.
        for table in ["unit_cells", "metric_cells", "bin_cells"] {
            self.sql.run(&format!("DELETE FROM {table} WHERE run = ? AND units = 0"), vec![self.run.into()])?;
        }
        self.run("DELETE FROM dirty WHERE run = ?1 AND unit IN (SELECT value FROM json_each(?2))")
    }

    /// Totals units nothing is known of by each metric, and adds them to the cells.
    fn count(&self, metrics: &[MetricWant]) -> Result<()> {
        // Units that saw two variants are counted apart, and are in no cell.
        self.run(
            "INSERT INTO counted (run, unit, variant, day)
             SELECT u.run, u.unit, u.variant, u.first_at / 86400000 FROM json_each(?2) j
             CROSS JOIN run_units u ON u.run = ?1 AND u.unit = j.value WHERE u.variants = 1",
        )?;
        for metric in metrics {
            self.total(&metric.key, "value", &metric.first)?;
            if let Some(second) = &metric.second {
                self.total(&metric.key, "second", second)?;
            }
        }
        self.put(metrics, 1)
    }

    /// Totals one number of a metric over the window of each unit.
    fn total(&self, metric: &str, column: &str, total: &Total) -> Result<()> {
        let (expression, join) = total.of.sql();
        let numbers = if column == "value" { format!("{expression}, 0") } else { format!("0, {expression}") };
        let query = format!(
            "INSERT INTO unit_metrics (run, unit, metric, value, second)
             SELECT c.run, c.unit, ?3, {numbers} FROM json_each(?2) j
             CROSS JOIN counted c ON c.run = ?1 AND c.unit = j.value
             CROSS JOIN run_units u ON u.run = c.run AND u.unit = c.unit
             CROSS JOIN unit_events e ON e.unit = u.unit AND e.name = ?4
               AND e.at >= u.first_at + ?5 AND e.at < u.first_at + ?7
             {join} WHERE true GROUP BY c.unit
             ON CONFLICT (run, unit, metric) DO UPDATE SET {column} = excluded.{column}"
        );
        self.sql.run(
            &query,
            vec![
                self.run.into(),
                self.units.into(),
                metric.into(),
                total.event.as_str().into(),
                total.from_ms.into(),
                total.of.path().into(),
                total.until_ms.into(),
            ],
        )?;
        self.settled(metric, column, total)
    }

    /// Adds what events came to that are no longer there.
    fn settled(&self, metric: &str, column: &str, total: &Total) -> Result<()> {
        let Some(number) = totals::number(self.sql, self.run, total)? else { return Ok(()) };
        let numbers = if column == "value" { "s.value, 0" } else { "0, s.value" };
        let sum = if total.of == Of::Any {
            format!("max({column}, excluded.{column})")
        } else {
            format!("{column} + excluded.{column}")
        };
        self.sql.run(
            &format!(
                "INSERT INTO unit_metrics (run, unit, metric, value, second)
                 SELECT c.run, c.unit, ?3, {numbers} FROM json_each(?2) j
                 CROSS JOIN counted c ON c.run = ?1 AND c.unit = j.value
                 CROSS JOIN settled s ON s.total = ?4 AND s.unit = c.unit WHERE true
                 ON CONFLICT (run, unit, metric) DO UPDATE SET {column} = {sum}"
            ),
            vec![self.run.into(), self.units.into(), metric.into(), number.into()],
        )
    }

    /// Adds the units to the cells they are counted in, or takes them out.
    fn put(&self, metrics: &[MetricWant], sign: i64) -> Result<()> {
        self.sql.run(
            "INSERT INTO unit_cells (run, variant, day, units)
             SELECT c.run, c.variant, c.day, ?3 * count(*) FROM json_each(?2) j
             CROSS JOIN counted c ON c.run = ?1 AND c.unit = j.value WHERE true GROUP BY c.variant, c.day
             ON CONFLICT DO UPDATE SET units = units + excluded.units",
            vec![self.run.into(), self.units.into(), sign.into()],
        )?;
        for metric in metrics {
            let values =
                || vec![self.run.into(), self.units.into(), sign.into(), metric.key.as_str().into(), metric.cap.into()];
            let numbers = format!(
                "({NUMBERS} FROM json_each(?2) j CROSS JOIN counted c ON c.run = ?1 AND c.unit = j.value {OF_METRIC})"
            );
            self.sql.run(
                &format!(
                    "INSERT INTO metric_cells (run, metric, variant, day, units, sum, sum_squares, second, second_squares, cross,
                       peak, second_peak)
                     SELECT run, metric, variant, day, ?3 * count(*), ?3 * total(y), ?3 * total(y * y), ?3 * total(s), ?3 * total(s * s),
                       ?3 * total(y * s), total(y * y), total(s * s) FROM {numbers} WHERE true GROUP BY variant, day
                     ON CONFLICT DO UPDATE SET units = units + excluded.units, sum = sum + excluded.sum,
                       sum_squares = sum_squares + excluded.sum_squares, second = second + excluded.second,
                       second_squares = second_squares + excluded.second_squares, cross = cross + excluded.cross,
                       peak = max(peak, sum_squares + excluded.sum_squares),
                       second_peak = max(second_peak, second_squares + excluded.second_squares)"
                ),
                values(),
            )?;
            if metric.bins {
                self.sql.run(
                    &format!(
                        "INSERT INTO bin_cells (run, metric, variant, day, bin, units, sum, sum_squares)
                         SELECT run, metric, variant, day,
                           sign(y) * coalesce((SELECT bin FROM edges WHERE edge <= abs(y) ORDER BY edge DESC LIMIT 1), 1) AS bin,
                           ?3 * count(*), ?3 * total(y), ?3 * total(y * y)
                         FROM {numbers} WHERE y <> 0 GROUP BY variant, day, bin
                         ON CONFLICT DO UPDATE SET units = units + excluded.units, sum = sum + excluded.sum,
                           sum_squares = sum_squares + excluded.sum_squares"
                    ),
                    values(),
                )?;
            }
        }
        Ok(())
    }

    /// Adds the cells of a metric up anew that have shrunk too far to be told by what was added and taken.
    fn add_up_shrunk(&self, metric: &MetricWant) -> Result<()> {
        let shrunk: Vec<(String, i64)> = self.sql.read(
            "SELECT variant, day FROM metric_cells WHERE run = ?1 AND metric = ?2 AND units > 0
             AND (sum_squares < ?3 * peak OR second_squares < ?3 * second_peak)",
            vec![self.run.into(), metric.key.as_str().into(), SHRUNK.into()],
        )?;
        for (variant, day) in shrunk {
            self.sql.run(
                &format!(
                    "UPDATE metric_cells SET sum = e.sum, sum_squares = e.sum_squares, second = e.second,
                       second_squares = e.second_squares, cross = e.cross, peak = e.sum_squares, second_peak = e.second_squares
                     FROM (SELECT total(y) AS sum, total(y * y) AS sum_squares, total(s) AS second, total(s * s) AS second_squares,
                         total(y * s) AS cross
                       FROM ({NUMBERS} FROM counted c {OF_METRIC} WHERE c.run = ?1 AND c.variant = ?2 AND c.day = ?3)) e
                     WHERE metric_cells.run = ?1 AND metric_cells.metric = ?4 AND metric_cells.variant = ?2 AND metric_cells.day = ?3"
                ),
                vec![
                    self.run.into(),
                    variant.into(),
                    day.into(),
                    metric.key.as_str().into(),
                    metric.cap.into(),
                ],
            )?;
        }
        Ok(())
    }

    fn run(&self, query: &str) -> Result<()> {
        self.sql.run(query, vec![self.run.into(), self.units.into()])
    }
}
