//! Taking in facts. Each statement reads a whole batch as one JSON parameter, so a thousand events cost as many
//! statements as one.

use std::collections::BTreeMap;

use isoflag_events::ids_before;
use isoflag_experiments::ExposureVerdict;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::archive::{self, Bounds};
use super::errands;
use super::links::{self, AliasRow, Linked, Relay};
use super::verdicts;
use crate::errors::{Error, Result};
use crate::host::Sql;

/// When a fact came in and how far off its sender's clock was, where that is known from another shard; else it came just now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Came(pub(crate) i64, pub(crate) Option<i64>);

/// An exposure: id, experiment, run, unit type, unit, variant, at, program, imported, verdict, came. A batch holds each id once.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExposureRow(
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) i64,
    pub(crate) Option<String>,
    pub(crate) bool,
    pub(crate) ExposureVerdict,
    pub(crate) Option<Came>,
);

/// An event: id, name, at, units, properties, experiments (JSON texts), imported; which of its units are ours; came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EventRow(
    pub(crate) String,
    pub(crate) String,
    pub(crate) i64,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) bool,
    pub(crate) Vec<(String, String)>,
    pub(crate) Option<Came>,
);

impl EventRow {
    /// An event `v` as it is stored, as JSON text that reads as a row without units of ours.
    pub(super) const STORED: &str =
        "json_array(v.id, v.name, v.at, v.units, v.properties, v.experiments, json(iif(v.imported, 'true', 'false')), json('[]'),
           json_array(v.received_at, v.skew))";

    pub(super) fn stored(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(Error::internal)
    }

    /// The same event without the units it belongs to here.
    pub(crate) fn alone(&self) -> Self {
        let EventRow(id, name, at, units, properties, experiments, imported, _, came) = self;
        let [units, properties, experiments] = [units, properties, experiments].map(Clone::clone);
        EventRow(id.clone(), name.clone(), *at, units, properties, experiments, *imported, Vec::new(), *came)
    }
}

/// Which facts were news.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Appended {
    /// Ids of exposures not had before. One that only turned out to be earlier is not news.
    pub(crate) exposures: Vec<String>,
    /// Ids of events not had before.
    pub(crate) events: Vec<String>,
    /// Ids of exposures and events from before what this shard can tell apart: not had, and not taken.
    pub(crate) stale: Vec<String>,
    /// Links not had and not taken, by identity: of one type more than a unit may have.
    pub(crate) crowded: Vec<String>,
    /// What other shards must hear before anything is acknowledged. Of events it is said again when they are no news: the first time may
    /// have been in vain. Of links it is noted until it was heard, and goes on for `users`.
    pub(crate) relays: Vec<Relay>,
    /// The units that links lead to, by number.
    pub(crate) users: Vec<i64>,
}

/// What is sent at once.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) exposures: Vec<ExposureRow>,
    pub(crate) events: Vec<EventRow>,
    pub(crate) aliases: Vec<AliasRow>,
}

pub(super) fn append(sql: &Sql, skew: Option<i64>, facts: Facts, now: i64) -> Result<Appended> {
    let Facts { mut exposures, mut events, aliases } = facts;
    let stale = turn_away(sql, &mut exposures, &mut events)?;
    let exposures =
        if exposures.is_empty() { Vec::new() } else { take_exposures(sql, skew, &json!(exposures).to_string(), now)? };
    let news = if events.is_empty() { Vec::new() } else { take_events(sql, skew, &events, now)? };
    let mut appended = Appended { exposures, events: news, stale, ..Appended::default() };
    // After the events: a link speaks for all of them.
    if !aliases.is_empty() {
        let Linked { users, crowded } = links::link(sql, aliases, now)?;
        (appended.users, appended.crowded) = (users, crowded);
        appended.relays = errands::portions(sql, &appended.users)?;
    }
    if !events.is_empty() {
        appended.relays.extend(links::relay(sql, &events)?);
    }
    Ok(appended)
}

/// Takes out what is from before the bounds of the archive, and answers those of it that are not here.
fn turn_away(sql: &Sql, exposures: &mut Vec<ExposureRow>, events: &mut Vec<EventRow>) -> Result<Vec<String>> {
    let Bounds { floor, shown_from } = archive::bounds(sql)?;
    let floor = ids_before(floor);
    let mut stale = Vec::new();
    let old: Vec<&ExposureRow> = exposures.iter().filter(|row| row.6 < shown_from).collect();
    if !old.is_empty() {
        stale.extend(sql.read::<(String,)>(
            "SELECT j.value ->> 0 FROM json_each(?1) j
             LEFT JOIN runs r ON r.experiment = j.value ->> 1 AND r.name = j.value ->> 2
             LEFT JOIN units u ON u.type = j.value ->> 3 AND u.id = j.value ->> 4
             LEFT JOIN exposures x ON x.run = r.run AND x.unit = u.unit AND x.variant = j.value ->> 5 WHERE x.run IS NULL",
            vec![json!(old).to_string().into()],
        )?);
        exposures.retain(|row| row.6 >= shown_from);
    }
    let old: Vec<&str> = events.iter().map(|row| row.0.as_str()).filter(|id| **id < *floor).collect();
    if !old.is_empty() {
        let unknown: Vec<(String,)> = sql.read(
            "SELECT j.value FROM json_each(?) j LEFT JOIN events v ON v.id = j.value WHERE v.id IS NULL",
            vec![json!(old).to_string().into()],
        )?;
        events.retain(|row| !unknown.iter().any(|(id,)| *id == row.0));
        stale.extend(unknown);
    }
    Ok(stale.into_iter().map(|(id,)| id).collect())
}

/// Events that are not here and are not from before the floor.
pub(super) fn missing(sql: &Sql, ids: &[String]) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql.read(
        "SELECT j.value FROM json_each(?) j LEFT JOIN events v ON v.id = j.value WHERE v.id IS NULL AND j.value >= ?",
        vec![json!(ids).to_string().into(), ids_before(archive::bounds(sql)?.floor).into()],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) fn take_exposures(sql: &Sql, skew: Option<i64>, sent: &str, now: i64) -> Result<Vec<String>> {
    sql.run(
        "INSERT INTO runs (experiment, name) SELECT DISTINCT value ->> 1, value ->> 2 FROM json_each(?) WHERE true
         ON CONFLICT DO NOTHING",
        vec![sent.into()],
    )?;
    sql.run(
        "INSERT INTO units (type, id) SELECT value ->> 3, value ->> 4 FROM json_each(?) WHERE true
         ON CONFLICT DO NOTHING",
        vec![sent.into()],
    )?;
    let new: Vec<(String, i64, i64, String)> = sql.read(
        "INSERT INTO exposures (run, unit, variant, id, at, received_at, skew, program, imported, verdict)
         SELECT r.run, u.unit, j.value ->> 5, j.value ->> 0, j.value ->> 6, coalesce(j.value ->> '$[10][0]', ?2),
           iif(j.value ->> 10 IS NULL, ?3, j.value ->> '$[10][1]'), j.value ->> 7, j.value ->> 8, j.value ->> 9
         FROM json_each(?1) j
         JOIN runs r ON r.experiment = j.value ->> 1 AND r.name = j.value ->> 2
         JOIN units u ON u.type = j.value ->> 3 AND u.id = j.value ->> 4
         WHERE true ON CONFLICT DO NOTHING RETURNING id, run, unit, variant",
        vec![sent.into(), now.into(), skew.into()],
    )?;
    let mut touched: Vec<(i64, i64, String)> =
        new.iter().map(|(_, run, unit, variant)| (*run, *unit, variant.clone())).collect();
    let (count,): (usize,) = sql.first("SELECT json_array_length(?)", vec![sent.into()])?.unwrap_or_default();
    if new.len() < count {
        // Known ones. What something speaks against changes nothing of what nothing speaks against; else the better verdict and the
        // earliest time stay, whatever comes first, and what is known about an exposure comes along with its verdict.
        let query = format!(
            "UPDATE exposures SET
               at = iif(exposures.verdict IN ({refuted}) AND e.verdict NOT IN ({refuted}), e.at, min(e.at, exposures.at)),
               skew = iif({better} OR e.at < exposures.at, ?2, exposures.skew),
               program = iif({better}, e.program, exposures.program),
               imported = iif({better}, e.imported, exposures.imported),
               verdict = iif({better}, e.verdict, exposures.verdict)
             FROM (SELECT r.run, u.unit, j.value ->> 5 AS variant, j.value ->> 6 AS at, j.value ->> 7 AS program,
                     j.value ->> 8 AS imported, j.value ->> 9 AS verdict
                   FROM json_each(?1) j
                   JOIN runs r ON r.experiment = j.value ->> 1 AND r.name = j.value ->> 2
                   JOIN units u ON u.type = j.value ->> 3 AND u.id = j.value ->> 4) e
             WHERE exposures.run = e.run AND exposures.unit = e.unit AND exposures.variant = e.variant
             AND (exposures.verdict IN ({refuted}) OR e.verdict NOT IN ({refuted}))
             AND (e.at < exposures.at OR {better}) RETURNING exposures.run, exposures.unit, exposures.variant",
            refuted = verdicts::refuted(),
            better = "(instr(?3, e.verdict) < instr(?3, exposures.verdict)
                       OR (e.verdict = exposures.verdict AND e.at < exposures.at))",
        );
        touched
            .extend(sql.read::<(i64, i64, String)>(&query, vec![sent.into(), skew.into(), verdicts::ranks().into()])?);
    }
    if !touched.is_empty() {
        enrol(sql, &json!(touched).to_string())?;
    }
    Ok(new.into_iter().map(|(id, ..)| id).collect())
}

/// Draws the conclusions from exposures that are new, or thought of otherwise than before: a JSON array of run, unit and variant.
pub(super) fn enrol(sql: &Sql, touched: &str) -> Result<()> {
    // For whoever forwards them; events have a number of their own.
    sql.run(
        "INSERT OR REPLACE INTO exposure_log (run, unit, variant) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
        vec![touched.into()],
    )?;
    // What a server signed of a unit outweighs whatever else anybody says of it, which is kept and enrols nobody.
    // SQLite takes the bare column from the row that has the minimum: the variant of the first exposure.
    let query = format!(
        "INSERT INTO run_units (run, unit, variant, first_at, variants)
         SELECT x.run, x.unit, x.variant, min(x.at), count(*) FROM
         (SELECT DISTINCT value ->> 0 AS run, value ->> 1 AS unit FROM json_each(?)) t
         JOIN exposures x ON x.run = t.run AND x.unit = t.unit
         WHERE x.verdict = '{attested}' OR (x.verdict NOT IN ({apart}) AND NOT EXISTS
           (SELECT 1 FROM exposures a WHERE a.run = x.run AND a.unit = x.unit AND a.verdict = '{attested}'))
         GROUP BY x.run, x.unit
         ON CONFLICT DO UPDATE SET variant = excluded.variant, first_at = excluded.first_at, variants = excluded.variants",
        apart = verdicts::kept_apart(),
        attested = ExposureVerdict::Attested.name(),
    );
    sql.run(&query, vec![touched.into()])?;
    sql.run(
        "INSERT INTO dirty (run, unit) SELECT u.run, u.unit FROM json_each(?) t
         JOIN run_units u ON u.run = t.value ->> 0 AND u.unit = t.value ->> 1 WHERE true ON CONFLICT DO NOTHING",
        vec![touched.into()],
    )
}

fn take_events(sql: &Sql, skew: Option<i64>, rows: &[EventRow], now: i64) -> Result<Vec<String>> {
    let new: Vec<(i64, String)> = sql.read(
        "INSERT INTO events (id, name, at, received_at, skew, units, properties, experiments, imported)
         SELECT value ->> 0, value ->> 1, value ->> 2, coalesce(value ->> '$[8][0]', ?2),
           iif(value ->> 8 IS NULL, ?3, value ->> '$[8][1]'), value ->> 3, value ->> 4, value ->> 5, value ->> 6
         FROM json_each(?1) WHERE true ON CONFLICT (id) DO NOTHING RETURNING seq, id",
        vec![json!(rows).to_string().into(), now.into(), skew.into()],
    )?;
    if new.is_empty() {
        return Ok(Vec::new());
    }
    // Only events that are news touch units: an id sent again with other units is a sender's mistake, and the first counts.
    let numbers: BTreeMap<&str, i64> = new.iter().map(|(seq, id)| (id.as_str(), *seq)).collect();
    let mut happened = Vec::new();
    for EventRow(id, name, at, .., ours, _) in rows {
        let Some(seq) = numbers.get(id.as_str()) else { continue };
        happened.extend(ours.iter().map(|(unit_type, unit)| (unit_type, unit, name, at, seq)));
    }
    let happened = json!(happened).to_string();
    sql.run(
        "INSERT INTO units (type, id) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
        vec![happened.as_str().into()],
    )?;
    sql.run(
        "INSERT INTO unit_events (unit, name, at, event)
         SELECT u.unit, j.value ->> 2, j.value ->> 3, j.value ->> 4 FROM json_each(?) j
         JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 WHERE true ON CONFLICT DO NOTHING",
        vec![happened.as_str().into()],
    )?;
    sql.run(
        "INSERT INTO dirty (run, unit)
         SELECT r.run, r.unit FROM json_each(?) j
         JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1
         JOIN run_units r ON r.unit = u.unit WHERE true ON CONFLICT DO NOTHING",
        vec![happened.as_str().into()],
    )?;
    Ok(new.into_iter().map(|(_, id)| id).collect())
}
