//! Equivalence by two one-sided tests: is the difference inside `low … high`?
//!
//! Welch's t against each end; both must reject, so the p-value is the larger one. Equivalent to the `1 − 2α` interval lying inside.
//! Assumes what Welch's test assumes and limits fixed beforehand. Source: Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987).

use crate::means::degrees_of_freedom;
use crate::p_value::{Alternative, PValue, t_p};
use crate::sample::Sample;

/// Outcome of both tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tost {
    /// Against "at or below `low`".
    pub lower: PValue,
    /// Against "at or above `high`".
    pub upper: PValue,
    /// Welch–Satterthwaite degrees of freedom.
    pub df: f64,
}

impl Tost {
    /// The larger of both p-values.
    #[must_use]
    pub fn p(&self) -> PValue {
        if self.lower.log_p_value > self.upper.log_p_value { self.lower } else { self.upper }
    }
}

/// Tests equivalence; `None` when an arm has fewer than two units, the standard error is 0, or `low` is not below `high`.
#[must_use]
pub fn tost(control: Sample, treatment: Sample, low: f64, high: f64) -> Option<Tost> {
    if control.n < 2.0 || treatment.n < 2.0 || low.is_nan() || high.is_nan() || low >= high {
        return None;
    }
    let se = libm::sqrt(control.mean_variance()? + treatment.mean_variance()?);
    let df = degrees_of_freedom(control, treatment)?;
    let diff = treatment.mean - control.mean;
    Some(Tost {
        lower: t_p((diff - low) / se, df, Alternative::Greater)?,
        upper: t_p((diff - high) / se, df, Alternative::Less)?,
        df,
    })
}
