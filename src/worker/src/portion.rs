//! How far to read on in a table: so many bytes rather than so many rows, as an isolate holds whatever is read, and more than once on
//! its way.

use crate::errors::Result;
use crate::host::{Cell, Sql};

/// The bytes of an event `events`, more or less: its texts, and what is told beside them. Reading how long a text is does not read it.
pub(crate) const EVENT_BYTES: &str = "512 + octet_length(units) + octet_length(properties) + octet_length(experiments)";

/// What of some rows is read at once.
#[derive(Debug)]
pub(crate) struct Portion {
    /// The key of the last row of it; nothing when there is no row.
    pub(crate) last: Option<i64>,
    /// How many rows there were to choose from.
    pub(crate) rows: i64,
    /// Whether it is all of them.
    pub(crate) whole: bool,
}

/// The first of some rows that are no longer than `bytes` together; the first one always. `rows` is a query that gives of each its `key` and
/// its `bytes`, and takes `values`.
pub(crate) fn portion(sql: &Sql, rows: &str, values: Vec<Cell>, bytes: i64) -> Result<Portion> {
    let query = format!(
        "SELECT count(*), count(*) FILTER (WHERE fits), max(key) FILTER (WHERE fits) FROM (
           SELECT key, sum(bytes) OVER (ORDER BY key ROWS UNBOUNDED PRECEDING) <= {bytes} OR row_number() OVER (ORDER BY key) = 1 AS fits
           FROM ({rows}))"
    );
    let (rows, fitting, last): (i64, i64, Option<i64>) = sql.first(&query, values)?.unwrap_or_default();
    Ok(Portion { last, rows, whole: fitting == rows })
}
