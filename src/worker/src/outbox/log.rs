//! The facts of a shard in the order they came, as JSON.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Fact, Form, Kind};
use crate::errors::Result;
use crate::host::Sql;
use crate::portion::{EVENT_BYTES, portion};

/// A part of the log and where the next begins.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) facts: Vec<Fact>,
    /// The number behind which to go on.
    pub(crate) after: i64,
    /// Whether there was nothing left to read.
    pub(crate) end: bool,
}

impl Kind {
    /// What a fact says: each value by its name and as SQL. Who is given [`Form::Bare`] facts counts on the order.
    fn values(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Kind::Events => &[
                ("id", "f.id"),
                ("name", "f.name"),
                ("at", "f.at"),
                ("receivedAt", "f.received_at"),
                ("skew", "f.skew"),
                ("units", "json(f.units)"),
                ("properties", "json(f.properties)"),
                ("experiments", "json(f.experiments)"),
                ("imported", "json(iif(f.imported, 'true', 'false'))"),
            ],
            Kind::Exposures => &[
                ("id", "x.id"),
                ("experiment", "r.experiment"),
                ("run", "r.name"),
                ("unitType", "u.type"),
                ("unit", "u.id"),
                ("variant", "x.variant"),
                ("at", "x.at"),
                ("receivedAt", "x.received_at"),
                ("skew", "x.skew"),
                ("program", "x.program"),
                ("imported", "json(iif(x.imported, 'true', 'false'))"),
                ("verdict", "x.verdict"),
            ],
            Kind::Aliases => {
                &[("unitType", "l.type"), ("unit", "l.id"), ("toType", "u.type"), ("to", "u.id"), ("at", "l.at")]
            }
            Kind::Losses => &[
                ("generation", "i.generation"),
                ("shard", "i.shard"),
                ("day", "d.day"),
                ("reason", "d.reason"),
                ("count", "d.count"),
            ],
        }
    }

    fn query(self, form: Form, condition: &str) -> String {
        let (name, tables) = match self {
            Kind::Events => ("event", "events f"),
            // As it is now: one that turned out to be earlier is in the log once, at its new place.
            Kind::Exposures => (
                "exposure",
                "exposure_log f JOIN exposures x ON x.run = f.run AND x.unit = f.unit AND x.variant = f.variant
                 JOIN runs r ON r.run = f.run JOIN units u ON u.unit = f.unit",
            ),
            Kind::Aliases => (
                "alias",
                "link_log f JOIN links l ON l.unit = f.unit AND l.type = f.type AND l.id = f.id
                 JOIN units u ON u.unit = f.unit",
            ),
            // By day and reason, and the greatest count is the true one: so it is known by shard, day and reason.
            Kind::Losses => {
                ("loss", "loss_log f JOIN loss_days d ON d.day = f.day AND d.reason = f.reason CROSS JOIN identity i")
            }
        };
        let values = self.values().iter();
        let fact = match form {
            Form::Named => {
                let pairs: String = values.map(|(name, value)| format!(", '{name}', {value}")).collect();
                format!("json_object('type', '{name}'{pairs})")
            }
            Form::Bare => {
                let values: Vec<&str> = values.map(|(_, value)| *value).collect();
                format!("json_array({})", values.join(", "))
            }
        };
        format!("SELECT f.seq, {fact} FROM {tables} WHERE {condition}")
    }

    /// The bytes of a fact, more or less. The texts of the others are short, and their number bounds them.
    fn bytes(self) -> &'static str {
        match self {
            Kind::Events => EVENT_BYTES,
            Kind::Exposures | Kind::Aliases | Kind::Losses => "512",
        }
    }

    pub(super) fn table(self) -> &'static str {
        match self {
            Kind::Events => "events",
            Kind::Exposures => "exposure_log",
            Kind::Aliases => "link_log",
            Kind::Losses => "loss_log",
        }
    }
}

/// How much of the log is read at once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Most {
    pub(crate) facts: i64,
    /// One that is longer by itself goes alone.
    pub(crate) bytes: i64,
}

/// The facts behind a number, as many as fit.
pub(super) fn after(sql: &Sql, kind: Kind, form: Form, seq: i64, most: Most) -> Result<Vec<Fact>> {
    let rows = format!(
        "SELECT seq AS key, {} AS bytes FROM {} WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        kind.bytes(),
        kind.table()
    );
    let Some(last) = portion(sql, &rows, vec![seq.into(), most.facts.into()], most.bytes)?.last else {
        return Ok(Vec::new());
    };
    let query = kind.query(form, "f.seq > ?1 AND f.seq <= ?2 ORDER BY f.seq");
    sql.read(&query, vec![seq.into(), last.into()])
}

/// The same, for reading on page by page.
pub(crate) fn page(sql: &Sql, kind: Kind, seq: i64, most: Most) -> Result<Page> {
    let facts = after(sql, kind, Form::Named, seq, most)?;
    let after = facts.last().map_or(seq, |fact| fact.seq);
    let (last,): (i64,) =
        sql.first(&format!("SELECT coalesce(max(seq), 0) FROM {}", kind.table()), vec![])?.unwrap_or_default();
    Ok(Page { facts, after, end: after >= last })
}

/// The first facts of some numbers, as many as fit.
pub(super) fn by_numbers(sql: &Sql, kind: Kind, form: Form, numbers: &[i64], bytes: i64) -> Result<Vec<Fact>> {
    let numbers = json!(numbers).to_string();
    let rows = format!(
        "SELECT seq AS key, {} AS bytes FROM {} WHERE seq IN (SELECT value FROM json_each(?1))",
        kind.bytes(),
        kind.table()
    );
    let last = portion(sql, &rows, vec![numbers.as_str().into()], bytes)?.last;
    let query = kind.query(form, "f.seq IN (SELECT value FROM json_each(?1)) AND f.seq <= ?2 ORDER BY f.seq");
    sql.read(&query, vec![numbers.into(), last.into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_says_the_same_with_names_and_without() {
        assert_eq!(
            Kind::Aliases.query(Form::Named, "true").split_once(" FROM").map(|(fact, _)| fact),
            Some(
                "SELECT f.seq, json_object('type', 'alias', 'unitType', l.type, 'unit', l.id, 'toType', u.type, 'to', u.id, 'at', l.at)"
            )
        );
        assert_eq!(
            Kind::Aliases.query(Form::Bare, "true").split_once(" FROM").map(|(fact, _)| fact),
            Some("SELECT f.seq, json_array(l.type, l.id, u.type, u.id, l.at)")
        );
    }

    #[test]
    fn the_functions_of_postgresql_count_on_this_order() {
        let script = include_str!("../sinks/postgres/functions/take.sql");
        for (name, kind) in
            [("event", Kind::Events), ("exposure", Kind::Exposures), ("alias", Kind::Aliases), ("loss", Kind::Losses)]
        {
            let names: Vec<&str> = kind.values().iter().map(|(name, _)| *name).collect();
            let line = format!("--   {name:<10}{}\n", names.join(", "));
            assert!(script.contains(&line), "take.sql does not say `{line}`");
        }
    }
}
