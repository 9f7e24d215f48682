//! Simpson's reversal: all segments say one thing, their sum the other.
//!
//! It happens when segments differ in their rates *and* in how many units of each arm they hold; with a sound split the second cannot be, so a reversal points at
//! the split. Beside the plain difference stand the one standardised to the segments' shares, Mantel–Haenszel's odds ratio and risk
//! difference, the Cochran–Mantel–Haenszel test without continuity correction, and Breslow and Day's test of one odds ratio for all segments, without
//! Tarone's correction. Source: Agresti, *Categorical Data Analysis*, 3rd ed., 6.4.

use crate::numeric::exact::difference_of_products;
use crate::p_value::{PValue, chi_square_p};
use crate::proportions::difference;
use crate::sample::Proportion;
use alloc::vec::Vec;

/// Segments put together in every way.
#[derive(Clone, Debug, PartialEq)]
pub struct Simpson {
    /// Difference over all units.
    pub aggregate_diff: f64,
    /// Difference in each segment.
    pub segment_diffs: Vec<f64>,
    /// Whether every segment's difference has the sign the whole has not.
    pub reversal: bool,
    /// Segment differences weighted by the segments' shares of all units.
    pub standardized_diff: f64,
    /// Whether standardising turns the sign around.
    pub sign_changes: bool,
    /// Mantel–Haenszel's common odds ratio, treatment over control; `None` when no segment has misses of treatment and conversions of control.
    pub mh_odds_ratio: Option<f64>,
    /// Mantel–Haenszel's common difference.
    pub mh_risk_difference: f64,
    /// Cochran–Mantel–Haenszel's chi-square, 1 degree of freedom; `None` when nobody or everybody converts in each segment.
    pub cmh: Option<(f64, PValue)>,
    /// Breslow–Day's chi-square, segments − 1 degrees of freedom; `None` without a finite common odds ratio.
    pub breslow_day: Option<(f64, PValue)>,
}

/// Puts segments `(control, treatment)` together; `None` without segments or when one lacks an arm.
#[must_use]
pub fn simpson(segments: &[(Proportion, Proportion)]) -> Option<Simpson> {
    let mut segment_diffs = Vec::with_capacity(segments.len());
    for (control, treatment) in segments {
        segment_diffs.push(difference(*control, *treatment)?);
    }
    let sum = |arm: fn(&(Proportion, Proportion)) -> Proportion| Proportion {
        n: segments.iter().map(|segment| arm(segment).n).sum(),
        successes: segments.iter().map(|segment| arm(segment).successes).sum(),
    };
    let (control, treatment) = (sum(|segment| segment.0), sum(|segment| segment.1));
    let aggregate_diff = difference(control, treatment)?;
    let all = control.n + treatment.n;
    let share = |(c, t): &(Proportion, Proportion)| (c.n + t.n) / all;
    let standardized_diff: f64 = segments.iter().zip(&segment_diffs).map(|(segment, d)| share(segment) * d).sum();
    let (mut odds_up, mut odds_down, mut apart, mut weights) = (0.0, 0.0, 0.0, 0.0);
    let (mut excess, mut variance) = (0.0, 0.0);
    for ((c, t), diff) in segments.iter().zip(&segment_diffs) {
        let n = c.n + t.n;
        let (converted, missed) = (c.successes + t.successes, (c.n - c.successes) + (t.n - t.successes));
        odds_up += t.successes * ((c.n - c.successes) / n);
        odds_down += c.successes * ((t.n - t.successes) / n);
        let weight = c.n * (t.n / n);
        apart += weight * diff;
        weights += weight;
        excess += difference_of_products(t.successes, n, t.n, converted) / n;
        if n > 1.0 {
            variance += weight * (converted / n) * (missed / (n - 1.0));
        }
    }
    let mh_odds_ratio = (odds_down > 0.0).then(|| odds_up / odds_down);
    let cmh = if variance > 0.0 { Some(excess * excess / variance) } else { None };
    Some(Simpson {
        aggregate_diff,
        reversal: aggregate_diff != 0.0 && segment_diffs.iter().all(|diff| diff * aggregate_diff.signum() < 0.0),
        segment_diffs,
        standardized_diff,
        sign_changes: standardized_diff * aggregate_diff.signum() < 0.0 && aggregate_diff != 0.0,
        mh_odds_ratio,
        mh_risk_difference: apart / weights,
        cmh: cmh.and_then(|chi2| Some((chi2, chi_square_p(chi2, 1.0)?))),
        breslow_day: mh_odds_ratio.and_then(|odds| breslow_day(segments, odds)),
    })
}

/// How far each segment's converted treatment lies from what the common odds ratio expects.
fn breslow_day(segments: &[(Proportion, Proportion)], odds: f64) -> Option<(f64, PValue)> {
    let df = segments.len() as f64 - 1.0;
    if df < 1.0 || odds <= 0.0 || !odds.is_finite() {
        return None;
    }
    let mut chi2 = 0.0;
    for (control, treatment) in segments {
        let converted = control.successes + treatment.successes;
        // The expected a solves a (n_c − m + a) = odds (m − a)(n_t − a): (1 − odds) a² + b a − odds m n_t = 0.
        let b = (control.n - converted) + odds * (converted + treatment.n);
        let c = odds * converted * treatment.n;
        let root = libm::sqrt(b * b + 4.0 * (1.0 - odds) * c);
        let expected = if b >= 0.0 { 2.0 * c / (b + root) } else { (root - b) / (2.0 * (1.0 - odds)) };
        let cells = [expected, converted - expected, treatment.n - expected, control.n - converted + expected];
        // A segment in which nobody or everybody converts fits any odds ratio.
        if cells.iter().all(|cell| *cell > 0.0) {
            let variance = 1.0 / cells.iter().map(|cell| 1.0 / cell).sum::<f64>();
            let apart = treatment.successes - expected;
            chi2 += apart * apart / variance;
        }
    }
    Some((chi2, chi_square_p(chi2, df)?))
}
