//! Two rates with Beta posteriors: chance to beat, expected gain and loss.
//!
//! Posterior Beta(a + s, b + n − s). `P(p_t > p_c) = ∫ f_t F_c`; `expected_gain = E[(p_t − p_c)+] = ∫ F_c (1 − F_t) dx`, `expected_loss = E[(p_c − p_t)+]`, what choosing treatment
//! costs where it is worse. The smaller of the two is integrated and the other is it plus the difference of means, so both keep their digits. Intervals
//! are equal-tailed. Assumes independent units. Source: Gelman et al., *Bayesian Data Analysis*, ch. 2; the same numbers as Miller's (2014) finite sum where that applies.

use crate::bayes::curve::{LogOdds, logistic};
use crate::bayes::grid::lay;
use crate::numeric::exact::difference_of_products;
use crate::sample::{Interval, Proportion};
use crate::special::beta;

/// What is believed after the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaBinomial {
    /// Control's Beta(a, b).
    pub posterior_control: (f64, f64),
    /// Treatment's.
    pub posterior_treatment: (f64, f64),
    /// Chance that treatment's rate is the higher.
    pub prob_treatment_better: f64,
    /// `E[(p_t − p_c)+]`.
    pub expected_gain: f64,
    /// `E[(p_c − p_t)+]`.
    pub expected_loss: f64,
    /// Mean of control's rate.
    pub mean_control: f64,
    /// Mean of treatment's.
    pub mean_treatment: f64,
    /// Equal-tailed.
    pub interval_control: Interval,
    /// Equal-tailed.
    pub interval_treatment: Interval,
}

/// Both arms under one prior Beta(a, b); an arm without units has the prior. `None` when counts are impossible, the prior is not positive or `level` not
/// between 0 and 1.
#[must_use]
pub fn beta_binomial(
    control: Proportion,
    treatment: Proportion,
    prior: (f64, f64),
    level: f64,
) -> Option<BetaBinomial> {
    let posterior = |arm: Proportion| {
        let sound = arm.n >= 0.0 && arm.n.is_finite() && (0.0..=arm.n).contains(&arm.successes);
        (sound && prior.0 > 0.0 && prior.1 > 0.0)
            .then_some((prior.0 + arm.successes, prior.1 + (arm.n - arm.successes)))
    };
    let (c, t) = (posterior(control)?, posterior(treatment)?);
    let mean = |(a, b): (f64, f64)| a / (a + b);
    // a_t/(a_t+b_t) − a_c/(a_c+b_c) over one denominator.
    let difference = difference_of_products(t.0, c.1, c.0, t.1) / ((t.0 + t.1) * (c.0 + c.1));
    let (mut better, mut worse, mut smaller) = (0.0, 0.0, 0.0);
    for panel in lay(&[&LogOdds::new(c.0, c.1)?, &LogOdds::new(t.0, t.1)?])? {
        let [control, treatment] = panel.pieces.as_slice() else { return None };
        let (low, high) = if difference >= 0.0 { (treatment, control) } else { (control, treatment) };
        better += panel.integral(&treatment.density, &control.below, |_| 1.0);
        worse += panel.integral(&control.density, &treatment.below, |_| 1.0);
        // dx = x (1−x) dv.
        smaller += panel.integral(&low.below, &high.above, |v| logistic(v) * logistic(-v));
    }
    let interval = |(a, b): (f64, f64)| {
        let tail = 0.5 * (1.0 - level);
        Some(Interval { low: beta::ppf(tail, a, b)?, high: beta::upper_quantile(tail, a, b)? })
    };
    Some(BetaBinomial {
        posterior_control: c,
        posterior_treatment: t,
        // The larger chance is known best as what the smaller leaves.
        prob_treatment_better: if better <= worse { better } else { 1.0 - worse },
        expected_gain: if difference >= 0.0 { smaller + difference } else { smaller },
        expected_loss: if difference >= 0.0 { smaller } else { smaller - difference },
        mean_control: mean(c),
        mean_treatment: mean(t),
        interval_control: interval(c)?,
        interval_treatment: interval(t)?,
    })
}
