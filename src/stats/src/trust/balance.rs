//! Are the arms alike in what was known before?
//!
//! Standardised mean difference `(m_t − m_c)/√((v_t + v_c)/2)`, variance ratio `v_t/v_c`, and Welch's p. Of a category with levels 1…K:
//! `√(d' S⁻¹ d)` over levels 2…K, d the differences of shares and S the mean of the arms' multinomial covariances. The standardised difference does not
//! grow with the sample; 0.1 is the usual alarm. Source: Austin, Statistics in Medicine 28 (2009); Yang & Dalton, SAS Global Forum 2012.

use crate::numeric::quadratic_form::inverse_quadratic_form;
use crate::sample::Sample;
use crate::trust::chi2_contingency::{Contingency, chi2_contingency};
use alloc::vec::Vec;

/// A property that is a number or 0/1, compared; test it with [`welch_t`](crate::welch_t).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Balance {
    /// Standardised mean difference.
    pub smd: f64,
    /// Treatment's variance over control's; `None` when control has none.
    pub variance_ratio: Option<f64>,
}

/// Compares a property's moments; `None` when it varies in neither arm.
#[must_use]
pub fn balance(control: Sample, treatment: Sample) -> Option<Balance> {
    let spread = libm::sqrt(0.5 * (control.variance + treatment.variance));
    let smd = (treatment.mean - control.mean) / spread;
    let variance_ratio = (control.variance > 0.0).then(|| treatment.variance / control.variance);
    (spread > 0.0 && smd.is_finite()).then_some(Balance { smd, variance_ratio })
}

/// Compares counts per level: Pearson's test and the standardised difference. `None` without two levels that occur, or an arm without units.
#[must_use]
pub fn balance_categorical(control: &[f64], treatment: &[f64]) -> Option<(Contingency, f64)> {
    let test = chi2_contingency(&[control, treatment])?;
    let (all_control, all_treatment): (f64, f64) = (control.iter().sum(), treatment.iter().sum());
    let shares: Vec<(f64, f64)> = control
        .iter()
        .zip(treatment)
        .filter(|(c, t)| **c + **t > 0.0)
        .map(|(c, t)| (c / all_control, t / all_treatment))
        .skip(1)
        .collect();
    let difference: Vec<f64> = shares.iter().map(|(c, t)| t - c).collect();
    let covariance: Vec<Vec<f64>> = shares
        .iter()
        .enumerate()
        .map(|(i, (c, t))| {
            let own = |other: usize, p: f64| if other == i { p } else { 0.0 };
            let entry = |(j, (cj, tj)): (usize, &(f64, f64))| 0.5 * (own(j, *c) - c * cj + own(j, *t) - t * tj);
            shares.iter().enumerate().map(entry).collect()
        })
        .collect();
    Some((test, libm::sqrt(inverse_quadratic_form(&covariance, &difference)?)))
}
