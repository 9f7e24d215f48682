//! Carrying what a shard has to the shards of another generation: sealed, so that nothing changes on the way, and row by row, so that
//! what is there afterwards is what was here, what is left of events that are gone included. What is derived is derived again.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::append::take_exposures;
use crate::errors::{Error, Result};
use crate::host::Sql;
use crate::portion::{EVENT_BYTES, Portion, portion};

/// Rows in one load.
const MOST: i64 = 500;
/// Bytes of the events in one load, each as often as it is carried, or a single longer one: eight loads are in memory at once, and more
/// than once on their way.
const MOST_BYTES: i64 = 1 << 19;
/// How often an event of `events` is carried.
const COPIES: &str =
    "(SELECT count(*) FROM json_each(events.units) n CROSS JOIN units u ON u.type = n.key AND u.id = n.value)
   + (SELECT count(*) FROM via_events x WHERE x.event = events.seq)";
/// Later than any clock.
pub(crate) const FOREVER: i64 = 1 << 52;

/// What is carried, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cargo {
    Exposures,
    Links,
    Events,
    Units,
    Losses,
}

impl Cargo {
    /// What comes behind it.
    pub(crate) fn next(self) -> Option<Self> {
        match self {
            Cargo::Exposures => Some(Cargo::Links),
            Cargo::Links => Some(Cargo::Events),
            Cargo::Events => Some(Cargo::Units),
            Cargo::Units => Some(Cargo::Losses),
            Cargo::Losses => None,
        }
    }
}

/// A row as SQL wrote it, and the unit it goes with: type, id, JSON.
pub(crate) type Row = (String, String, String);

/// Some rows of one kind.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) rows: Vec<Row>,
    /// Where the next load begins.
    pub(crate) after: i64,
    pub(crate) end: bool,
}

/// What belongs to no unit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Rest {
    pub(crate) floor: i64,
    pub(crate) shown_from: i64,
    /// Events gone.
    pub(crate) gone: i64,
    /// JSON texts of experiment, run, definition, since.
    pub(crate) totals: Vec<String>,
    /// Day, reason, count.
    pub(crate) loss_days: Vec<(i64, String, i64)>,
}

/// Until when nothing is taken; 0 when it is.
pub(crate) fn sealed_until(sql: &Sql) -> Result<i64> {
    Ok(sql.first::<(i64,)>("SELECT until FROM seal", vec![])?.map_or(0, |(until,)| until))
}

/// Seals until a time. Says whether it was sealed without a gap.
pub(super) fn seal(sql: &Sql, until: i64, now: i64) -> Result<bool> {
    let was = sealed_until(sql)? > now;
    // What is for good stays.
    sql.run(
        "INSERT INTO seal (one, until) VALUES (1, ?1) ON CONFLICT DO UPDATE SET until = ?1 WHERE until <> ?2",
        vec![until.into(), FOREVER.into()],
    )?;
    Ok(was)
}

/// Reads on in what there is of a kind.
pub(super) fn carry(sql: &Sql, cargo: Cargo, after: i64) -> Result<Load> {
    let (table, key) = match cargo {
        Cargo::Exposures => ("exposure_log", "seq"),
        Cargo::Links => ("link_log", "seq"),
        Cargo::Events => ("events", "seq"),
        Cargo::Units => ("units", "unit"),
        // All at once: it is little.
        Cargo::Losses => ("(SELECT 1 AS one)", "one"),
    };
    let bytes = match cargo {
        Cargo::Events => format!("({EVENT_BYTES}) * ({COPIES})"),
        // Short, all of them, so that their number bounds them.
        _ => "0".to_owned(),
    };
    let choice = format!("SELECT {key} AS key, {bytes} AS bytes FROM {table} WHERE {key} > ?1 ORDER BY {key} LIMIT ?2");
    let Portion { last, rows: count, whole } = portion(sql, &choice, vec![after.into(), MOST.into()], MOST_BYTES)?;
    let last = last.unwrap_or(after);
    let rows = sql.read(
        match cargo {
            Cargo::Exposures => {
                "SELECT u.type, u.id, json_array(x.id, r.experiment, r.name, u.type, u.id, x.variant, x.at, x.program, x.imported, x.verdict,
                   json_array(x.received_at, x.skew))
                 FROM exposure_log f JOIN exposures x ON x.run = f.run AND x.unit = f.unit AND x.variant = f.variant
                 JOIN runs r ON r.run = f.run JOIN units u ON u.unit = f.unit WHERE f.seq > ?1 AND f.seq <= ?2 ORDER BY f.seq"
            }
            Cargo::Links => {
                "SELECT u.type, u.id, json_array(u.type, u.id, l.type, l.id, l.at)
                 FROM link_log f JOIN links l ON l.unit = f.unit AND l.type = f.type AND l.id = f.id
                 JOIN units u ON u.unit = f.unit WHERE f.seq > ?1 AND f.seq <= ?2 ORDER BY f.seq"
            }
            // Once for each unit it is counted for here, and each link it is through; the units of other shards come from theirs.
            Cargo::Events => {
                "SELECT u.type, u.id, json_array(u.type, u.id, c.via_type, c.via, f.id, f.name, f.at, f.received_at, f.skew, f.units,
                   f.properties, f.experiments, f.imported)
                 FROM (SELECT f.seq, u.unit, NULL AS via_type, NULL AS via FROM events f CROSS JOIN json_each(f.units) n
                         CROSS JOIN units u ON u.type = n.key AND u.id = n.value WHERE f.seq > ?1 AND f.seq <= ?2
                       UNION ALL
                       SELECT event, unit, via_type, via FROM via_events WHERE event > ?1 AND event <= ?2) c
                 CROSS JOIN events f ON f.seq = c.seq CROSS JOIN units u ON u.unit = c.unit
                 CROSS JOIN unit_events e ON e.unit = c.unit AND e.name = f.name AND e.at = f.at AND e.event = f.seq ORDER BY f.seq"
            }
            Cargo::Units => {
                "SELECT u.type, u.id, json_array(u.type, u.id, u.archived,
                   (SELECT json_group_array(json_array(via_type, via, at, first, mine, archived)) FROM relays WHERE unit = u.unit),
                   (SELECT json_group_array(json_array(r.experiment, r.name, t.definition, t.since, s.value)) FROM totals t
                      CROSS JOIN settled s ON s.total = t.total AND s.unit = u.unit CROSS JOIN runs r ON r.run = t.run),
                   (SELECT json_group_array(json_array(r.experiment, r.name)) FROM runs r
                      CROSS JOIN stranded s ON s.run = r.run AND s.unit = u.unit),
                   (SELECT json_group_array(json_array(type, id)) FROM errands WHERE unit = u.unit))
                 FROM units u WHERE u.unit > ?1 AND u.unit <= ?2 AND (u.archived OR EXISTS (SELECT 1 FROM relays WHERE unit = u.unit)
                   OR EXISTS (SELECT 1 FROM errands WHERE unit = u.unit))"
            }
            Cargo::Losses => {
                "SELECT 'sender', sender, json_array(sender, reason, day, count) FROM losses WHERE ?1 < ?2"
            }
        },
        vec![after.into(), last.into()],
    )?;
    Ok(Load { rows, after: last, end: count < MOST && whole })
}

pub(super) fn rest(sql: &Sql) -> Result<Rest> {
    let row: Option<(i64, i64, i64)> = sql.first("SELECT floor, shown_from, events FROM archive", vec![])?;
    let (floor, shown_from, gone) = row.unwrap_or_default();
    let totals: Vec<(String,)> = sql.read(
        "SELECT json_array(r.experiment, r.name, t.definition, t.since) FROM totals t JOIN runs r ON r.run = t.run",
        vec![],
    )?;
    let loss_days = sql.read("SELECT day, reason, count FROM loss_days", vec![])?;
    Ok(Rest { floor, shown_from, gone, totals: totals.into_iter().map(|(total,)| total).collect(), loss_days })
}

/// Refuses what comes for a shard that is in use already, or is no longer: two may carry at once, and one of them comes late.
fn still_filling(sql: &Sql) -> Result<()> {
    match sql.first::<(i64,)>("SELECT until FROM seal", vec![])? {
        None => Ok(()),
        Some(_) => {
            Err(Error::bad("this move was ended by somebody else, or cut off at its end; ask again in a minute"))
        }
    }
}

/// Takes in rows of one kind, a JSON array. The same once more changes nothing.
pub(super) fn fill(sql: &Sql, cargo: Cargo, rows: &str, now: i64) -> Result<()> {
    still_filling(sql)?;
    let statements: &[&str] = match cargo {
        Cargo::Exposures => return take_exposures(sql, None, rows, now).map(drop),
        Cargo::Links => &[
            "INSERT INTO units (type, id) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
            "INSERT OR REPLACE INTO links (unit, type, id, at) SELECT u.unit, j.value ->> 2, j.value ->> 3, j.value ->> 4
             FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1",
            "INSERT INTO link_log (unit, type, id) SELECT u.unit, j.value ->> 2, j.value ->> 3
             FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 WHERE true ON CONFLICT DO NOTHING",
            "INSERT INTO firsts (unit, type, id, at) SELECT u.unit, j.value ->> 2, j.value ->> 3, j.value ->> 4
             FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 WHERE true
             ON CONFLICT DO UPDATE SET id = excluded.id, at = excluded.at WHERE (excluded.at, excluded.id) < (firsts.at, firsts.id)",
        ],
        Cargo::Events => &[
            "INSERT INTO units (type, id) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
            "INSERT INTO events (id, name, at, received_at, skew, units, properties, experiments, imported)
             SELECT value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
             FROM json_each(?) WHERE true ON CONFLICT (id) DO NOTHING",
            "INSERT INTO unit_events (unit, name, at, event) SELECT u.unit, v.name, v.at, v.seq
             FROM json_each(?) j CROSS JOIN events v ON v.id = j.value ->> 4
             CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 WHERE true ON CONFLICT DO NOTHING",
            "INSERT INTO via_events (unit, event, via_type, via) SELECT u.unit, v.seq, j.value ->> 2, j.value ->> 3
             FROM json_each(?) j CROSS JOIN events v ON v.id = j.value ->> 4
             CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1
             WHERE j.value ->> 2 IS NOT NULL ON CONFLICT DO NOTHING",
        ],
        Cargo::Units => &[
            "INSERT INTO units (type, id, archived) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
             ON CONFLICT DO UPDATE SET archived = excluded.archived",
            "INSERT OR REPLACE INTO relays (unit, via_type, via, at, first, mine, archived)
             SELECT u.unit, n.value ->> 0, n.value ->> 1, n.value ->> 2, n.value ->> 3, n.value ->> 4, n.value ->> 5
             FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 CROSS JOIN json_each(j.value, '$[3]') n",
            "INSERT INTO runs (experiment, name) SELECT DISTINCT n.value ->> 0, n.value ->> 1
             FROM json_each(?) j CROSS JOIN json_each(j.value, '$[4]') n WHERE true ON CONFLICT DO NOTHING",
            "INSERT INTO totals (run, definition, since) SELECT r.run, n.value ->> 2, n.value ->> 3
             FROM json_each(?) j CROSS JOIN json_each(j.value, '$[4]') n CROSS JOIN runs r ON r.experiment = n.value ->> 0 AND r.name = n.value ->> 1
             WHERE true ON CONFLICT DO UPDATE SET since = max(since, excluded.since)",
            "INSERT OR REPLACE INTO settled (total, unit, value) SELECT t.total, u.unit, n.value ->> 4
             FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 CROSS JOIN json_each(j.value, '$[4]') n
             CROSS JOIN runs r ON r.experiment = n.value ->> 0 AND r.name = n.value ->> 1
             CROSS JOIN totals t ON t.run = r.run AND t.definition = n.value ->> 2",
            "INSERT INTO stranded (run, unit) SELECT r.run, u.unit
             FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 CROSS JOIN json_each(j.value, '$[5]') n
             CROSS JOIN runs r ON r.experiment = n.value ->> 0 AND r.name = n.value ->> 1 WHERE true ON CONFLICT DO NOTHING",
            // From the start: events have other numbers here.
            "INSERT INTO errands (unit, type, id) SELECT u.unit, n.value ->> 0, n.value ->> 1
             FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 0 AND u.id = j.value ->> 1 CROSS JOIN json_each(j.value, '$[6]') n
             WHERE true ON CONFLICT DO NOTHING",
        ],
        Cargo::Losses => &[
            "INSERT OR REPLACE INTO losses (sender, reason, day, count) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)",
        ],
    };
    statements.iter().try_for_each(|statement| sql.run(statement, vec![rows.into()]))
}

/// Takes in what belongs to no unit.
pub(super) fn fill_rest(sql: &Sql, rest: &Rest) -> Result<()> {
    still_filling(sql)?;
    let totals = format!("[{}]", rest.totals.join(","));
    for statement in [
        "INSERT INTO runs (experiment, name) SELECT DISTINCT value ->> 0, value ->> 1 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
        "INSERT INTO totals (run, definition, since) SELECT r.run, j.value ->> 2, j.value ->> 3 FROM json_each(?) j
         CROSS JOIN runs r ON r.experiment = j.value ->> 0 AND r.name = j.value ->> 1
         WHERE true ON CONFLICT DO UPDATE SET since = max(since, excluded.since)",
    ] {
        sql.run(statement, vec![totals.as_str().into()])?;
    }
    sql.run(
        "INSERT OR REPLACE INTO loss_days (day, reason, count) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
        vec![json!(rest.loss_days).to_string().into()],
    )?;
    if rest.floor == 0 {
        return Ok(());
    }
    sql.run(
        "INSERT OR REPLACE INTO archive (one, floor, shown_from, position, kept, due, events) VALUES (1, ?, ?, '', 0, 0, ?)",
        vec![rest.floor.into(), rest.shown_from.into(), rest.gone.into()],
    )
}
