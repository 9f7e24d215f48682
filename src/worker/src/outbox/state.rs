//! How far each sink came and how it fares.

use isoflag_events::ids_before;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::errors::Result;
use crate::host::Sql;

/// The first pause after a failure; each further failure doubles it.
const FIRST_PAUSE_MS: i64 = 1_000;
/// A question a minute costs nobody anything, and a sink that is back is found within it.
const LONGEST_PAUSE_MS: i64 = 60_000;

/// Behind every number; one that JavaScript holds as well.
pub(crate) const END: i64 = 1 << 52;

/// One sink, as one shard sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SinkStatus {
    pub(crate) sink: String,
    /// Facts not forwarded yet.
    pub(crate) lag: u64,
    /// When the oldest of them was received.
    pub(crate) oldest: Option<i64>,
    /// Events old enough to be let go that wait for it.
    pub(crate) holds: u64,
    /// Facts it refused for good.
    pub(crate) dead: u64,
    /// A few of the reasons, the newest first.
    pub(crate) reasons: Vec<String>,
    /// Failures in a row.
    pub(crate) failures: u32,
    pub(crate) error: Option<String>,
    pub(crate) retry_at: Option<i64>,
    pub(crate) delivered_at: Option<i64>,
}

/// How a sink fares; what was received before `edge` would be let go if it had it.
pub(crate) fn status(sql: &Sql, sink: &str, edge: Option<i64>) -> Result<SinkStatus> {
    let (mut lag, mut oldest) = (0, None);
    for kind in Kind::ALL {
        let received = match kind {
            Kind::Events => Some("SELECT received_at FROM events WHERE seq > ? ORDER BY seq LIMIT 1"),
            Kind::Exposures => Some(
                "SELECT x.received_at FROM exposure_log f
                 JOIN exposures x ON x.run = f.run AND x.unit = f.unit AND x.variant = f.variant
                 WHERE f.seq > ? ORDER BY f.seq LIMIT 1",
            ),
            // Nobody notes when they came.
            Kind::Aliases | Kind::Losses => None,
        };
        let at = cursor(sql, sink, kind)?;
        lag += count_after(sql, kind, at)?;
        if let Some(received) = received {
            let first: Option<(i64,)> = sql.first(received, vec![at.into()])?;
            oldest = [oldest, first.map(|(at,)| at)].into_iter().flatten().min();
        }
    }
    let (holds,): (u64,) = sql
        .first(
            "SELECT count(*) FROM events WHERE seq > ?1 AND received_at < ?2 AND id < ?3 AND at < ?2",
            vec![cursor(sql, sink, Kind::Events)?.into(), edge.into(), edge.map(ids_before).into()],
        )?
        .unwrap_or_default();
    let (dead,): (u64,) =
        sql.first("SELECT count(*) FROM dead_letters WHERE sink = ?", vec![sink.into()])?.unwrap_or_default();
    let reasons: Vec<(String,)> = sql.read(
        "SELECT reason FROM dead_letters WHERE sink = ? GROUP BY reason ORDER BY max(number) DESC LIMIT 5",
        vec![sink.into()],
    )?;
    let state: Option<(u32, i64, Option<String>, Option<i64>)> =
        sql.first("SELECT failures, retry_at, error, delivered_at FROM sinks WHERE sink = ?", vec![sink.into()])?;
    let (failures, retry_at, error, delivered_at) = state.unwrap_or_default();
    Ok(SinkStatus {
        sink: sink.to_owned(),
        lag,
        oldest,
        holds,
        dead,
        reasons: reasons.into_iter().map(|(reason,)| reason).collect(),
        failures,
        error,
        retry_at: (failures > 0).then_some(retry_at),
        delivered_at,
    })
}

/// When a sink wants to be served next: never, when it has everything.
pub(crate) fn pending(sql: &Sql, sink: &str) -> Result<Option<i64>> {
    let mut anything = sql
        .first::<(i64,)>("SELECT 1 FROM dead_letters WHERE sink = ? AND again = 1 LIMIT 1", vec![sink.into()])?
        .is_some();
    for kind in Kind::ALL {
        anything = anything || last(sql, kind)? > cursor(sql, sink, kind)?;
    }
    if anything { retry_at(sql, sink).map(Some) } else { Ok(None) }
}

/// The number up to which every one of the sinks has the events; where there are none, all of them.
pub(crate) fn forwarded(sql: &Sql, sinks: &[&str]) -> Result<i64> {
    sinks.iter().try_fold(END, |least, sink| Ok(least.min(cursor(sql, sink, Kind::Events)?)))
}

pub(super) fn retry_at(sql: &Sql, sink: &str) -> Result<i64> {
    let state: Option<(i64,)> = sql.first("SELECT retry_at FROM sinks WHERE sink = ?", vec![sink.into()])?;
    Ok(state.map_or(0, |(at,)| at))
}

pub(super) fn cursor(sql: &Sql, sink: &str, kind: Kind) -> Result<i64> {
    let at: Option<(i64,)> =
        sql.first("SELECT seq FROM cursors WHERE sink = ? AND kind = ?", vec![sink.into(), kind.name().into()])?;
    Ok(at.map_or(0, |(seq,)| seq))
}

pub(super) fn advance(sql: &Sql, sink: &str, kind: Kind, seq: i64) -> Result<()> {
    sql.run(
        "INSERT INTO cursors (sink, kind, seq) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
        vec![sink.into(), kind.name().into(), seq.into()],
    )
}

pub(super) fn went_well(sql: &Sql, sink: &str, now: i64) -> Result<()> {
    sql.run(
        "INSERT INTO sinks (sink, failures, retry_at, delivered_at) VALUES (?, 0, 0, ?)
         ON CONFLICT DO UPDATE SET failures = 0, retry_at = 0, error = NULL, delivered_at = excluded.delivered_at",
        vec![sink.into(), now.into()],
    )
}

/// Notes a failure and when to try again: twice as late each time, never sooner than the sink asked for, and each shard at a moment of
/// its own (`chance` is in [0, 1)), so that they do not all come back at once.
pub(super) fn went_wrong(sql: &Sql, sink: &str, why: &str, asked_ms: i64, chance: f64, now: i64) -> Result<()> {
    let failures: Option<(u32,)> = sql.first("SELECT failures FROM sinks WHERE sink = ?", vec![sink.into()])?;
    let failures = failures.map_or(0, |(failures,)| failures);
    let retry_at = now.saturating_add(pause(failures, chance).max(asked_ms));
    sql.run(
        "INSERT INTO sinks (sink, failures, retry_at, error) VALUES (?, 1, ?, ?)
         ON CONFLICT DO UPDATE SET failures = failures + 1, retry_at = excluded.retry_at, error = excluded.error",
        vec![sink.into(), retry_at.into(), why.into()],
    )
}

fn pause(failures: u32, chance: f64) -> i64 {
    let full = FIRST_PAUSE_MS.saturating_mul(1 << failures.min(16)).min(LONGEST_PAUSE_MS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "at most a minute")]
    let jitter = (full as f64 / 2.0 * chance) as i64;
    full / 2 + jitter
}

fn last(sql: &Sql, kind: Kind) -> Result<i64> {
    let last: Option<(i64,)> = sql.first(&format!("SELECT coalesce(max(seq), 0) FROM {}", kind.table()), vec![])?;
    Ok(last.map_or(0, |(seq,)| seq))
}

fn count_after(sql: &Sql, kind: Kind, seq: i64) -> Result<u64> {
    let query = format!("SELECT count(*) FROM {} WHERE seq > ?", kind.table());
    Ok(sql.first::<(u64,)>(&query, vec![seq.into()])?.map_or(0, |(facts,)| facts))
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_double_up_to_a_minute_and_are_never_all_alike() {
        let shortest: Vec<i64> = (0..8).map(|failures| pause(failures, 0.0)).collect();
        assert_eq!(shortest, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        assert_eq!([pause(0, 0.999), pause(3, 0.5), pause(u32::MAX, 0.999)], [999, 6000, 59_970]);
    }
}
