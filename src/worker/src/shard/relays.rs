//! What the shard of a device takes from the shards of users: whose events it has, by the latest word, and those events.

use isoflag_events::ids_before;
use serde_json::json;

use super::archive::{self, Bounds};
use super::links::Relay;
use crate::errors::Result;
use crate::host::Sql;

/// Events taken from a device at once.
const TAKEN_BACK: i64 = 2_000;

/// Takes in what the shards of users say. Answers of each whether it is done; one that is not is to be said again.
pub(super) fn heed(sql: &Sql, relays: &[Relay]) -> Result<Vec<bool>> {
    relays.iter().map(|relay| heed_one(sql, relay)).collect()
}

fn heed_one(sql: &Sql, relay: &Relay) -> Result<bool> {
    let Relay { unit: (unit_type, id), via: (via_type, via), first: (at, first), events, archived, .. } = relay;
    let mine = relay.mine();
    sql.run(
        "INSERT INTO units (type, id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        vec![unit_type.as_str().into(), id.as_str().into()],
    )?;
    let number: Option<(i64,)> = sql.first(
        "SELECT unit FROM units WHERE type = ? AND id = ?",
        vec![unit_type.as_str().into(), id.as_str().into()],
    )?;
    let Some((unit,)) = number else { return Ok(true) };
    let key = || vec![unit.into(), via_type.as_str().into(), via.as_str().into()];
    let known: Option<(i64, String, i64, i64)> =
        sql.first("SELECT at, first, mine, archived FROM relays WHERE unit = ? AND via_type = ? AND via = ?", key())?;
    if known.as_ref().is_some_and(|(known_at, known, ..)| (known_at, known) < (at, first)) {
        return Ok(true);
    }
    let Bounds { floor, shown_from } = archive::bounds(sql)?;
    let (was_mine, had_gone) = known.map_or((false, false), |(_, _, mine, archived)| (mine == 1, archived == 1));
    if was_mine != mine && (had_gone || *archived) {
        // What is gone stays where it was counted; units first shown since then had no part in it.
        sql.run(
            "INSERT INTO stranded (run, unit) SELECT run, unit FROM run_units WHERE unit = ? AND first_at < ? ON CONFLICT DO NOTHING",
            vec![unit.into(), shown_from.into()],
        )?;
    }
    let mut values = key();
    values.extend([(*at).into(), first.as_str().into(), i64::from(mine).into()]);
    sql.run(
        "INSERT INTO relays (unit, via_type, via, at, first, mine) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET at = excluded.at, first = excluded.first, mine = excluded.mine",
        values,
    )?;
    let mut done = true;
    if mine {
        let mut values = key();
        values.extend([json!(events).to_string().into(), ids_before(floor).into()]);
        // What is gone here may still be there, and is not taken a second time.
        sql.run(
            "INSERT INTO events (id, name, at, received_at, skew, units, properties, experiments, imported)
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> '$[8][0]', value ->> '$[8][1]', value ->> 3, value ->> 4, value ->> 5,
               value ->> 6
             FROM json_each(?4) WHERE value ->> 0 >= ?5 AND ?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL
             ON CONFLICT (id) DO NOTHING",
            values.clone(),
        )?;
        values.truncate(4);
        sql.run(
            "INSERT INTO via_events (unit, event, via_type, via)
             SELECT ?1, v.seq, ?2, ?3 FROM json_each(?4) j CROSS JOIN events v ON v.id = j.value ->> 0
             WHERE true ON CONFLICT DO NOTHING",
            values.clone(),
        )?;
        sql.run(
            "INSERT INTO unit_events (unit, name, at, event)
             SELECT ?1, v.name, v.at, v.seq FROM json_each(?4) j CROSS JOIN events v ON v.id = j.value ->> 0
             WHERE ?2 IS NOT NULL AND ?3 IS NOT NULL ON CONFLICT DO NOTHING",
            values,
        )?;
    } else {
        done = take_back(sql, &key)?;
    }
    sql.run(
        "INSERT INTO dirty (run, unit) SELECT run, unit FROM run_units WHERE unit = ? ON CONFLICT DO NOTHING",
        vec![unit.into()],
    )?;
    Ok(done)
}

/// Takes from a device some of the events it has by one user and by nobody else. Says whether those were the last.
fn take_back(sql: &Sql, key: &impl Fn() -> Vec<crate::host::Cell>) -> Result<bool> {
    let mut values = key();
    values.push(TAKEN_BACK.into());
    let events: Vec<(i64,)> =
        sql.read("SELECT event FROM via_events WHERE unit = ?1 AND via_type = ?2 AND via = ?3 LIMIT ?4", values)?;
    if events.is_empty() {
        return Ok(true);
    }
    let events: Vec<i64> = events.into_iter().map(|(event,)| event).collect();
    let mut values = key();
    values.push(json!(events).to_string().into());
    // What leaves here leaves unit_events.
    sql.run(
        "INSERT INTO leaving (unit, name, at, event)
         SELECT ?1, v.name, v.at, v.seq FROM json_each(?4) j CROSS JOIN events v ON v.seq = j.value
         WHERE NOT EXISTS (SELECT 1 FROM via_events x WHERE x.unit = ?1 AND x.event = v.seq AND NOT (x.via_type = ?2 AND x.via = ?3))",
        values.clone(),
    )?;
    sql.run("DELETE FROM leaving", vec![])?;
    sql.run(
        "DELETE FROM via_events WHERE unit = ?1 AND event IN (SELECT value FROM json_each(?4)) AND via_type = ?2 AND via = ?3",
        values,
    )?;
    Ok(i64::try_from(events.len()).unwrap_or(i64::MAX) < TAKEN_BACK)
}
