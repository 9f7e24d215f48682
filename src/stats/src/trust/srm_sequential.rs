//! Sample ratio mismatch that may be looked at every day.
//!
//! The planned multinomial against a Dirichlet(α) mixture of others. With counts S so far, N in all and shares θ,
//! `BF = Γ(A)/Γ(A+N) · Π Γ(α_i+S_i)/Γ(α_i) · Π θ_i^(−S_i)`; the chance that it ever exceeds 1/p is at most p, so the running minimum of 1/BF is a p-value
//! at whatever look one stops. In gamma functions of 10⁹ the answer would drown; what is added up here is a deviance and Stirling errors.
//! Assumes independent units. Source: Lindon & Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022.

use crate::numeric::exact::difference_of_products;
use crate::p_value::PValue;
use crate::special::gamma::{log1p_minus, stirling_error};
use crate::special::normal::LN_SQRT_TAU;
use alloc::vec::Vec;

/// After one look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SrmLook {
    /// Natural logarithm of the Bayes factor against the plan.
    pub log_bayes_factor: f64,
    /// Valid at any look.
    pub p: PValue,
}

/// What each look shows, counts being those new at the look; `None` with fewer than two arms, rows of another length, or a weight, prior or count that
/// makes no sense.
#[must_use]
pub fn srm_sequential<L: AsRef<[f64]>>(looks: &[L], weights: &[f64], prior: &[f64]) -> Option<Vec<SrmLook>> {
    let positive = |values: &[f64]| values.iter().all(|x| *x > 0.0 && x.is_finite());
    if weights.len() < 2 || weights.len() != prior.len() || !positive(weights) || !positive(prior) {
        return None;
    }
    let total: f64 = weights.iter().sum();
    let mut counts: Vec<f64> = weights.iter().map(|_| 0.0).collect();
    let mut lowest: f64 = 0.0;
    let mut found = Vec::with_capacity(looks.len());
    for look in looks {
        let new = look.as_ref();
        if new.len() != counts.len() || !new.iter().all(|x| *x >= 0.0 && x.is_finite()) {
            return None;
        }
        for (count, new) in counts.iter_mut().zip(new) {
            *count += new;
        }
        let log_bayes_factor = log_bayes_factor(&counts, weights, total, prior);
        lowest = lowest.min(-log_bayes_factor);
        found.push(SrmLook { log_bayes_factor, p: PValue::from_log(lowest) });
    }
    Some(found)
}

/// `Σ S_i ln(a_i/(A_N θ_i)) + Σ (α_i − ½) ln a_i − (A − ½) ln A_N + …` with `a_i = α_i + S_i`, `A_N = A + N`; the first sum as a deviance, of which only the
/// small parts are left.
fn log_bayes_factor(counts: &[f64], weights: &[f64], total: f64, prior: &[f64]) -> f64 {
    let prior_sum: f64 = prior.iter().sum();
    let all: f64 = prior_sum + counts.iter().sum::<f64>();
    let mut sum = 0.0;
    for ((count, weight), alpha) in counts.iter().zip(weights).zip(prior) {
        let a = alpha + count;
        let expected = all * (weight / total);
        let u = difference_of_products(a, total, all, *weight) / total / expected;
        // S ln(1+u), less the u whose sums over arms cancel: Σ S u = Σ E u² − Σ α u.
        sum += count * log1p_minus(u) + expected * u * u - alpha * u;
        sum += (alpha - 0.5) * libm::log(a) + stirling_error(a) + LN_SQRT_TAU - libm::lgamma(*alpha);
    }
    sum - (prior_sum - 0.5) * libm::log(all) - stirling_error(all) - LN_SQRT_TAU + libm::lgamma(prior_sum)
}
