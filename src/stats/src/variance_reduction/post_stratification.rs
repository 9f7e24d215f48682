//! Post-stratification: the difference within strata, weighted together.
//!
//! `Σ W_k (m_tk − m_ck)`, `W_k` the stratum's share of all units or given shares; `se² = Σ W_k² (v_tk/n_tk + v_ck/n_ck)`, normal. Takes out what chance put
//! into unequal strata. Assumes strata known before exposure and enough units of both arms in each; one with an empty arm leaves
//! nothing to compare. Source: Miratrix, Sekhon & Yu, Journal of the Royal Statistical Society B 75 (2013).

use crate::coefficient::{Coefficient, coefficient};
use crate::sample::Sample;

/// One stratum: control, treatment, and its share if it is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Control's units in it.
    pub control: Sample,
    /// Treatment's units in it.
    pub treatment: Sample,
    /// Its weight on any scale; its units when `None`.
    pub weight: Option<f64>,
}

/// The weighted difference, and beside it the plain one of all units: `(adjusted, unadjusted)`. `None` without strata, when one has an empty arm, or a weight
/// is negative.
#[must_use]
pub fn post_stratification(strata: &[Stratum], level: f64) -> Option<(Coefficient, f64)> {
    let weight = |stratum: &Stratum| stratum.weight.unwrap_or(stratum.control.n + stratum.treatment.n);
    let all: f64 = strata.iter().map(weight).sum();
    if !(all > 0.0 && strata.iter().all(|stratum| weight(stratum) >= 0.0)) {
        return None;
    }
    let (mut estimate, mut variance) = (0.0, 0.0);
    for stratum in strata {
        let share = weight(stratum) / all;
        let se2 = stratum.control.mean_variance()? + stratum.treatment.mean_variance()?;
        estimate += share * (stratum.treatment.mean - stratum.control.mean);
        variance += share * share * se2;
    }
    let mean = |arm: fn(&Stratum) -> Sample| {
        let units: f64 = strata.iter().map(|stratum| arm(stratum).n).sum();
        strata.iter().map(|stratum| arm(stratum).mean * (arm(stratum).n / units)).sum::<f64>()
    };
    let unadjusted = mean(|stratum| stratum.treatment) - mean(|stratum| stratum.control);
    Some((coefficient(estimate, libm::sqrt(variance), None, level)?, unadjusted))
}
