//! A normal estimate as a posterior: chance to help, expected gain and loss.
//!
//! Normal prior `N(m0, s0²)` or a flat one; the posterior's precision is the sum of both precisions, its mean the precision-weighted mean. `expected_loss` is
//! what choosing treatment costs where it is worse, `E[(−θ)+] = s φ(m/s) − m Φ(−m/s)`; `expected_gain = E[θ+]` what it brings where it is better. Assumes the estimate to be
//! approximately normal with a known standard error. Source: Gelman et al., *Bayesian Data Analysis*, ch. 2; Raiffa & Schlaifer (1961) for the loss.

use crate::sample::Interval;
use crate::special::normal;

/// What is believed after the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormalBayes {
    /// Mean of the effect.
    pub posterior_mean: f64,
    /// Its standard deviation.
    pub posterior_sd: f64,
    /// Chance that the effect is above 0.
    pub prob_positive: f64,
    /// Chance that it is below.
    pub prob_negative: f64,
    /// `E[θ+]`.
    pub expected_gain: f64,
    /// `E[(−θ)+]`.
    pub expected_loss: f64,
    /// Equal-tailed.
    pub interval: Interval,
}

/// `prior` is mean and standard deviation, `None` a flat one. `None` unless standard errors are positive and `0 < level < 1`.
#[must_use]
pub fn normal_bayes(estimate: f64, se: f64, prior: Option<(f64, f64)>, level: f64) -> Option<NormalBayes> {
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if !estimate.is_finite() || !positive(se) {
        return None;
    }
    let (mean, sd) = match prior {
        None => (estimate, se),
        Some((prior_mean, prior_sd)) => {
            if !prior_mean.is_finite() || !positive(prior_sd) {
                return None;
            }
            // Share of the data, from the ratio of deviations so that no square overflows.
            let ratio = se / prior_sd;
            let data = 1.0 / (1.0 + ratio * ratio);
            let prior = 1.0 / (1.0 + 1.0 / (ratio * ratio));
            (data * estimate + prior * prior_mean, se * libm::sqrt(data))
        }
    };
    let z = mean / sd;
    let half = normal::upper_quantile(0.5 * (1.0 - level))? * sd;
    (sd > 0.0 && z.is_finite() && half.is_finite()).then(|| NormalBayes {
        posterior_mean: mean,
        posterior_sd: sd,
        prob_positive: normal::cdf(z),
        prob_negative: normal::sf(z),
        expected_gain: sd * mean_excess(z),
        expected_loss: sd * mean_excess(-z),
        interval: Interval::around(mean, half),
    })
}

/// `E[(X + z)+]` for a standard normal X: `φ(z) + z Φ(z)`.
fn mean_excess(z: f64) -> f64 {
    let density = libm::exp(-0.5 * z * z - normal::LN_SQRT_TAU);
    if z > -4.0 {
        return density + z * normal::cdf(z);
    }
    // Both parts nearly cancel. With Mills' ratio sf(x)/φ(x) = 1/(x + c), c = 1/(x + 2/(x + 3/(x + …))), what is left is φ c/(x + c).
    let x = -z;
    let c = 1.0 / (2..=40).rev().fold(x, |fraction, k| x + f64::from(k) / fraction);
    density * c / (x + c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excess_is_smooth_where_its_two_forms_meet() {
        for z in [-4.0, -3.9, -4.1] {
            let direct = libm::exp(-0.5 * z * z - normal::LN_SQRT_TAU) + z * normal::cdf(z);
            let x: f64 = -z;
            let c = 1.0 / (2..=40).rev().fold(x, |fraction, k| x + f64::from(k) / fraction);
            let fraction = libm::exp(-0.5 * z * z - normal::LN_SQRT_TAU) * c / (x + c);
            assert!((direct / fraction - 1.0).abs() < 1e-13, "{z}: {direct} {fraction}");
        }
    }

    #[test]
    fn gain_less_loss_is_the_mean() {
        for (estimate, se) in [(0.3, 0.2), (-5.0, 0.2), (1e-9, 1e-9), (0.0, 1.0)] {
            let found = normal_bayes(estimate, se, None, 0.95);
            assert!(found.is_some_and(|f| (f.expected_gain - f.expected_loss - estimate).abs() < 1e-15 * (1.0 + se)));
        }
        assert_eq!(normal_bayes(0.1, 0.0, None, 0.95), None);
        assert_eq!(normal_bayes(0.1, 0.1, Some((0.0, 0.0)), 0.95), None);
        assert_eq!(normal_bayes(0.1, 0.1, None, 1.0), None);
    }
}
