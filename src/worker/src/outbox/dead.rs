//! Dead letters: kept with their reason until somebody wants them tried again.

use serde_json::json;

use super::Kind;
use crate::errors::Result;
use crate::host::Sql;

/// The numbers of those to be tried again, the oldest first.
pub(super) fn waiting(sql: &Sql, sink: &str, kind: Kind, most: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = sql.read(
        "SELECT seq FROM dead_letters WHERE sink = ? AND kind = ? AND again = 1 ORDER BY seq LIMIT ?",
        vec![sink.into(), kind.name().into(), most.into()],
    )?;
    Ok(rows.into_iter().map(|(seq,)| seq).collect())
}

/// Marks all of a sink, or of every sink, to be tried again. Answers how many.
pub(crate) fn again(sql: &Sql, sink: Option<&str>) -> Result<u64> {
    let rows = sql.rows(
        "UPDATE dead_letters SET again = 1 WHERE ?1 IS NULL OR sink = ?1 RETURNING number",
        vec![sink.map(str::to_owned).into()],
    )?;
    // Whoever asks has mended something, so nobody waits for the end of a pause.
    sql.run("UPDATE sinks SET retry_at = 0 WHERE ?1 IS NULL OR sink = ?1", vec![sink.map(str::to_owned).into()])?;
    Ok(rows.len() as u64)
}

/// Takes those out that were delivered, or were never among them.
pub(super) fn revive(sql: &Sql, sink: &str, kind: Kind, numbers: &[i64]) -> Result<()> {
    sql.run(
        "DELETE FROM dead_letters WHERE sink = ?1 AND kind = ?2 AND seq IN (SELECT value FROM json_each(?3))",
        vec![sink.into(), kind.name().into(), json!(numbers).to_string().into()],
    )
}

pub(super) fn bury(sql: &Sql, sink: &str, kind: Kind, refused: &[(i64, String)], now: i64) -> Result<()> {
    sql.run(
        "INSERT INTO dead_letters (sink, kind, seq, reason, at)
         SELECT ?1, ?2, value ->> 0, value ->> 1, ?4 FROM json_each(?3) WHERE true
         ON CONFLICT (sink, kind, seq) DO UPDATE SET reason = excluded.reason, at = excluded.at, again = 0",
        vec![sink.into(), kind.name().into(), json!(refused).to_string().into(), now.into()],
    )
}
