//! Letting go of old events, a bounded step at a time, so that no number of any report changes.
//!
//! An event goes when it was made, happened and came in longer ago than events are kept, and every sink has it. What it came to stays:
//! for each run its unit is in, and each total that is counted there, its share is added to `settled`, in the transaction that takes
//! it away. A unit that is counted again later is counted from both.
//!
//! That holds because nothing moves the windows of units whose events went: an exposure from before is not taken any more, and
//! events are kept longer by as much as any metric looks back. Nothing is counted twice: an id from before the floor that is not here
//! is refused. Two things cannot be made good, and the report says so: a metric defined after the events it would have counted were
//! gone (`totals::partial`), and a link that would have moved such events to another unit (`stranded`).
//!
//! In a full object it goes on, and is what makes room there. On a full disk nothing can: to delete is to write, too.

use isoflag_events::ids_before;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::cells::Want;
use super::metric::{MetricWant, Of, Total};
use super::rejudge::rejudge;
use super::totals;
use crate::errors::{Error, Result};
use crate::host::Sql;

/// Events looked at in one step: some tens of milliseconds, in which the shard answers nobody.
const STEP: usize = 2_000;
/// The least time between two rounds, so that events do not go one by one; what is kept for less is gone through more often.
const ROUND_MS: i64 = 3_600_000;

/// What a shard no longer takes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    /// Unknown events made before.
    pub(super) floor: i64,
    /// Unknown exposures from before.
    pub(super) shown_from: i64,
}

pub(super) fn bounds(sql: &Sql) -> Result<Bounds> {
    let row: Option<(i64, i64)> = sql.first("SELECT floor, shown_from FROM archive", vec![])?;
    Ok(row.map_or_else(Bounds::default, |(floor, shown_from)| Bounds { floor, shown_from }))
}

/// How far letting go came.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Archived {
    /// Some events made before this are gone; 0 while none is.
    pub(crate) floor: i64,
    /// Events gone.
    pub(crate) events: u64,
}

pub(crate) fn archived(sql: &Sql) -> Result<Archived> {
    let row: Option<(i64, u64)> = sql.first("SELECT floor, events FROM archive", vec![])?;
    Ok(row.map_or_else(Archived::default, |(floor, events)| Archived { floor, events }))
}

/// When the next step is due: at once after another setting, and when sinks came on that something waited for.
pub(crate) fn due(sql: &Sql, kept_ms: i64, forwarded: i64) -> Result<i64> {
    let row: Option<(i64,)> = sql.first(
        "SELECT due FROM archive WHERE kept = ? AND (waits IS NULL OR waits >= ?)",
        vec![kept_ms.into(), forwarded.into()],
    )?;
    Ok(row.map_or(0, |(due,)| due))
}

/// What a step goes by.
pub(crate) struct Terms<'a> {
    pub(crate) now: i64,
    pub(crate) kept_ms: i64,
    /// All sinks have the events up to this number.
    pub(crate) forwarded: i64,
    /// What is counted at present, whether or not anyone asked for it yet.
    pub(crate) wants: &'a [Want],
}

/// Takes one step, and says when the next is due.
pub(crate) fn step(sql: &Sql, terms: &Terms<'_>) -> Result<i64> {
    let Terms { now, kept_ms, forwarded, wants } = *terms;
    learn(sql, wants)?;
    if !rejudge(sql, wants)? {
        return Ok(now);
    }
    let row: Option<(i64, i64, String)> = sql.first("SELECT floor, shown_from, position FROM archive", vec![])?;
    let (floor, shown_from, position) = row.unwrap_or_default();
    let edge = now.saturating_sub(kept_ms);
    let limit = edge.saturating_sub(looks_back(sql)?);
    let seen: Vec<Seen> = sql.read(
        "SELECT e.seq, e.id, e.at < ?3 AND e.received_at < ?4
           AND NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.kind = 'events' AND d.seq = e.seq)
         FROM events e WHERE e.id > ?1 AND e.id < ?2 ORDER BY e.id LIMIT ?5",
        vec![
            position.into(),
            ids_before(limit).into(),
            limit.into(),
            edge.into(),
            i64::try_from(STEP).unwrap_or(i64::MAX).into(),
        ],
    )?;
    let old = || seen.iter().filter(|Seen(.., old)| *old == 1);
    let leaving: Vec<i64> = old().map(|Seen(seq, ..)| *seq).filter(|seq| *seq <= forwarded).collect();
    let waits = old().any(|Seen(seq, ..)| *seq > forwarded);
    if !leaving.is_empty() {
        take_away(sql, &json!(leaving).to_string())?;
    }
    // Ids come about in the order they are forwarded: where all wait, so does what follows.
    let more = seen.len() == STEP && !(leaving.is_empty() && waits);
    let position = seen.into_iter().next_back().map(|Seen(_, id, _)| id).filter(|_| more);
    let due = if more { now } else { next_round(sql, now, kept_ms, now.saturating_sub(limit))? };
    let (floor, shown_from) =
        if leaving.is_empty() { (floor, shown_from) } else { (floor.max(limit), shown_from.max(edge)) };
    sql.run(
        "INSERT INTO archive (one, floor, shown_from, position, kept, due, waits, events) VALUES (1, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET floor = excluded.floor, shown_from = excluded.shown_from, position = excluded.position,
           kept = excluded.kept, due = excluded.due, waits = excluded.waits, events = events + excluded.events",
        vec![
            floor.into(),
            shown_from.into(),
            position.unwrap_or_default().into(),
            kept_ms.into(),
            due.into(),
            waits.then_some(forwarded).into(),
            i64::try_from(leaving.len()).unwrap_or(i64::MAX).into(),
        ],
    )?;
    Ok(due)
}

/// An event that may go: its number, its id, and whether it is old enough in every respect (1) and nobody's dead letter.
#[derive(Deserialize)]
struct Seen(i64, String, i64);

/// Makes sure that every total is known: those of the plans in force, and those anyone ever asked for.
fn learn(sql: &Sql, wants: &[Want]) -> Result<()> {
    for want in wants {
        let run: Option<(i64,)> = sql.first(
            "SELECT run FROM runs WHERE experiment = ? AND name = ?",
            vec![want.experiment.as_str().into(), want.run.as_str().into()],
        )?;
        if let Some((run,)) = run {
            totals::learn(sql, run, &want.metrics)?;
        }
    }
    let counted: Vec<(i64, String)> = sql.read("SELECT run, definition FROM definitions", vec![])?;
    for (run, definition) in counted {
        let metric: MetricWant = serde_json::from_str(&definition).map_err(Error::internal)?;
        totals::learn(sql, run, &[metric])?;
    }
    Ok(())
}

/// How far before the first exposure any total begins, in milliseconds.
fn looks_back(sql: &Sql) -> Result<i64> {
    let first: Option<(Option<i64>,)> = sql.first("SELECT min(definition ->> 'from_ms') FROM totals", vec![])?;
    Ok(first.and_then(|(from,)| from).map_or(0, |from| from.min(0).saturating_neg()))
}

/// When the oldest event is old enough, but not before another round is worth it.
fn next_round(sql: &Sql, now: i64, kept_ms: i64, age: i64) -> Result<i64> {
    let oldest: Option<(i64, i64)> = sql.first("SELECT received_at, at FROM events ORDER BY id LIMIT 1", vec![])?;
    let old_enough =
        oldest.map_or(now, |(received_at, at)| received_at.saturating_add(kept_ms).max(at.saturating_add(age)));
    Ok(old_enough.max(now.saturating_add(ROUND_MS.min(kept_ms))))
}

/// The rows of unit_events that leave with some events, as a table made of the JSON `?1`.
const LEAVING: &str = "(SELECT n.value AS unit, j.value ->> 1 AS name, j.value ->> 2 AS at, j.value ->> 0 AS event
   FROM json_each(?1) j CROSS JOIN json_each(j.value, '$[3]') n)";

/// What is worked out is worked out first, and what is added is added last: where no room is left in between rows go, and make some.
fn take_away(sql: &Sql, events: &str) -> Result<()> {
    let leaving = leaving(sql, events)?;
    let totals: Vec<(i64, i64, String)> = sql.read(
        &format!(
            "SELECT t.total, t.run, t.definition FROM totals t WHERE t.run IN
             (SELECT u.run FROM (SELECT DISTINCT unit FROM {LEAVING}) l CROSS JOIN run_units u ON u.unit = l.unit)"
        ),
        vec![leaving.as_str().into()],
    )?;
    let mut shares = Vec::new();
    for (number, run, definition) in totals {
        let total: Total = serde_json::from_str(&definition).map_err(Error::internal)?;
        shares.push((number, share(sql, run, &total, &leaving)?, total.of));
    }
    for statement in [
        "UPDATE relays SET archived = 1 WHERE archived = 0 AND (unit, via_type, via) IN
           (SELECT x.unit, x.via_type, x.via FROM json_each(?1) j CROSS JOIN via_events x ON x.event = j.value)",
        "DELETE FROM via_events WHERE event IN (SELECT value FROM json_each(?1))",
        "DELETE FROM events WHERE seq IN (SELECT value FROM json_each(?1))",
    ] {
        sql.run(statement, vec![events.into()])?;
    }
    for statement in [
        format!("INSERT INTO leaving (unit, name, at, event) SELECT unit, name, at, event FROM {LEAVING}"),
        "UPDATE units SET archived = 1 WHERE archived = 0 AND unit IN (SELECT unit FROM leaving) AND ?1 IS NOT NULL"
            .to_owned(),
        // And with them the rows of unit_events.
        "DELETE FROM leaving WHERE ?1 IS NOT NULL".to_owned(),
    ] {
        sql.run(&statement, vec![leaving.as_str().into()])?;
    }
    shares.into_iter().try_for_each(|(number, share, of)| settle(sql, number, &share, &of))
}

/// Through the rows as they are: what an event names is not always what it was counted for. JSON: number, name, time and units of each event.
fn leaving(sql: &Sql, events: &str) -> Result<String> {
    let row: Option<(String,)> = sql.first(
        "SELECT json_group_array(json(event)) FROM (
           SELECT json_array(l.seq, l.name, l.at, json_group_array(e.unit)) AS event FROM
             (SELECT v.seq, v.name, v.at, u.unit FROM json_each(?1) j CROSS JOIN events v ON v.seq = j.value
                CROSS JOIN json_each(v.units) n CROSS JOIN units u ON u.type = n.key AND u.id = n.value
              UNION
              SELECT v.seq, v.name, v.at, x.unit FROM json_each(?1) j CROSS JOIN events v ON v.seq = j.value
                CROSS JOIN via_events x ON x.event = v.seq) l
           CROSS JOIN unit_events e ON e.unit = l.unit AND e.name = l.name AND e.at = l.at AND e.event = l.seq GROUP BY l.seq)",
        vec![events.into()],
    )?;
    Ok(row.map_or_else(|| "[]".to_owned(), |(leaving,)| leaving))
}

/// What the leaving events come to for one total, by unit, as JSON. Units that saw two variants are counted apart for good.
fn share(sql: &Sql, run: i64, total: &Total, leaving: &str) -> Result<String> {
    let (expression, join) = total.of.sql();
    let query = format!(
        "SELECT json_group_array(json_array(unit, value)) FROM (
           SELECT u.unit, {expression} AS value FROM {LEAVING} e
           CROSS JOIN run_units u ON u.run = ?2 AND u.unit = e.unit AND u.variants = ?3 {join}
           WHERE e.name = ?4 AND e.at >= u.first_at + ?5 AND e.at < u.first_at + ?7 GROUP BY u.unit)"
    );
    let row: Option<(String,)> = sql.first(
        &query,
        vec![
            leaving.into(),
            run.into(),
            1.into(),
            total.event.as_str().into(),
            total.from_ms.into(),
            total.of.path().into(),
            total.until_ms.into(),
        ],
    )?;
    Ok(row.map_or_else(|| "[]".to_owned(), |(share,)| share))
}

/// Keeps the share of a total. JSON carries its numbers to the last bit.
fn settle(sql: &Sql, total: i64, share: &str, of: &Of) -> Result<()> {
    let sum = if *of == Of::Any { "max(value, excluded.value)" } else { "value + excluded.value" };
    sql.run(
        &format!(
            "INSERT INTO settled (total, unit, value) SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
             ON CONFLICT DO UPDATE SET value = {sum}"
        ),
        vec![total.into(), share.into()],
    )
}
