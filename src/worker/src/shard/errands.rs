//! What the shard of a user still has to say to the shards of its devices after a link: noted in the transaction that took the link in,
//! said in portions, and struck when it was heard. The request that brought the link sees to it; what it leaves, the shard
//! does by its alarm. So a link to somebody of many years is as good as any other, and one that is told again costs nothing.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::append::EventRow;
use super::links::Relay;
use crate::errors::Result;
use crate::host::Sql;

/// The most bytes of events said to one device at once. They are one parameter of a statement, of which Cloudflare takes 2 MB; an
/// event alone is 60 kB at most.
const PORTION_BYTES: usize = 256 * 1024;
/// The most bytes of events in one answer: it is in memory several times over.
const ANSWER_BYTES: usize = 1024 * 1024;
/// The most events looked at for one device at once, whether or not they are said.
const LOOKED_AT: usize = 500;
/// The most devices in one answer: a batch has no more links, and each may take the place of another.
const DEVICES: i64 = 2_000;
/// How long a shard leaves an errand to the request that brought it.
pub(crate) const GRACE_MS: i64 = 5_000;

/// The place of an event among those of its unit: name, at, number.
pub(crate) type Place = (String, i64, i64);

/// What is to be noted once a relay was heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Errand {
    /// The user, by number.
    pub(crate) user: i64,
    /// Where to go on; nothing when that was all.
    pub(crate) next: Option<Place>,
}

/// A relay that was heard: user, device type, device, the first link as it was said, where to go on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Heard(
    pub(crate) i64,
    pub(crate) String,
    pub(crate) String,
    pub(crate) (i64, String),
    pub(crate) Option<Place>,
);

/// Notes errands, from the start: user, device type, device.
pub(super) fn note(sql: &Sql, devices: &str, now: i64) -> Result<()> {
    sql.run(
        "INSERT OR REPLACE INTO errands (unit, type, id, due) SELECT value ->> 0, value ->> 1, value ->> 2, ?2 FROM json_each(?1)",
        vec![devices.into(), now.saturating_add(GRACE_MS).into()],
    )
}

/// When the shard has to see to errands by itself.
pub(crate) fn due(sql: &Sql) -> Result<Option<i64>> {
    Ok(sql.first::<(Option<i64>,)>("SELECT min(due) FROM errands", vec![])?.and_then(|(due,)| due))
}

/// Users whose errands nobody saw to.
pub(crate) fn overdue(sql: &Sql, now: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = sql.read(
        "SELECT DISTINCT unit FROM (SELECT unit FROM errands WHERE due <= ? ORDER BY due LIMIT ?)",
        vec![now.into(), DEVICES.into()],
    )?;
    Ok(rows.into_iter().map(|(unit,)| unit).collect())
}

/// An errand and whose it is: user by number, type, id, whether events of it are gone; device type and id; the first device of that type
/// and its link; the event told last.
type Row = (i64, String, String, i64, String, String, String, i64, String, i64, i64);

/// The next portions for some users.
pub(crate) fn portions(sql: &Sql, users: &[i64]) -> Result<Vec<Relay>> {
    let rows: Vec<Row> = sql.read(
        "SELECT u.unit, u.type, u.id, u.archived, e.type, e.id, f.id, f.at, e.name, e.at, e.event
         FROM json_each(?) j CROSS JOIN errands e ON e.unit = j.value CROSS JOIN units u ON u.unit = e.unit
         CROSS JOIN firsts f ON f.unit = e.unit AND f.type = e.type LIMIT ?",
        vec![json!(users).to_string().into(), DEVICES.into()],
    )?;
    let mut relays = Vec::new();
    let mut bytes = 0_usize;
    for (user, user_type, name, archived, device_type, device, first, linked_at, last_name, last_at, last) in rows {
        let mine = first == device;
        let portion = if mine {
            if bytes >= ANSWER_BYTES {
                continue;
            }
            portion(sql, user, &device_type, (last_name, last_at, last))?
        } else {
            Portion::default()
        };
        bytes = bytes.saturating_add(portion.bytes);
        relays.push(Relay {
            unit: (device_type, device),
            via: (user_type, name),
            first: (linked_at, first),
            events: portion.events,
            archived: mine && archived != 0,
            errand: Some(Errand { user, next: portion.next }),
        });
    }
    Ok(relays)
}

/// Strikes what was heard, or notes how far it came and when the shard is to go on by itself; who is first may have changed since, and then nothing of it counts.
pub(super) fn heard(sql: &Sql, heard: &[Heard], due: i64) -> Result<()> {
    let heard = json!(heard).to_string();
    let still = "FROM json_each(?1) j CROSS JOIN firsts f ON f.unit = j.value ->> 0 AND f.type = j.value ->> 1
         AND f.at = j.value ->> '$[3][0]' AND f.id = j.value ->> '$[3][1]'";
    sql.run(
        &format!(
            "UPDATE errands SET name = h.name, at = h.at, event = h.event, due = ?2
             FROM (SELECT f.unit, f.type, j.value ->> 2 AS id, j.value ->> '$[4][0]' AS name, j.value ->> '$[4][1]' AS at,
                     j.value ->> '$[4][2]' AS event {still} WHERE j.value ->> 4 IS NOT NULL) h
             WHERE errands.unit = h.unit AND errands.type = h.type AND errands.id = h.id"
        ),
        vec![heard.as_str().into(), due.into()],
    )?;
    sql.run(
        &format!(
            "DELETE FROM errands WHERE (unit, type, id) IN
             (SELECT f.unit, f.type, j.value ->> 2 {still} WHERE j.value ->> 4 IS NULL)"
        ),
        vec![heard.into()],
    )
}

#[derive(Default)]
struct Portion {
    events: Vec<EventRow>,
    bytes: usize,
    next: Option<Place>,
}

/// An event of a unit: its place, how long it is, and whether it is to be said (1).
type Seen = (String, i64, i64, usize, i64);

/// The events a unit has behind a place that name no unit of a type, as many as one portion may hold. One that comes meanwhile and stands
/// before the place is said by whoever brings it.
fn portion(sql: &Sql, unit: i64, kind: &str, after: Place) -> Result<Portion> {
    let (name, at, event) = after;
    let seen: Vec<Seen> = sql.read(
        "SELECT e.name, e.at, e.event, coalesce(length(v.units) + length(v.properties) + length(v.experiments), 0),
           v.seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(v.units) WHERE key = ?5)
           AND NOT EXISTS (SELECT 1 FROM via_events x WHERE x.unit = ?1 AND x.event = e.event)
         FROM (SELECT name, at, event FROM unit_events WHERE unit = ?1 AND (name, at, event) > (?2, ?3, ?4)
               ORDER BY name, at, event LIMIT ?6) e
         LEFT JOIN events v ON v.seq = e.event ORDER BY e.name, e.at, e.event",
        vec![
            unit.into(),
            name.into(),
            at.into(),
            event.into(),
            kind.into(),
            i64::try_from(LOOKED_AT).unwrap_or(i64::MAX).into(),
        ],
    )?;
    let fits = fitting(&seen);
    let all = fits == seen.len() && seen.len() < LOOKED_AT;
    let taken = seen.get(..fits).unwrap_or_default();
    let bytes = taken.iter().filter(|(.., said)| *said == 1).map(|(_, _, _, bytes, _)| bytes).sum();
    let numbers: Vec<i64> = taken.iter().filter(|(.., said)| *said == 1).map(|(_, _, seq, ..)| *seq).collect();
    let next = taken.last().filter(|_| !all).map(|(name, at, seq, ..)| (name.clone(), *at, *seq));
    let query = format!(
        "SELECT {stored} FROM json_each(?) j CROSS JOIN events v ON v.seq = j.value",
        stored = EventRow::STORED
    );
    let rows: Vec<(String,)> = sql.read(&query, vec![json!(numbers).to_string().into()])?;
    let events: Result<Vec<EventRow>> = rows.iter().map(|(event,)| EventRow::stored(event)).collect();
    Ok(Portion { events: events?, bytes, next })
}

/// How many of these one portion holds: one at least, however long.
fn fitting(seen: &[Seen]) -> usize {
    /// What an event has besides its texts.
    const REST: usize = 256;
    let mut bytes = 0_usize;
    seen.iter()
        .enumerate()
        .take_while(|(place, (_, _, _, long, said))| {
            if *said == 1 {
                bytes = bytes.saturating_add(*long).saturating_add(REST);
            }
            *place == 0 || bytes <= PORTION_BYTES
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_ends_before_it_is_too_long_and_is_never_empty() {
        let seen = |lengths: &[(usize, i64)]| {
            let rows: Vec<Seen> = lengths.iter().map(|(long, said)| (String::new(), 0, 0, *long, *said)).collect();
            fitting(&rows)
        };
        assert_eq!(seen(&[]), 0);
        assert_eq!(seen(&[(2 * PORTION_BYTES, 1), (1, 1)]), 1, "one goes, however long");
        assert_eq!(seen(&[(100_000, 1), (100_000, 1), (100_000, 1)]), 2);
        assert_eq!(
            seen(&[(100_000, 0), (100_000, 1), (100_000, 0), (100_000, 1), (100_000, 1)]),
            4,
            "what is not said weighs nothing"
        );
    }
}
