//! Wald's sequential probability ratio test: two simple hypotheses, looked at after every unit.
//!
//! `llr` is the logarithm of the data's likelihood under the alternative over that under the null; accept the alternative at `llr ≥ ln((1−β)/α)`, the null at
//! `llr ≤ ln(β/(1−α))`, go on between. Bernoulli: `s ln(p1/p0) + (n−s) ln((1−p1)/(1−p0))`. Normal estimate, 0 against δ: `(δ d − δ²/2)/se²`. Both errors hold
//! approximately (overshoot makes them smaller). Assumes that one of the two hypotheses is true; for "any effect" use [`msprt`](crate::msprt).
//! Source: Wald (1945), "Sequential tests of statistical hypotheses".

use crate::sample::Proportion;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SprtDecision {
    /// The null hypothesis.
    AcceptH0,
    /// The alternative.
    AcceptH1,
    /// More data.
    Continue,
}

/// The statistic between its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sprt {
    /// Log likelihood ratio; infinite when the data are impossible under one hypothesis.
    pub llr: f64,
    /// From here on the alternative is accepted.
    pub upper: f64,
    /// Down to here the null is accepted.
    pub lower: f64,
    /// What to do now.
    pub decision: SprtDecision,
}

/// Rate `p0` against `p1`; `None` when rates leave 0…1, counts or errors make no sense (`alpha + beta < 1`), or the data are impossible under both.
#[must_use]
pub fn sprt_bernoulli(data: Proportion, p0: f64, p1: f64, alpha: f64, beta: f64) -> Option<Sprt> {
    let Proportion { n, successes } = data;
    let counts = n >= 0.0 && n.is_finite() && (0.0..=n).contains(&successes);
    if !counts || !(0.0..=1.0).contains(&p0) || !(0.0..=1.0).contains(&p1) {
        return None;
    }
    // ln(p1/p0) and ln(q1/q0) from the difference, which keeps the digits of rates that lie close together.
    let gain = log_ratio(p0, p1);
    let loss = log_ratio(1.0 - p0, 1.0 - p1);
    let part = |count: f64, log: f64| if count == 0.0 { 0.0 } else { count * log };
    decide(part(successes, gain) + part(n - successes, loss), alpha, beta)
}

/// No effect against `effect`, from an approximately normal estimate; `None` unless `se` is positive and the errors make sense.
#[must_use]
pub fn sprt_normal(estimate: f64, se: f64, effect: f64, alpha: f64, beta: f64) -> Option<Sprt> {
    let sound = se > 0.0 && se.is_finite() && estimate.is_finite() && effect.is_finite();
    if !sound {
        return None;
    }
    decide((effect / se) * ((estimate - 0.5 * effect) / se), alpha, beta)
}

fn log_ratio(from: f64, to: f64) -> f64 {
    let change = (to - from) / from;
    if change.abs() < 0.5 { libm::log1p(change) } else { libm::log(to / from) }
}

fn decide(llr: f64, alpha: f64, beta: f64) -> Option<Sprt> {
    let errors = alpha > 0.0 && beta > 0.0 && alpha + beta < 1.0;
    if !errors || llr.is_nan() {
        return None;
    }
    let upper = libm::log((1.0 - beta) / alpha);
    let lower = libm::log(beta / (1.0 - alpha));
    let decision = if llr >= upper {
        SprtDecision::AcceptH1
    } else if llr <= lower {
        SprtDecision::AcceptH0
    } else {
        SprtDecision::Continue
    };
    Some(Sprt { llr, upper, lower, decision })
}
