//! Correction for many comparisons: among the treatments of the primary metric, and among all secondary and counter metrics.
//!
//! Guardrails are not corrected: all of them must hold, and the chance to pass them all by luck is no larger than that to pass one (intersection–union).
//! Corrections of always-valid p-values are always-valid, because a p-value at whatever moment one stops is a p-value.

use crate::report::{Comparison, MetricReport, Role};
use crate::written::{Correction, Treatments};
use isoflag_stats::{Correction as Method, Dunnett, dunnett, p_adjust};

/// Fills in what the p-values are worth together.
pub(crate) fn correct(metrics: &mut [MetricReport], treatments: Treatments, correction: Correction) {
    if let Some(primary) = metrics.iter_mut().find(|metric| metric.role == Role::Primary) {
        let units: Vec<f64> = primary.arms.iter().map(|arm| arm.units as f64).collect();
        among_treatments(&mut primary.comparisons, &units, treatments);
    }
    let watched = metrics.iter_mut().filter(|metric| matches!(metric.role, Role::Secondary | Role::Counter));
    let mut watched: Vec<&mut Comparison> = watched.flat_map(|metric| metric.comparisons.iter_mut()).collect();
    family(&mut watched, correction);
}

/// Several treatments against one control.
pub(crate) fn among_treatments(comparisons: &mut [Comparison], units: &[f64], treatments: Treatments) {
    let count = comparisons.len() as f64;
    let shared = if treatments == Treatments::Dunnett { by_dunnett(comparisons, units) } else { None };
    for (index, comparison) in comparisons.iter_mut().enumerate() {
        if let Some(anytime) = &mut comparison.anytime {
            anytime.adjusted_p_value = Some((anytime.p_value * count).min(1.0));
        }
        if let Some(fixed) = &mut comparison.fixed {
            let exact = shared.as_ref().and_then(|shared| shared.adjusted_p.get(index).copied());
            fixed.adjusted_p_value = Some(exact.unwrap_or(fixed.p_value * count).min(1.0));
        }
    }
}

/// `None` unless every treatment has a statistic.
fn by_dunnett(comparisons: &[Comparison], units: &[f64]) -> Option<Dunnett> {
    let (control, treatments) = units.split_first()?;
    let statistics: Option<Vec<(f64, f64)>> =
        comparisons.iter().zip(treatments).map(|(c, n)| Some((c.fixed.as_ref()?.statistic, *n))).collect();
    // The level is asked for, and plays no part in adjusted p-values.
    dunnett(&statistics?, *control, 0.05)
}

/// All comparisons read side by side.
pub(crate) fn family(comparisons: &mut [&mut Comparison], correction: Correction) {
    let fixed: Vec<f64> = comparisons.iter().filter_map(|c| Some(c.fixed.as_ref()?.p_value)).collect();
    let mut fixed = adjusted(&fixed, correction).into_iter();
    let anytime: Vec<f64> = comparisons.iter().filter_map(|c| Some(c.anytime.as_ref()?.p_value)).collect();
    let mut anytime = adjusted(&anytime, correction).into_iter();
    for comparison in comparisons {
        if let Some(of) = &mut comparison.fixed {
            of.adjusted_p_value = fixed.next();
        }
        if let Some(of) = &mut comparison.anytime {
            of.adjusted_p_value = anytime.next();
        }
    }
}

fn adjusted(p_values: &[f64], correction: Correction) -> Vec<f64> {
    let method = match correction {
        Correction::None => return p_values.to_vec(),
        Correction::Bonferroni => Method::Bonferroni,
        Correction::Holm => Method::Holm,
        Correction::Hochberg => Method::Hochberg,
        Correction::Hommel => Method::Hommel,
        Correction::Bh => Method::BenjaminiHochberg,
        Correction::By => Method::BenjaminiYekutieli,
        Correction::Sidak => Method::Sidak,
    };
    p_adjust(p_values, method).unwrap_or_default()
}
