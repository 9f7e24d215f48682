//! What senders say they lost. Each speaks of all its losses so far, so the greatest number it ever said is its last word, and a
//! batch that is sent again adds nothing.
//!
//! Anyone with a client key may say anything, under as many names as they like. What is kept is bounded, so that this costs neither
//! room nor a report: so many words of senders, of which the oldest go first (one that speaks after all counts anew); so many reasons
//! a day, any more of which are `other`; sums that stop at a number beyond belief.

use std::collections::BTreeMap;

use serde_json::json;

use crate::errors::Result;
use crate::host::Sql;

const DAY_MS: i64 = 86_400_000;
/// The last words kept: some megabytes. A page speaks for as long as it is open.
const WORDS: i64 = 50_000;
/// Reasons told apart; the tracker has less than ten.
const REASONS: i64 = 32;
/// For how long losses are told, in days: longer than any run should go on.
const DAYS: i64 = 400;
/// Where a sum stops. A thousand shards of it are still an integer to whoever reads the report.
const MOST: i64 = 1_000_000_000_000;
/// What further reasons are added to.
const OTHER: &str = "other";

/// Takes in what a sender lost; what is new about it belongs to today.
pub(super) fn note(sql: &Sql, sender: &str, counts: &BTreeMap<String, u64>, now: i64) -> Result<()> {
    let today = now.div_euclid(DAY_MS);
    let values = |more: Vec<i64>| {
        let first = [sender.into(), json!(counts).to_string().into(), today.into()];
        first.into_iter().chain(more.into_iter().map(Into::into)).collect()
    };
    let news: Vec<(String, i64)> = sql.read(
        "SELECT j.key, min(j.value, ?4) - coalesce(l.count, 0) FROM json_each(?2) j
         LEFT JOIN losses l ON l.sender = ?1 AND l.reason = j.key WHERE min(j.value, ?4) > coalesce(l.count, 0) AND ?3 IS NOT NULL",
        values(vec![MOST]),
    )?;
    if news.is_empty() {
        return Ok(());
    }
    // Replaced and not changed: whoever speaks is among the newest again.
    sql.run(
        "INSERT OR REPLACE INTO losses (sender, reason, day, count)
         SELECT ?1, j.key, ?3, min(j.value, ?4) FROM json_each(?2) j
         LEFT JOIN losses l ON l.sender = ?1 AND l.reason = j.key WHERE min(j.value, ?4) > coalesce(l.count, 0)",
        values(vec![MOST]),
    )?;
    sql.run("DELETE FROM losses WHERE seq <= (SELECT max(seq) FROM losses) - ?", vec![WORDS.into()])?;
    for (reason, count) in news {
        sql.run(
            "INSERT INTO loss_days (day, reason, count)
             SELECT ?1, iif(EXISTS (SELECT 1 FROM loss_days WHERE day = ?1 AND reason = ?2)
               OR (SELECT count(*) FROM loss_days WHERE day = ?1) < ?4, ?2, ?5), ?3 WHERE true
             ON CONFLICT DO UPDATE SET count = min(count + excluded.count, ?6)",
            vec![
                today.into(),
                reason.into(),
                count.into(),
                REASONS.saturating_sub(1).into(),
                OTHER.into(),
                MOST.into(),
            ],
        )?;
    }
    sql.run("DELETE FROM loss_days WHERE day < ?", vec![today.saturating_sub(DAYS).into()])
}

/// What was lost since a time, in whole days, by reason: the most frequent ones, and the others together.
pub(super) fn since(sql: &Sql, time: i64) -> Result<BTreeMap<String, u64>> {
    let rows: Vec<(String, u64)> = sql.read(
        "SELECT iif(place < ?2, reason, ?3), CAST(min(total(lost), ?4) AS INTEGER)
         FROM (SELECT reason, total(count) AS lost, row_number() OVER (ORDER BY total(count) DESC, reason) AS place
               FROM loss_days WHERE day >= ?1 GROUP BY reason) GROUP BY 1",
        vec![time.div_euclid(DAY_MS).into(), REASONS.into(), OTHER.into(), MOST.into()],
    )?;
    Ok(rows.into_iter().collect())
}
