//! CUPED: the same difference with the part explained by a covariate from before the exposure taken out.
//!
//! `θ = cov(y, x)/var(x)` over all units of both arms as one sample, 0 when x is constant. An arm's adjusted mean is
//! `ȳ − θ (x̄ − x̄_all)`, its adjusted variance `s_yy + θ² s_xx − 2θ s_xy`; Welch's test follows. `variance_reduction = 1 − se²/se_raw²`.
//! Assumes a covariate the treatment cannot have touched; one measured after exposure biases the estimate.
//! Source: Deng, Xu, Kohavi & Walker, WSDM 2013.

use crate::means::{PairMoments, Welch, welch_t};
use crate::p_value::Alternative;
use crate::sample::Sample;

/// Both arms adjusted, and compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cuped {
    /// The slope taken out.
    pub theta: f64,
    /// Control, adjusted.
    pub control: Sample,
    /// Treatment, adjusted.
    pub treatment: Sample,
    /// The difference before adjusting.
    pub raw_diff: f64,
    /// Share of the difference's variance that is gone; `None` when there was none.
    pub variance_reduction: Option<f64>,
    /// Welch's test of the adjusted arms.
    pub welch: Welch,
}

/// Adjusts and compares two arms of `(outcome, covariate)`; `None` when an arm has fewer than two units or the level is no level.
#[must_use]
pub fn cuped(control: &PairMoments, treatment: &PairMoments, level: f64) -> Option<Cuped> {
    let all = control.merge(treatment);
    let theta = if all.xx > 0.0 { all.xy / all.xx } else { 0.0 };
    let raw_diff = treatment.mean_y - control.mean_y;
    // x̄ − x̄_all of each arm from the arms' distance, which does not cancel.
    let apart = treatment.mean_x - control.mean_x;
    let adjust = |arm: &PairMoments, from_all: f64| {
        Some(Sample { n: arm.n, mean: arm.mean_y - theta * from_all, variance: arm.variance_of_rest(theta)? })
    };
    let adjusted_control = adjust(control, -apart * (treatment.n / all.n))?;
    let adjusted_treatment = adjust(treatment, apart * (control.n / all.n))?;
    let welch = welch_t(adjusted_control, adjusted_treatment, Alternative::TwoSided, 1.0 - level)?;
    let raw = control.variance_of_rest(0.0)? / control.n + treatment.variance_of_rest(0.0)? / treatment.n;
    let variance_reduction = (raw > 0.0).then(|| 1.0 - welch.se * welch.se / raw);
    Some(Cuped { theta, control: adjusted_control, treatment: adjusted_treatment, raw_diff, variance_reduction, welch })
}
