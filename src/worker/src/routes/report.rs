//! From runs to reports: what to count is asked of every shard at once, what they count is added up and judged.

use std::collections::BTreeMap;

use isoflag_experiments::{Experiments, Observed, Report, Run};

use crate::auth::Grant;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::registry::{self, RunRow, Study};
use crate::shard::{Ask, Counted, Want};

/// How often a shard is asked to count on before whoever wants the report is told how far it is: a first report on a long history
/// takes longer than a request may, and calls of a request are limited as well.
const ROUNDS: usize = 8;
/// Calls of one request; a runtime may allow 1,000.
const CALLS: usize = 900;
/// And after so long it is told in any case.
const PATIENCE_MS: i64 = 5_000;

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

    /// Reports on runs, in their order. However many, each shard counts them in one go. [`Error::Counting`] when it takes longer than
    /// a request may.
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
        let wants = runs.iter().map(|run| Want::of(run, &self.experiments)).collect::<Result<Vec<_>>>()?;
        let mut done: BTreeMap<u32, Vec<Observed>> = BTreeMap::new();
        let (mut left, mut calls) = (0, 0);
        let until = host.now().saturating_add(PATIENCE_MS);
        for _ in 0..ROUNDS {
            let waiting: Vec<u32> = grant.ledger.numbers().filter(|shard| !done.contains_key(shard)).collect();
            let asks = waiting.iter().map(|shard| (*shard, Ask::Count { wants: wants.clone() }));
            calls += waiting.len();
            let counted: Vec<Counted> = host.shards(&grant.ledger, asks).await?;
            left = 0;
            for (shard, counted) in waiting.into_iter().zip(counted) {
                match counted {
                    Counted::Done(observed) => drop(done.insert(shard, observed)),
                    Counted::Left(units) => left += units,
                }
            }
            if left == 0 || host.now() > until || calls + grant.ledger.numbers().len() > CALLS {
                break;
            }
            host.breathe().await;
        }
        if left > 0 {
            return Err(Error::Counting { left });
        }
        let none = runs.iter().map(|_| Observed::default()).collect();
        let sums: Vec<Observed> = done.into_values().fold(none, |sums: Vec<Observed>, parts| {
            sums.into_iter().zip(parts).map(|(sum, part)| sum.merge(part)).collect()
        });
        if sums.len() != runs.len() {
            return Err(Error::internal("a shard left out a run"));
        }
        Ok(sums)
    }
}

fn run(row: &RunRow) -> Result<Run> {
    Ok(Run {
        run: row.run.clone(),
        opened_at: row.opened_at,
        control: row.control.clone(),
        unit: row.unit.clone(),
        arms: row.arms()?.into_iter().map(|arm| (arm.variant, f64::from(arm.weight) / 10_000.0)).collect(),
        gate: f64::from(row.gate) / 10_000.0,
    })
}
