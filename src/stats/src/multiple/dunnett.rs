//! Several treatments against one control, adjusted for what the comparisons share.
//!
//! Large samples: the statistics are normal with correlation `λ_i λ_j`, `λ_i = √(n_i/(n_i + n_c))`, because every comparison contains the same control. Given the
//! control's error `u` they are independent, so `P(max |Z_i| ≥ z) = ∫ φ(u) [1 − Π_i (1 − q_i(u))] du`, with `q_i(u)` the chance that `(Z_i | u)` lies outside ±z.
//! Two-sided, single step: an adjusted p-value is that chance at its own |z|. Less strict than Bonferroni, exact where that is not.
//! Source: Dunnett (1955), "A multiple comparison procedure for comparing several treatments with a control".

use crate::numeric::root::root;
use crate::special::normal;
use alloc::vec::Vec;

/// Adjusted p-values and the boundary they belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Dunnett {
    /// One per treatment, in the order given.
    pub adjusted_p: Vec<f64>,
    /// Reject where `|z|` is at least this.
    pub critical: f64,
}

/// The trapezoid's step in deviations of the narrowest factor, for one factor: its error is `exp(−2π²/step²)`, 1e-24. A product of k has a deviation √k smaller.
const STEP: f64 = 0.6;
const REACH: f64 = 9.0;
/// Further out the chance is below the smallest double.
const HIGHEST_Z: f64 = 40.0;
/// Treatment units per control unit; beyond, the factors are so narrow that the sum would not end.
const MOST_UNEQUAL: f64 = 1e7;

/// Treatments as `(z against control, units)`; `None` without treatments, when an arm is empty, or ten million times as large as control, a z is not finite, or alpha
/// makes no sense.
#[must_use]
pub fn dunnett(treatments: &[(f64, f64)], n_control: f64, alpha: f64) -> Option<Dunnett> {
    let sizes = |n: f64| n > 0.0 && n.is_finite();
    let sound =
        sizes(n_control) && treatments.iter().all(|(z, n)| z.is_finite() && sizes(*n) && n / n_control <= MOST_UNEQUAL);
    if !sound || treatments.is_empty() || !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    // (λ, √(1−λ²)).
    let loads: Vec<(f64, f64)> = treatments
        .iter()
        .map(|(_, n)| (libm::sqrt(n / (n + n_control)), libm::sqrt(n_control / (n + n_control))))
        .collect();
    let adjusted_p = treatments.iter().map(|(z, _)| chance_outside(z.abs(), &loads)).collect();
    // One comparison alone crosses less often than all, all no more often than the sum of each; a little wider, for where one is all.
    let low = normal::upper_quantile(0.5 * alpha)? * (1.0 - 1e-9);
    let high = normal::upper_quantile(0.5 * alpha / treatments.len() as f64)? * (1.0 + 1e-9);
    let target = libm::log(alpha);
    let critical = root(low, high, |z| libm::log(chance_outside(z, &loads)) - target)?;
    Some(Dunnett { adjusted_p, critical })
}

/// `P(max |Z_i| ≥ z)`, with full relative precision however small.
fn chance_outside(z: f64, loads: &[(f64, f64)]) -> f64 {
    if z > HIGHEST_Z {
        return 0.0;
    }
    let narrowest = loads.iter().map(|(_, rest)| *rest).fold(1.0, f64::min);
    let step = STEP * narrowest / libm::sqrt(1.0 + loads.len() as f64);
    // Given that Z_i is as large as z, u lies around λ z. The integrand is even.
    let steps = libm::ceil((z + REACH) / step) as u32;
    let outside = |u: f64| {
        let none: f64 = loads
            .iter()
            .map(|(load, rest)| {
                libm::log1p(-(normal::sf((z - load * u) / rest) + normal::sf((z + load * u) / rest)).min(1.0))
            })
            .sum();
        libm::exp(-0.5 * u * u - normal::LN_SQRT_TAU) * -libm::expm1(none)
    };
    let half: f64 = (1..=steps).map(|k| outside(f64::from(k) * step)).sum();
    (step * (outside(0.0) + 2.0 * half)).min(1.0)
}
