//! Links between units, at the shard of the unit linked to (the user). Events that name the user alone are counted for one device of
//! each type, the first by the time of the link and then by its id.
//!
//! A link may come late and be earlier than the one that counted, so a device can lose what it had. Who is first only ever changes to
//! an earlier link. So the first link itself says which of two words is the newer: what a shard says may be said twice, and an
//! old word that comes after a new one changes nothing.
//!
//! A unit may have any number of devices. Only the first ones are looked at, and those that were: no event costs more for the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::append::EventRow;
use super::errands::{self, Errand};
use crate::errors::Result;
use crate::host::Sql;

/// The most types of units linked to one unit: an event that names it is written once more for each. A visitor, a device, a session,
/// an installation.
pub(crate) const TYPES: usize = 4;

/// A link: unit type, unit, type linked to, unit linked to, at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AliasRow(pub(crate) String, pub(crate) String, pub(crate) String, pub(crate) String, pub(crate) i64);

impl AliasRow {
    /// What tells it from every other link; no id of an event or exposure looks like it.
    pub(crate) fn identity(unit_type: &str, unit: &str, to_type: &str, to: &str) -> String {
        json!([unit_type, unit, to_type, to]).to_string()
    }
}

/// What the shard of a user has to say to the shard of one of its devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Relay {
    /// The device: type and id.
    pub(crate) unit: (String, String),
    /// The user: type and id.
    pub(crate) via: (String, String),
    /// The first link of the user to a device of this type: its time, and the device. Of two words the one with the smaller counts.
    pub(crate) first: (i64, String),
    /// Events of the user, for the first device.
    pub(crate) events: Vec<EventRow>,
    /// Whether some that were are gone.
    pub(crate) archived: bool,
    /// What the user's shard waits to be told when this was heard.
    pub(crate) errand: Option<Errand>,
}

impl Relay {
    /// Whether the user's events are this device's.
    pub(super) fn mine(&self) -> bool {
        self.first.1 == self.unit.1
    }
}

/// What became of links.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// The units linked to, by number.
    pub(super) users: Vec<i64>,
    /// Those that were not taken, by identity: of one type more than a unit may have.
    pub(super) crowded: Vec<String>,
}

/// A device that is first: user, type, id.
type First = (i64, String, String);

/// Takes in links, and notes whom that concerns.
pub(super) fn link(sql: &Sql, rows: Vec<AliasRow>, now: i64) -> Result<Linked> {
    let (rows, crowded) = make_room(sql, rows)?;
    let sent = json!(rows).to_string();
    sql.run(
        "INSERT INTO units (type, id) SELECT value ->> 2, value ->> 3 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
        vec![sent.as_str().into()],
    )?;
    let users: Vec<(i64,)> = sql.read(
        "SELECT DISTINCT u.unit FROM json_each(?) j CROSS JOIN units u ON u.type = j.value ->> 2 AND u.id = j.value ->> 3",
        vec![sent.as_str().into()],
    )?;
    let news: Vec<(i64, String, String, i64)> = sql.read(
        "INSERT INTO links (unit, type, id, at)
         SELECT u.unit, j.value ->> 0, j.value ->> 1, j.value ->> 4 FROM json_each(?) j
         CROSS JOIN units u ON u.type = j.value ->> 2 AND u.id = j.value ->> 3 WHERE true
         ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at < at RETURNING unit, type, id, at",
        vec![sent.into()],
    )?;
    let linked = Linked { users: users.into_iter().map(|(user,)| user).collect(), crowded };
    if news.is_empty() {
        return Ok(linked);
    }
    let news = json!(news).to_string();
    // For whoever forwards them.
    sql.run(
        "INSERT OR REPLACE INTO link_log (unit, type, id) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
        vec![news.as_str().into()],
    )?;
    let before = firsts(sql, &news)?;
    sql.run(
        "INSERT INTO firsts (unit, type, id, at) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
         ON CONFLICT DO UPDATE SET id = excluded.id, at = excluded.at WHERE (excluded.at, excluded.id) < (firsts.at, firsts.id)",
        vec![news.as_str().into()],
    )?;
    let after = firsts(sql, &news)?;
    // Who gains the user's events, and who loses them.
    let changed: Vec<&First> = before.symmetric_difference(&after).collect();
    errands::note(sql, &json!(changed).to_string(), now)?;
    Ok(linked)
}

/// Takes out the links of one type more than a unit may have, and answers which.
fn make_room(sql: &Sql, rows: Vec<AliasRow>) -> Result<(Vec<AliasRow>, Vec<String>)> {
    let had: Vec<(String, String, String)> = sql.read(
        "SELECT DISTINCT u.type, u.id, f.type FROM json_each(?) j
         CROSS JOIN units u ON u.type = j.value ->> 2 AND u.id = j.value ->> 3 CROSS JOIN firsts f ON f.unit = u.unit",
        vec![json!(rows).to_string().into()],
    )?;
    let mut types: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (user_type, user, device_type) in had {
        types.entry((user_type, user)).or_default().insert(device_type);
    }
    let mut crowded = Vec::new();
    let taken = rows.into_iter().filter(|AliasRow(device_type, device, user_type, user, _)| {
        let types = types.entry((user_type.clone(), user.clone())).or_default();
        let fits = types.len() < TYPES || types.contains(device_type);
        if fits {
            types.insert(device_type.clone());
        } else {
            crowded.push(AliasRow::identity(device_type, device, user_type, user));
        }
        fits
    });
    let taken = taken.collect();
    Ok((taken, crowded))
}

/// The devices that are first, of the users and types of some links.
fn firsts(sql: &Sql, links: &str) -> Result<BTreeSet<First>> {
    let rows: Vec<First> = sql.read(
        "SELECT f.unit, f.type, f.id FROM json_each(?) j CROSS JOIN firsts f ON f.unit = j.value ->> 0 AND f.type = j.value ->> 1",
        vec![links.into()],
    )?;
    Ok(rows.into_iter().collect())
}

/// What follows from events for units that are linked to: each goes to the first device of every type it does not name itself, as it
/// was stored the first time, whatever is sent now.
pub(super) fn relay(sql: &Sql, rows: &[EventRow]) -> Result<Vec<Relay>> {
    let any: Option<(i64,)> = sql.first("SELECT 1 FROM firsts LIMIT 1", vec![])?;
    if any.is_none() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let query = format!(
        "SELECT u.type, u.id, f.type, f.id, f.at, {stored}
         FROM json_each(?) j CROSS JOIN events v ON v.id = j.value CROSS JOIN json_each(v.units) n
         CROSS JOIN units u ON u.type = n.key AND u.id = n.value CROSS JOIN firsts f ON f.unit = u.unit
         CROSS JOIN unit_events e ON e.unit = u.unit AND e.name = v.name AND e.at = v.at AND e.event = v.seq
         WHERE NOT EXISTS (SELECT 1 FROM json_each(v.units) o WHERE o.key = f.type)",
        stored = EventRow::STORED
    );
    let followed: Vec<(String, String, String, String, i64, String)> =
        sql.read(&query, vec![json!(ids).to_string().into()])?;
    let mut relays: BTreeMap<[String; 4], Relay> = BTreeMap::new();
    for (user_type, user, device_type, device, linked_at, event) in followed {
        let key = [user_type.clone(), user.clone(), device_type.clone(), device.clone()];
        let relay = relays.entry(key).or_insert_with(|| Relay {
            unit: (device_type, device.clone()),
            via: (user_type, user),
            first: (linked_at, device),
            events: Vec::new(),
            archived: false,
            errand: None,
        });
        relay.events.push(EventRow::stored(&event)?);
    }
    Ok(relays.into_values().collect())
}
