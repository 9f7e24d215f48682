//! Intervals for one proportion.
//!
//! Wilson inverts the score test: centre `(p + z²/2n)/(1+z²/n)`, half width `z/(1+z²/n) · √(p(1−p)/n + z²/4n²)`; it behaves for few
//! conversions, none included. Wald, `p ± z√(p(1−p)/n)`, collapses to a point at 0 and 1 and is kept because people ask for it.
//! Source: Brown, Cai & DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001).

use crate::sample::{Interval, Proportion};
use crate::special::normal;

/// How to make the interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProportionInterval {
    /// The score interval.
    Wilson,
    /// Estimate plus or minus z standard errors; may leave 0…1.
    Wald,
}

/// The two-sided interval at `level`; `None` without units or for a level outside 0…1.
#[must_use]
pub fn proportion_ci(arm: Proportion, method: ProportionInterval, level: f64) -> Option<Interval> {
    let z = normal::upper_quantile(0.5 * (1.0 - level))?;
    let (rate, variance) = (arm.rate()?, arm.variance()?);
    let n = arm.n;
    match method {
        ProportionInterval::Wald => Some(Interval::around(rate, z * libm::sqrt(variance / n))),
        ProportionInterval::Wilson => {
            let shrink = 1.0 + z * z / n;
            let half = z * libm::sqrt(variance / n + z * z / (4.0 * n * n));
            let interval = Interval::around((rate + z * z / (2.0 * n)) / shrink, half / shrink);
            // Exactly 0 at no and 1 at all conversions; only rounding can step outside.
            Some(Interval { low: interval.low.max(0.0), high: interval.high.min(1.0) })
        }
    }
}
