//! Sample ratio mismatch: are the units split as planned?
//!
//! Pearson's `χ² = Σ (observed − expected)²/expected` against the planned weights, `arms − 1` degrees of freedom. A mismatch means that
//! units were lost or doubled on the way, and then no comparison of the arms is worth reading (Fabijan et al., KDD 2019). An arm of weight 0
//! expects nobody: it takes no degree of freedom, and whoever turns up in it is reported apart.
//! Assumes independent units and some 5 expected per arm; read once.

use crate::numeric::exact::difference_of_products;
use crate::p_value::{PValue, chi_square_p};

/// Pearson's test of the planned split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Srm {
    /// The statistic.
    pub chi2: f64,
    /// Arms of positive weight, less one.
    pub df: f64,
    /// Its p-value.
    pub p: PValue,
    /// Units in arms of weight 0, where there should be none.
    pub unexpected: f64,
    /// Units expected in the arm that expects fewest.
    pub smallest_expected: f64,
}

/// Tests `(observed units, planned weight)` of every arm, weights on any scale; `None` without units, with fewer than two arms of
/// positive weight, or with a negative or infinite number.
#[must_use]
pub fn srm_chi_square(arms: &[(f64, f64)]) -> Option<Srm> {
    let sound = |x: f64| x.is_finite() && x >= 0.0;
    if !arms.iter().all(|&(observed, weight)| sound(observed) && sound(weight)) {
        return None;
    }
    let planned = || arms.iter().filter(|(_, weight)| *weight > 0.0);
    let (units, weights) = planned().fold((0.0, 0.0), |(u, w), (observed, weight)| (u + observed, w + weight));
    let count = planned().fold(0.0, |count, _| count + 1.0);
    if units <= 0.0 || count < 2.0 {
        return None;
    }
    let (mut chi2, mut smallest_expected) = (0.0, f64::INFINITY);
    for (observed, weight) in planned() {
        let expected = units * weight / weights;
        let apart = difference_of_products(*observed, weights, units, *weight) / weights;
        chi2 += apart * apart / expected;
        smallest_expected = smallest_expected.min(expected);
    }
    let df = count - 1.0;
    let p = chi_square_p(chi2, df)?;
    let unexpected = arms.iter().filter(|(_, weight)| *weight == 0.0).fold(0.0, |sum, (observed, _)| sum + observed);
    Some(Srm { chi2, df, p, unexpected, smallest_expected })
}
