//! The mixture sequential probability ratio test: a p-value and an interval that hold however often one looks.
//!
//! The likelihood of a normal estimate `d` with variance `V`, mixed over effects `N(0, τ²)`, over that without an effect:
//! `ln Λ = ½ ln(V/(V+τ²)) + τ² d² / (2 V (V+τ²))`. Then `p = min(1, 1/Λ)`, and the interval of effects not rejected is
//! `d ± √( V(V+τ²)/τ² · (ln((V+τ²)/V) − 2 ln α) )`. τ is the size of effect the test is tuned to; any value is valid.
//!
//! [`msprt_run`] and [`msprt_run_means`] take the cumulative looks of two arms: the running minimum of p, the running intersection of intervals, and the first
//! look with `p ≤ α`. Assumes independent units and enough of them for the normal approximation and the estimated variance.
//! Source: Johari, Koomen, Pekelis & Walsh (2022), "Always valid inference: continuous monitoring of A/B tests".

use crate::p_value::PValue;
use crate::sample::{Interval, Proportion, Sample};
use alloc::vec::Vec;

/// One look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Msprt {
    /// `ln Λ`.
    pub log_lambda: f64,
    /// `min(1, 1/Λ)`.
    pub p: PValue,
    /// Half the interval's width.
    pub half_width: f64,
    /// Effects not rejected.
    pub interval: Interval,
}

/// One look at an estimate; `None` unless `variance` and `tau2` are positive and alpha is between 0 and 1.
#[must_use]
pub fn msprt(estimate: f64, variance: f64, tau2: f64, alpha: f64) -> Option<Msprt> {
    let positive = |x: f64| x > 0.0 && x.is_finite();
    let sound = estimate.is_finite() && positive(variance) && positive(tau2) && positive(alpha) && alpha < 1.0;
    if !sound {
        return None;
    }
    // ln((V+τ²)/V), and τ²/(V+τ²) written so that neither end of the scale overflows.
    let growth = libm::log1p(tau2 / variance);
    let share = 1.0 / (1.0 + variance / tau2);
    let z = estimate / libm::sqrt(variance);
    let log_lambda = 0.5 * (share * z * z - growth);
    let half_width = libm::sqrt(variance) * libm::sqrt((growth - 2.0 * libm::log(alpha)) / share);
    (log_lambda.is_finite() && half_width.is_finite()).then(|| Msprt {
        log_lambda,
        p: PValue::from_log(-log_lambda),
        half_width,
        interval: Interval::around(estimate, half_width),
    })
}

/// All looks together, one entry per look.
#[derive(Clone, Debug, PartialEq)]
pub struct MsprtRun {
    /// Smallest p so far.
    pub always_valid_p: Vec<f64>,
    /// Effects that no look so far has rejected; upside down (low above high) when the looks contradict each other.
    pub intervals: Vec<Interval>,
    /// First look with `p ≤ α`, counted from 1.
    pub stop_look: Option<usize>,
}

/// Looks at conversions, control and treatment cumulative, `V = pc qc/nc + pt qt/nt`. A look at which nothing varies yet changes nothing. `None` when an
/// arm is empty or impossible, or tau2 and alpha make no sense.
#[must_use]
pub fn msprt_run(looks: &[(Proportion, Proportion)], tau2: f64, alpha: f64) -> Option<MsprtRun> {
    let look = |(control, treatment): &(Proportion, Proportion)| {
        let variance = control.variance()? / control.n + treatment.variance()? / treatment.n;
        Some((treatment.rate()? - control.rate()?, variance))
    };
    run(looks.iter().map(look), tau2, alpha)
}

/// Looks at means, control and treatment cumulative, `V = vc/nc + vt/nt`; otherwise as [`msprt_run`].
#[must_use]
pub fn msprt_run_means(looks: &[(Sample, Sample)], tau2: f64, alpha: f64) -> Option<MsprtRun> {
    let look = |(control, treatment): &(Sample, Sample)| {
        Some((treatment.mean - control.mean, control.mean_variance()? + treatment.mean_variance()?))
    };
    run(looks.iter().map(look), tau2, alpha)
}

fn run(looks: impl Iterator<Item = Option<(f64, f64)>>, tau2: f64, alpha: f64) -> Option<MsprtRun> {
    let sound = tau2 > 0.0 && tau2.is_finite() && alpha > 0.0 && alpha < 1.0;
    if !sound {
        return None;
    }
    let mut result = MsprtRun { always_valid_p: Vec::new(), intervals: Vec::new(), stop_look: None };
    let mut smallest: f64 = 1.0;
    let mut interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
    for (look, found) in looks.enumerate() {
        let (estimate, variance) = found?;
        if variance > 0.0 {
            let now = msprt(estimate, variance, tau2, alpha)?;
            smallest = smallest.min(now.p.p_value);
            interval.low = interval.low.max(now.interval.low);
            interval.high = interval.high.min(now.interval.high);
        }
        result.always_valid_p.push(smallest);
        result.intervals.push(interval);
        if result.stop_look.is_none() && smallest <= alpha {
            result.stop_look = Some(look + 1);
        }
    }
    Some(result)
}
