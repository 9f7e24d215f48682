//! Winsorising: values beyond a quantile are set to it, so that one whale does not decide.
//!
//! The caps are type-7 quantiles of both arms pooled, so that both are cut alike; with many zeros they may be taken over the others. What is then tested
//! is the capped mean, a metric of its own: the caps belong to the plan. Assumes the caps are fixed for the comparison; their own
//! sampling error is not carried. Source: Dixon, Annals of Mathematical Statistics 31 (1960).

use crate::means::moments::Moments;
use crate::quantiles::type7;
use alloc::vec::Vec;

/// Which quantiles become caps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caps {
    /// The lower cap's quantile, when there is a lower cap.
    pub lower_quantile: Option<f64>,
    /// The upper cap's quantile, when there is an upper cap.
    pub upper_quantile: Option<f64>,
    /// Whether zeros are left out when the caps are found.
    pub ignore_zeros: bool,
}

/// Both arms after capping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Winsorized {
    /// The lower cap.
    pub lower_cap: Option<f64>,
    /// The upper cap.
    pub upper_cap: Option<f64>,
    /// Rows that changed.
    pub clipped: usize,
    /// Control, capped.
    pub control: Moments,
    /// Treatment, capped.
    pub treatment: Moments,
}

/// Caps both arms; `None` with nothing to take quantiles of, a value that is no number, or a quantile outside 0…1.
#[must_use]
pub fn winsorize(control: &[f64], treatment: &[f64], caps: Caps) -> Option<Winsorized> {
    let all = || control.iter().chain(treatment).copied();
    if !all().all(f64::is_finite) {
        return None;
    }
    let mut pooled: Vec<f64> = all().filter(|value| !caps.ignore_zeros || *value != 0.0).collect();
    pooled.sort_unstable_by(f64::total_cmp);
    let cap = |quantile: Option<f64>| quantile.map_or(Some(None), |q| type7(&pooled, q).map(Some));
    let (lower_cap, upper_cap) = (cap(caps.lower_quantile)?, cap(caps.upper_quantile)?);
    let clip = |value: f64| {
        let low = lower_cap.map_or(value, |cap| value.max(cap));
        upper_cap.map_or(low, |cap| low.min(cap))
    };
    let capped = |rows: &[f64]| rows.iter().map(|value| clip(*value)).collect::<Moments>();
    Some(Winsorized {
        lower_cap,
        upper_cap,
        clipped: all().filter(|value| clip(*value) != *value).count(),
        control: capped(control),
        treatment: capped(treatment),
    })
}
