//! Rows sorted into clusters and arms.

use crate::means::Moments;
use alloc::vec;
use alloc::vec::Vec;

/// One unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Which cluster it belongs to.
    pub cluster: u64,
    /// Whether it got the treatment.
    pub treated: bool,
    /// Its outcome.
    pub outcome: f64,
}

/// Both arms' moments and every cluster's part of them.
pub(crate) struct Groups {
    pub(crate) control: Moments,
    pub(crate) treatment: Moments,
    pub(crate) clusters: Vec<Cluster>,
}

/// A cluster's control and treatment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cluster {
    pub(crate) arms: [ClusterArm; 2],
}

/// A cluster's units in one arm, and the sum over them of outcome minus the arm's mean.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClusterArm {
    pub(crate) units: f64,
    pub(crate) residual: f64,
}

impl Groups {
    /// `None` when an arm is empty or an outcome is no number.
    pub(crate) fn of(rows: &[Row]) -> Option<Self> {
        if !rows.iter().all(|row| row.outcome.is_finite()) {
            return None;
        }
        let arm = |treated: bool| -> Moments {
            rows.iter().filter(|row| row.treated == treated).map(|row| row.outcome).collect()
        };
        let (control, treatment) = (arm(false), arm(true));
        let means = [control.mean()?, treatment.mean()?];
        // Any bits are a number of the total order, and numbers are what is sorted elsewhere too: one sorting routine less in the wasm.
        let name = |row: &Row| f64::from_bits(row.cluster);
        let mut names: Vec<f64> = rows.iter().map(name).collect();
        names.sort_unstable_by(f64::total_cmp);
        names.dedup_by_key(|name| name.to_bits());
        let mut clusters = vec![Cluster::default(); names.len()];
        for row in rows {
            let found = names.partition_point(|other| other.total_cmp(&name(row)).is_lt());
            let [control, treatment] = &mut clusters.get_mut(found)?.arms;
            let (arm, mean) = if row.treated { (treatment, means[1]) } else { (control, means[0]) };
            arm.units += 1.0;
            arm.residual += row.outcome - mean;
        }
        Some(Self { control, treatment, clusters })
    }
}
