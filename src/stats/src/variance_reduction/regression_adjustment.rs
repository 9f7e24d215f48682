//! Regression adjustment: the difference from a linear regression on covariates from before the exposure.
//!
//! Least squares of y on 1, treated and the covariates centred at their overall means; Lin's estimator adds treated × centred covariates, and then
//! adjusting can only help, whatever the true relation. Standard errors are heteroskedasticity-consistent:
//! HC1 `e² n/(n−k)`, HC2 `e²/(1−h)`, HC3 `e²/(1−h)²`. t with `n − k` degrees of freedom, k the columns; a covariate that is constant or a combination of
//! the others adds none. Assumes independent units. Source: Lin, Annals of Applied Statistics 7 (2013); MacKinnon & White 1985.

use crate::coefficient::{Coefficient, coefficient};
use crate::numeric::least_squares::{least_squares, ones};
use alloc::vec::Vec;

/// Which columns the regression has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// One slope for both arms.
    Ancova,
    /// Each arm its own slopes.
    Lin,
}

/// Which residuals make the standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hc {
    /// All scaled alike.
    Hc1,
    /// Scaled by leverage; unbiased when variances are equal.
    Hc2,
    /// Scaled by leverage twice; nearly the jackknife, conservative in small samples.
    Hc3,
}

/// The adjusted difference; `None` when the rows do not fit together, an arm is empty, or no degree of freedom is left.
#[must_use]
pub fn regression_adjustment<R: AsRef<[f64]>>(
    outcome: &[f64],
    treated: &[bool],
    covariates: &[R],
    adjustment: Adjustment,
    hc: Hc,
    level: f64,
) -> Option<Coefficient> {
    let n = outcome.len();
    let width = covariates.first().map_or(0, |row| row.as_ref().len());
    if treated.len() != n || covariates.len() != n || !covariates.iter().all(|row| row.as_ref().len() == width) {
        return None;
    }
    let arm = |treated: &bool| if *treated { 1.0 } else { 0.0 };
    let mut columns = Vec::from([ones(n)]);
    for index in 0..width {
        let values = || covariates.iter().filter_map(|row| row.as_ref().get(index).copied());
        let mean = values().sum::<f64>() / n as f64;
        let centred: Vec<f64> = values().map(|value| value - mean).collect();
        if adjustment == Adjustment::Lin {
            columns.push(centred.iter().zip(treated).map(|(x, treated)| x * arm(treated)).collect());
        }
        columns.push(centred);
    }
    // Last, so that its coefficient can be read off.
    columns.push(treated.iter().map(arm).collect());
    let fit = least_squares(columns, outcome)?;
    let (n, k) = (n as f64, fit.basis.len() as f64);
    let df = n - k;
    if df <= 0.0 {
        return None;
    }
    let weights = fit.basis.last()?;
    let mut sum = 0.0;
    for (row, (weight, residual)) in weights.iter().zip(&fit.residuals).enumerate() {
        let leverage: f64 = fit.basis.iter().filter_map(|unit| unit.get(row)).map(|x| x * x).sum();
        let scale = match hc {
            Hc::Hc1 => n / df,
            Hc::Hc2 => 1.0 / (1.0 - leverage),
            Hc::Hc3 => 1.0 / ((1.0 - leverage) * (1.0 - leverage)),
        };
        sum += weight * weight * residual * residual * scale;
    }
    coefficient(fit.last, libm::sqrt(sum) / fit.last_length, Some(df), level)
}
