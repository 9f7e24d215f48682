//! Intervals for one proportion.
//!
//! - Wilson inverts the score test: centre `(p + z²/2n)/(1+z²/n)`, half width `z/(1+z²/n) · √(p(1−p)/n + z²/4n²)`; it behaves for few
//!   conversions, none included.
//! - Agresti–Coull is Wald's interval around Wilson's centre, `p̃ ± z √(p̃(1−p̃)/(n+z²))`; simple to state, never shorter than Wilson.
//! - Clopper–Pearson inverts the exact binomial test: beta quantiles; never covers less than `level`, usually more.
//! - Jeffreys: equal-tailed posterior of Beta(x+½, n−x+½), without special ends at no or all conversions.
//! - Wald, `p ± z√(p(1−p)/n)`, collapses to a point at 0 and 1 and is kept because people ask for it.
//!
//! Wald and Agresti–Coull may leave 0…1; clipping them would hide it. Source: Brown, Cai & DasGupta, "Interval estimation for a binomial
//! proportion", Statistical Science 16 (2001).

use crate::sample::{Interval, Proportion};
use crate::special::{beta, normal};

/// How to make the interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProportionInterval {
    /// The score interval.
    Wilson,
    /// Estimate plus or minus z standard errors; may leave 0…1.
    Wald,
    /// Wald's, of a sample with z²/2 more units of either kind; may leave 0…1.
    AgrestiCoull,
    /// The exact test's.
    ClopperPearson,
    /// The posterior under Jeffreys' prior.
    Jeffreys,
}

/// The two-sided interval at `level`; `None` without units or for a level outside 0…1.
#[must_use]
pub fn proportion_ci(arm: Proportion, method: ProportionInterval, level: f64) -> Option<Interval> {
    let half_alpha = 0.5 * (1.0 - level);
    let z = normal::upper_quantile(half_alpha)?;
    let (rate, variance) = (arm.rate()?, arm.variance()?);
    let (n, successes) = (arm.n, arm.successes);
    let failures = n - successes;
    match method {
        ProportionInterval::Wald => Some(Interval::around(rate, z * libm::sqrt(variance / n))),
        ProportionInterval::Wilson => {
            let shrink = 1.0 + z * z / n;
            let half = z * libm::sqrt(variance / n + z * z / (4.0 * n * n));
            let interval = Interval::around((rate + z * z / (2.0 * n)) / shrink, half / shrink);
            // Exactly 0 at no and 1 at all conversions, but for rounding.
            Some(Interval {
                low: if successes == 0.0 { 0.0 } else { interval.low.max(0.0) },
                high: if failures == 0.0 { 1.0 } else { interval.high.min(1.0) },
            })
        }
        ProportionInterval::AgrestiCoull => {
            let added = Proportion { n: n + z * z, successes: successes + 0.5 * z * z };
            Some(Interval::around(added.rate()?, z * libm::sqrt(added.variance()? / added.n)))
        }
        ProportionInterval::ClopperPearson => Some(Interval {
            low: if successes == 0.0 { 0.0 } else { beta::ppf(half_alpha, successes, failures + 1.0)? },
            high: if failures == 0.0 { 1.0 } else { beta::upper_quantile(half_alpha, successes + 1.0, failures)? },
        }),
        ProportionInterval::Jeffreys => Some(Interval {
            low: beta::ppf(half_alpha, successes + 0.5, failures + 0.5)?,
            high: beta::upper_quantile(half_alpha, successes + 0.5, failures + 0.5)?,
        }),
    }
}
