//! Links between units. The shard of the user knows the user's devices and says, to the shard of each, whether events that
//! name the user alone are that device's: they are the first one's, by the time of the link and then by its id.
//!
//! A link may come late and be earlier than the one that counted, so a device can lose what it had. What a shard says is
//! complete and carries a version, so that it may be said twice, and an old word that comes after a new one changes nothing.

use std::collections::BTreeMap;

use isoflag_events::ids_before;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::append::EventRow;
use super::archive::{self, Bounds};
use crate::errors::Result;
use crate::host::Sql;

/// A link: unit type, unit, type linked to, unit linked to, at.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AliasRow(pub(crate) String, pub(crate) String, pub(crate) String, pub(crate) String, pub(crate) i64);

/// What the shard of a user has to say to the shard of one of its devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Relay {
    /// The device: type and id.
    pub(crate) unit: (String, String),
    /// The user: type and id.
    pub(crate) via: (String, String),
    /// Rises with every link of this user; the highest counts.
    pub(crate) version: i64,
    /// Whether the user's events are this device's.
    pub(crate) mine: bool,
    /// The events that are.
    pub(crate) events: Vec<EventRow>,
    /// Whether some that were are gone.
    pub(crate) archived: bool,
}

/// The devices of one user: (at, id) by type, the first one first.
type Devices = BTreeMap<String, Vec<(i64, String)>>;

/// Takes in links and answers what follows from them: for each user all its devices, for the first one all its events.
pub(super) fn link(sql: &Sql, rows: &[AliasRow]) -> Result<Vec<Relay>> {
    let sent = json!(rows).to_string();
    sql.run(
        "INSERT INTO units (type, id) SELECT value ->> 2, value ->> 3 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
        vec![sent.as_str().into()],
    )?;
    let news: Vec<(i64, String, String)> = sql.read(
        "INSERT INTO links (unit, type, id, at)
         SELECT u.unit, j.value ->> 0, j.value ->> 1, j.value ->> 4 FROM json_each(?) j
         CROSS JOIN units u ON u.type = j.value ->> 2 AND u.id = j.value ->> 3 WHERE true
         ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at < at RETURNING unit, type, id",
        vec![sent.into()],
    )?;
    // For whoever forwards them.
    sql.run(
        "INSERT OR REPLACE INTO link_log (unit, type, id) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
        vec![json!(news).to_string().into()],
    )?;
    let mut relays = Vec::new();
    let mut users: Vec<(&str, &str)> = rows.iter().map(|row| (row.2.as_str(), row.3.as_str())).collect();
    users.sort_unstable();
    users.dedup();
    for (user_type, user) in users {
        let Some((unit, devices)) = devices(sql, user_type, user)? else { continue };
        let archived = sql.first("SELECT archived FROM units WHERE unit = ?", vec![unit.into()])? == Some((1,));
        for (device_type, linked) in devices {
            let version = version(&linked);
            for (place, (_, device)) in linked.into_iter().enumerate() {
                let mine = place == 0;
                relays.push(Relay {
                    unit: (device_type.clone(), device),
                    via: (user_type.to_owned(), user.to_owned()),
                    version,
                    mine,
                    events: if mine { events_without(sql, unit, &device_type)? } else { Vec::new() },
                    archived: mine && archived,
                });
            }
        }
    }
    Ok(relays)
}

/// What follows from events for units that are linked to: each goes to the first device of every type it does not name itself.
pub(super) fn relay(sql: &Sql, rows: &[EventRow]) -> Result<Vec<Relay>> {
    let any: Option<(i64,)> = sql.first("SELECT 1 FROM links LIMIT 1", vec![])?;
    if any.is_none() {
        return Ok(Vec::new());
    }
    let mut relays: BTreeMap<[String; 4], Relay> = BTreeMap::new();
    for row in rows {
        let named: BTreeMap<String, String> = serde_json::from_str(&row.3).unwrap_or_default();
        for (user_type, user) in &row.7 {
            let Some((_, devices)) = devices(sql, user_type, user)? else { continue };
            for (device_type, linked) in devices.into_iter().filter(|(kind, _)| !named.contains_key(kind)) {
                let version = version(&linked);
                let Some((_, device)) = linked.into_iter().next() else { continue };
                let name = [user_type.clone(), user.clone(), device_type.clone(), device.clone()];
                let relay = relays.entry(name).or_insert_with(|| Relay {
                    unit: (device_type, device),
                    via: (user_type.clone(), user.clone()),
                    version,
                    mine: true,
                    events: Vec::new(),
                    archived: false,
                });
                relay.events.push(row.alone());
            }
        }
    }
    Ok(relays.into_values().collect())
}

/// Takes in what the shards of users say about devices of this shard.
pub(super) fn heed(sql: &Sql, relays: &[Relay], now: i64) -> Result<()> {
    for relay in relays {
        heed_one(sql, relay, now)?;
    }
    Ok(())
}

fn heed_one(sql: &Sql, relay: &Relay, now: i64) -> Result<()> {
    let Relay { unit: (unit_type, id), via: (via_type, via), version, mine, events, archived } = relay;
    sql.run(
        "INSERT INTO units (type, id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        vec![unit_type.as_str().into(), id.as_str().into()],
    )?;
    let number: Option<(i64,)> = sql.first(
        "SELECT unit FROM units WHERE type = ? AND id = ?",
        vec![unit_type.as_str().into(), id.as_str().into()],
    )?;
    let Some((unit,)) = number else { return Ok(()) };
    let key = || vec![unit.into(), via_type.as_str().into(), via.as_str().into()];
    let known: Option<(i64, i64, i64)> =
        sql.first("SELECT version, mine, archived FROM relays WHERE unit = ? AND via_type = ? AND via = ?", key())?;
    if known.is_some_and(|(known, ..)| known > *version) {
        return Ok(());
    }
    let Bounds { floor, shown_from } = archive::bounds(sql)?;
    let (was_mine, had_gone) = known.map_or((false, false), |(_, mine, archived)| (mine == 1, archived == 1));
    if was_mine != *mine && (had_gone || *archived) {
        // What is gone stays where it was counted; units first shown since then had no part in it.
        sql.run(
            "INSERT INTO stranded (run, unit) SELECT run, unit FROM run_units WHERE unit = ? AND first_at < ? ON CONFLICT DO NOTHING",
            vec![unit.into(), shown_from.into()],
        )?;
    }
    let mut values = key();
    values.extend([(*version).into(), i64::from(*mine).into()]);
    sql.run(
        "INSERT INTO relays (unit, via_type, via, version, mine) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET version = excluded.version, mine = excluded.mine",
        values,
    )?;
    if *mine {
        let mut values = key();
        values.extend([json!(events).to_string().into(), now.into(), ids_before(floor).into()]);
        // What is gone here may still be there, and is not taken a second time.
        sql.run(
            "INSERT INTO events (id, name, at, received_at, skew, units, properties, experiments, imported)
             SELECT value ->> 0, value ->> 1, value ->> 2, ?5, NULL, value ->> 3, value ->> 4, value ->> 5, value ->> 6
             FROM json_each(?4) WHERE value ->> 0 >= ?6 AND ?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL
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
        sql.run(
            "DELETE FROM unit_events WHERE unit = ?1 AND event IN
             (SELECT event FROM via_events WHERE unit = ?1 AND via_type = ?2 AND via = ?3)
             AND event NOT IN (SELECT event FROM via_events WHERE unit = ?1 AND NOT (via_type = ?2 AND via = ?3))",
            key(),
        )?;
        sql.run("DELETE FROM via_events WHERE unit = ? AND via_type = ? AND via = ?", key())?;
    }
    sql.run(
        "INSERT INTO dirty (run, unit) SELECT run, unit FROM run_units WHERE unit = ? ON CONFLICT DO NOTHING",
        vec![unit.into()],
    )
}

fn devices(sql: &Sql, user_type: &str, user: &str) -> Result<Option<(i64, Devices)>> {
    let rows: Vec<(i64, String, String, i64)> = sql.read(
        "SELECT u.unit, l.type, l.id, l.at FROM units u JOIN links l ON l.unit = u.unit
         WHERE u.type = ? AND u.id = ? ORDER BY l.type, l.at, l.id",
        vec![user_type.into(), user.into()],
    )?;
    let Some((unit, ..)) = rows.first() else { return Ok(None) };
    let unit = *unit;
    let mut devices = Devices::new();
    for (_, kind, id, at) in rows {
        devices.entry(kind).or_default().push((at, id));
    }
    Ok(Some((unit, devices)))
}

/// Rises whenever a link comes or becomes earlier: each adds how long before a far day (the year 2248) it was, and the ingest takes
/// no time that is later.
fn version(linked: &[(i64, String)]) -> i64 {
    const FAR: i64 = 1 << 43;
    linked.iter().fold(0, |sum, (at, _)| sum.saturating_add(FAR.saturating_sub(*at)))
}

/// The events a unit has that name no unit of a type.
fn events_without(sql: &Sql, unit: i64, kind: &str) -> Result<Vec<EventRow>> {
    let rows: Vec<(String, String, i64, String, String, String, i64)> = sql.read(
        "SELECT v.id, v.name, v.at, v.units, v.properties, v.experiments, v.imported
         FROM unit_events e JOIN events v ON v.seq = e.event
         WHERE e.unit = ?1 AND NOT EXISTS (SELECT 1 FROM json_each(v.units) WHERE key = ?2)
         AND NOT EXISTS (SELECT 1 FROM via_events x WHERE x.unit = ?1 AND x.event = e.event)",
        vec![unit.into(), kind.into()],
    )?;
    Ok(rows
        .into_iter()
        .map(|(id, name, at, units, properties, experiments, imported)| {
            EventRow(id, name, at, units, properties, experiments, imported != 0, Vec::new(), None)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn every_change_of_links_raises_the_version() {
        let at = |times: &[i64]| version(&times.iter().map(|at| (*at, String::new())).collect::<Vec<_>>());
        let now = 1_800_000_000_000;
        assert!(at(&[now]) < at(&[now - 1]), "earlier");
        assert!(at(&[now - 1]) < at(&[now - 1, now + 5]), "one more, later");
        assert!(at(&[now, now]) < at(&[now - 1, now]));
    }
}
