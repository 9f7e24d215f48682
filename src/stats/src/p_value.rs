//! A test's outcome, and how a statistic becomes one.

use crate::special::{chi_square, normal, student_t};

/// Which side counts against "no difference"; `Greater` means treatment above control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// Either side.
    TwoSided,
    /// Treatment above control.
    Greater,
    /// Treatment below control.
    Less,
}

/// A test's outcome. `p_value` is 0 when the chance is below the smallest double; `log_p_value` is finite there too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PValue {
    /// The p-value.
    pub p_value: f64,
    /// Its natural logarithm.
    pub log_p_value: f64,
}

impl PValue {
    /// Of a logarithm, never above 1.
    #[must_use]
    pub fn from_log(log: f64) -> Self {
        let log = log.min(0.0);
        Self { p_value: libm::exp(log), log_p_value: log }
    }
}

/// The p-value of a standard normal statistic.
#[must_use]
pub fn normal_p(z: f64, alternative: Alternative) -> PValue {
    let (p_value, log_p_value) = match alternative {
        Alternative::TwoSided => (2.0 * normal::sf(z.abs()), normal::log_two_sided(z)),
        Alternative::Greater => (normal::sf(z), normal::log_sf(z)),
        Alternative::Less => (normal::cdf(z), normal::log_sf(-z)),
    };
    PValue { p_value: p_value.min(1.0), log_p_value: log_p_value.min(0.0) }
}

/// The p-value of a Student's t statistic; `None` unless `t` is finite and `df > 0`.
#[must_use]
pub fn t_p(t: f64, df: f64, alternative: Alternative) -> Option<PValue> {
    let log = match alternative {
        Alternative::TwoSided => student_t::log_two_sided(t, df)?,
        Alternative::Greater => student_t::log_sf(t, df)?,
        Alternative::Less => student_t::log_sf(-t, df)?,
    };
    Some(PValue::from_log(log))
}

/// The p-value of a chi-square statistic; `None` unless `x ≥ 0` is finite and `df > 0`.
#[must_use]
pub fn chi_square_p(x: f64, df: f64) -> Option<PValue> {
    Some(PValue { p_value: chi_square::sf(x, df)?, log_p_value: chi_square::log_sf(x, df)? })
}
