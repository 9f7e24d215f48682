//! How fast a key may ask, counted in one place for all isolates.
//!
//! Each key has a bucket in a Durable Object of its own. Isolates take leases of its tokens ([`Leases`]), so that a request
//! usually finds one at hand. The bound is exact: over any time no more requests pass than burst and rate allow, however many
//! isolates there are, because every token is given out once and an old one goes back.

mod bucket;
mod lease;

use serde::{Deserialize, Serialize};

use crate::errors::Result;
use crate::host::Sql;
use crate::migrations;

use bucket::Bucket;
pub(crate) use bucket::{Granted, Rate};
pub(crate) use lease::{Leases, Step};

const MIGRATIONS: &[&str] = &[include_str!("../migrations/limiter-001.sql")];

/// Asks the bucket of a key for tokens. Answers [`Granted`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) want: u32,
    pub(crate) unspent: u32,
    pub(crate) rate: Rate,
}

pub(crate) fn answer(sql: &Sql, ask: Ask, now: i64) -> Result<Granted> {
    migrations::apply(sql, MIGRATIONS, now)?;
    let stored: Option<(f64, i64)> = sql.first("SELECT level, at FROM bucket", vec![])?;
    let (level, at) = stored.unwrap_or((ask.rate.burst, now));
    let mut bucket = Bucket { level, at };
    let granted = bucket.take(ask.want, ask.unspent, ask.rate, now);
    sql.run(
        "INSERT INTO bucket (one, level, at) VALUES (1, ?, ?)
         ON CONFLICT (one) DO UPDATE SET level = excluded.level, at = excluded.at",
        vec![bucket.level.into(), bucket.at.into()],
    )?;
    Ok(granted)
}
