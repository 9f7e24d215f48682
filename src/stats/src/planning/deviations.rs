//! The standard errors a plan for two proportions counts with.

use crate::numeric::root::root;
use crate::numeric::within;
use crate::special::normal;

/// Which standard error the test that will be read uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanVariance {
    /// One rate for both arms under no effect, as the pooled z-test.
    Pooled,
    /// Each arm's own rate, as Wald's test.
    Unpooled,
    /// Cohen's arcsine scale, on which the variance does not depend on the rate.
    Arcsine,
}

/// A difference of two proportions, per control unit: `(effect, deviation without the effect, deviation with it)`.
///
/// `S1² = p1 q1 + p2 q2/r`; pooled `S0² = p q (1 + 1/r)` with `p = (p1 + r p2)/(1 + r)`; unpooled `S0 = S1`; on the arcsine scale the effect is Cohen's
/// `h = 2 asin √p2 − 2 asin √p1` and both deviations are `√(1 + 1/r)`. The difference is given, not the second rate, so that a small one keeps its digits. `None`
/// when a rate leaves 0…1 or the ratio is not positive.
pub(crate) fn deviations(p1: f64, difference: f64, ratio: f64, variance: PlanVariance) -> Option<(f64, f64, f64)> {
    let (p2, q1) = (p1 + difference, 1.0 - p1);
    let q2 = q1 - difference;
    let rates = p1 >= 0.0 && q1 >= 0.0 && p2 >= 0.0 && q2 >= 0.0;
    if !(rates && ratio > 0.0 && ratio.is_finite()) {
        return None;
    }
    let own = libm::sqrt(p1 * q1 + p2 * q2 / ratio);
    Some(match variance {
        PlanVariance::Unpooled => (difference, own, own),
        PlanVariance::Pooled => {
            let shift = difference * (ratio / (1.0 + ratio));
            (difference, libm::sqrt((p1 + shift) * (q1 - shift) * (1.0 + 1.0 / ratio)), own)
        }
        PlanVariance::Arcsine => {
            // sin(asin a − asin b) without the difference of two near angles.
            let sine = difference / (libm::sqrt(p2 * q1) + libm::sqrt(q2 * p1));
            let deviation = libm::sqrt(1.0 + 1.0 / ratio);
            (2.0 * libm::asin(within(sine, -1.0, 1.0)), deviation, deviation)
        }
    })
}

/// What the effect times √n_c has to reach: `z_a S0 + z_b S1`. On the arcsine scale a two-sided test's far tail helps, and a little less is enough. `None` when nothing
/// is needed, as for a power below alpha.
pub(crate) fn reach(alpha: f64, power: f64, sides: u8, variance: PlanVariance, deviations: (f64, f64)) -> Option<f64> {
    let z_alpha = normal::upper_quantile(alpha / f64::from(sides))?;
    let z_power = normal::ppf(power)?;
    let (under_none, under_effect) = deviations;
    let mut reach = z_alpha * under_none + z_power * under_effect;
    if variance == PlanVariance::Arcsine && sides == 2 {
        let missing = |z: f64| normal::sf(z_alpha - z) + normal::sf(z_alpha + z) - power;
        // A little wider, for where the far tail is nothing.
        reach = root(0.0, (z_alpha + z_power) * (1.0 + 1e-9), missing)? * under_effect;
    }
    (reach > 0.0).then_some(reach)
}
