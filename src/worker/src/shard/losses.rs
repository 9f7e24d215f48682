//! What senders say they lost. Each speaks of all its losses so far, so the greatest number it ever said is its last word, and a
//! batch that is sent again adds nothing.

use std::collections::BTreeMap;

use serde_json::json;

use crate::errors::Result;
use crate::host::Sql;

const DAY_MS: i64 = 86_400_000;

/// Takes in what a sender lost; what is new about it belongs to today.
pub(super) fn note(sql: &Sql, sender: &str, counts: &BTreeMap<String, u64>, now: i64) -> Result<()> {
    let values = || vec![sender.into(), json!(counts).to_string().into(), (now / DAY_MS).into()];
    sql.run(
        "INSERT INTO loss_days (day, reason, count)
         SELECT ?3, j.key, j.value - coalesce(l.count, 0) FROM json_each(?2) j
         LEFT JOIN losses l ON l.sender = ?1 AND l.reason = j.key WHERE j.value > coalesce(l.count, 0)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
        values(),
    )?;
    sql.run(
        "INSERT INTO losses (sender, reason, day, count)
         SELECT ?1, key, ?3, value FROM json_each(?2) WHERE value > 0
         ON CONFLICT DO UPDATE SET day = excluded.day, count = excluded.count WHERE excluded.count > losses.count",
        values(),
    )
}

/// What was lost since a time, in whole days, by reason.
pub(super) fn since(sql: &Sql, time: i64) -> Result<BTreeMap<String, u64>> {
    let rows: Vec<(String, u64)> = sql.read(
        "SELECT reason, sum(count) FROM loss_days WHERE day >= ? GROUP BY reason",
        vec![time.div_euclid(DAY_MS).into()],
    )?;
    Ok(rows.into_iter().collect())
}
