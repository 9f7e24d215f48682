//! From runs to reports: what to count is asked of every shard at once, what they count is added up and judged.

use isoflag_experiments::{Experiments, Observed, Report, Run};
use serde::Deserialize;

use crate::auth::Grant;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::registry::{self, RunRow, Study};
use crate::shard::{self, Want};

/// What was intended, laid out for reporting.
pub(super) struct Bench {
    experiments: Experiments,
    runs: Vec<RunRow>,
}

impl Bench {
    pub(super) async fn open(host: &Host, grant: &Grant) -> Result<Self> {
        let study: Study = host.registry(&grant.ledger.environment, &registry::Ask::Study).await?;
        Ok(Bench { experiments: study.plans()?, runs: study.runs })
    }

    pub(super) fn runs(&self) -> &[RunRow] {
        &self.runs
    }

    /// Keys of all experiments that have a plan.
    pub(super) fn planned(&self) -> impl Iterator<Item = &str> {
        self.experiments.experiments.keys().map(String::as_str)
    }

    /// Reports on runs, in their order. However many, each shard is asked once.
    pub(super) async fn report(&self, host: &Host, grant: &Grant, runs: &[&RunRow]) -> Result<Vec<Report>> {
        let observed = self.observed(host, grant, runs).await?;
        let now = host.now();
        runs.iter()
            .zip(&observed)
            .map(|(row, observed)| {
                Ok(isoflag_experiments::report(&row.experiment, &self.experiments, &run(row)?, observed, now))
            })
            .collect()
    }

    /// Counts runs, in their order.
    pub(super) async fn observed(&self, host: &Host, grant: &Grant, runs: &[&RunRow]) -> Result<Vec<Observed>> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let wants: Vec<Want> = runs.iter().map(|run| Want::of(run, &self.experiments)).collect();
        let ask = shard::Ask::Count { wants };
        let mut sums: Vec<Observed> = runs.iter().map(|_| Observed::default()).collect();
        for counted in host.every_shard::<Vec<Observed>>(&grant.ledger, &ask).await? {
            sums = sums.into_iter().zip(counted).map(|(sum, part)| sum.merge(part)).collect();
        }
        if sums.len() != runs.len() {
            return Err(Error::internal("a shard left out a run"));
        }
        Ok(sums)
    }
}

fn run(row: &RunRow) -> Result<Run> {
    #[derive(Deserialize)]
    struct Arm {
        variant: String,
        weight: u32,
    }
    let arms: Vec<Arm> = serde_json::from_str(&row.arms).map_err(Error::internal)?;
    Ok(Run {
        run: row.run.clone(),
        opened_at: row.opened_at,
        control: row.control.clone(),
        unit: row.unit.clone(),
        arms: arms.into_iter().map(|arm| (arm.variant, f64::from(arm.weight) / 10_000.0)).collect(),
        gate: f64::from(row.gate) / 10_000.0,
    })
}
