//! An estimate with its standard error becomes a test and an interval.

use crate::p_value::{Alternative, PValue, normal_p, t_p};
use crate::sample::Interval;
use crate::special::{normal, student_t};

/// A coefficient with its test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom; `None` for a normal reference.
    pub df: Option<f64>,
    /// t or z and its two-sided p-value; `None` when the standard error is 0.
    pub test: Option<(f64, PValue)>,
    /// The interval at the level asked for.
    pub interval: Interval,
}

/// A coefficient with its two-sided test and interval, by t or, without degrees of freedom, the normal distribution.
pub(crate) fn coefficient(estimate: f64, se: f64, df: Option<f64>, level: f64) -> Option<Coefficient> {
    let half_alpha = 0.5 * (1.0 - level);
    if !(se >= 0.0 && se.is_finite() && estimate.is_finite()) {
        return None;
    }
    let quantile = match df {
        Some(df) => student_t::upper_quantile(half_alpha, df)?,
        None => normal::upper_quantile(half_alpha)?,
    };
    let statistic = (se > 0.0).then(|| estimate / se).filter(|t| t.is_finite());
    let test = statistic.and_then(|t| {
        let p = match df {
            Some(df) => t_p(t, df, Alternative::TwoSided)?,
            None => normal_p(t, Alternative::TwoSided),
        };
        Some((t, p))
    });
    Some(Coefficient { estimate, se, df, test, interval: Interval::around(estimate, quantile * se) })
}
