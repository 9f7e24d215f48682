//! The runs of experiments: opened by the datafile that first says them, closed by the one that no longer does.

use isoflag_datafile::{Allocation, Experiment};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::errors::{Error, Problem, Result};
use crate::host::Sql;

/// One run, as the registry has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RunRow {
    pub(crate) experiment: String,
    pub(crate) run: String,
    pub(crate) opened_at: i64,
    pub(crate) closed_at: Option<i64>,
    pub(crate) control: String,
    pub(crate) unit: String,
    /// Basis points.
    pub(crate) gate: u32,
    /// JSON: `[{variant, weight in basis points}]`.
    pub(crate) arms: String,
    /// JSON: an [`Allocation`]. None for a run that was last published before it was kept.
    pub(crate) allocation: Option<String>,
}

/// One arm of a run.
#[derive(Debug, Deserialize)]
pub(crate) struct ArmRow {
    pub(crate) variant: String,
    /// Basis points.
    pub(crate) weight: u32,
}

impl RunRow {
    const COLUMNS: &str =
        "r.experiment, r.run, r.opened_at, r.closed_at, r.control, r.unit, r.gate, r.arms, r.allocation";

    pub(crate) fn arms(&self) -> Result<Vec<ArmRow>> {
        serde_json::from_str(&self.arms).map_err(Error::internal)
    }

    pub(crate) fn allocation(&self) -> Result<Option<Allocation>> {
        self.allocation.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)
    }
}

/// All runs: open ones first, then the newest.
pub(super) fn all(sql: &Sql) -> Result<Vec<RunRow>> {
    let columns = RunRow::COLUMNS;
    sql.read(
        &format!(
            "SELECT {columns} FROM runs r ORDER BY r.experiment, r.closed_at IS NOT NULL, r.opened_at DESC, r.run"
        ),
        vec![],
    )
}

/// Those of these runs that there ever were.
pub(super) fn some(sql: &Sql, runs: &[(String, String)]) -> Result<Vec<RunRow>> {
    let columns = RunRow::COLUMNS;
    sql.read(
        &format!(
            "SELECT {columns} FROM json_each(?) j CROSS JOIN runs r ON r.experiment = j.value ->> 0 AND r.run = j.value ->> 1"
        ),
        vec![json!(runs).to_string().into()],
    )
}

/// Warns of runs that come back: their numbers go on where they stopped, and what happened in between is nobody's.
pub(super) fn returning(sql: &Sql, experiments: &[Experiment]) -> Result<Vec<Problem>> {
    let mut warnings = Vec::new();
    for experiment in experiments {
        let closed: Option<(i64,)> = sql.first(
            "SELECT closed_at FROM runs WHERE experiment = ? AND run = ? AND closed_at IS NOT NULL",
            vec![experiment.flag.as_str().into(), experiment.run.as_str().into()],
        )?;
        if closed.is_some() {
            let path = format!("$.flags[{}]", json!(experiment.flag));
            let message = format!(
                "run `{}` was closed before and goes on with its old units; add a `restart` number to the split to begin afresh",
                experiment.run
            );
            warnings.push(Problem::new(path, message));
        }
    }
    Ok(warnings)
}

/// Opens the runs a datafile has and closes those it has not.
pub(super) fn follow(
    sql: &Sql,
    experiments: &[Experiment],
    allocations: &[(String, Allocation)],
    now: i64,
) -> Result<()> {
    for experiment in experiments {
        let allocation = allocations.iter().find(|(flag, _)| *flag == experiment.flag);
        sql.run(
            "INSERT INTO runs (experiment, run, opened_at, control, unit, gate, arms, allocation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (experiment, run) DO UPDATE SET closed_at = NULL, gate = excluded.gate, allocation = excluded.allocation",
            vec![
                experiment.flag.as_str().into(),
                experiment.run.as_str().into(),
                now.into(),
                experiment.control.as_str().into(),
                experiment.unit.as_str().into(),
                i64::from(experiment.gate).into(),
                json!(experiment.arms).to_string().into(),
                allocation.map(|(_, allocation)| json!(allocation).to_string()).into(),
            ],
        )?;
    }
    let open: Vec<[&str; 2]> = experiments.iter().map(|one| [one.flag.as_str(), one.run.as_str()]).collect();
    sql.run(
        "UPDATE runs SET closed_at = ? WHERE closed_at IS NULL
         AND (experiment, run) NOT IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        vec![now.into(), json!(open).to_string().into()],
    )
}
