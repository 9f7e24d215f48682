//! Numbered changes to a database, each run once, in order, in one transaction with the note that it ran.

use crate::errors::Result;
use crate::host::Sql;

/// Brings a database up to date; costs one question when it is.
pub(crate) fn apply(sql: &Sql, migrations: &[&str], now: i64) -> Result<()> {
    let done = done(sql)?;
    if done >= migrations.len() {
        return Ok(());
    }
    sql.transaction(|sql| {
        sql.run(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)",
            vec![],
        )?;
        for (number, migration) in migrations.iter().enumerate().skip(done) {
            sql.run(migration, vec![])?;
            let number = i64::try_from(number).unwrap_or(i64::MAX).saturating_add(1);
            sql.run("INSERT INTO migrations (number, applied_at) VALUES (?, ?)", vec![number.into(), now.into()])?;
        }
        Ok(())
    })
}

/// How many migrations ran. None in a database nobody has written to, which stays unwritten.
pub(crate) fn done(sql: &Sql) -> Result<usize> {
    let table: Option<(i64,)> =
        sql.first("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'", vec![])?;
    if table != Some((1,)) {
        return Ok(0);
    }
    let last: Option<(usize,)> = sql.first("SELECT coalesce(max(number), 0) FROM migrations", vec![])?;
    Ok(last.map_or(0, |(number,)| number))
}
