//! Are the units split as planned?
//!
//! Two checks, because reports are read daily. Pearson's test at p < 0.01 sees a broken split soonest and, looked at every day, raises a false alarm more often
//! than once in a hundred experiments; the sequential one holds its level at all looks together. Either raises the alarm: a false one costs a
//! look at the set-up, a missed one costs the decision.

use crate::daily::Daily;
use crate::report::{SequentialSrm, SrmReport, UnitsOfArm};
use isoflag_stats::{srm_chi_square, srm_sequential};

/// Below this the alarm is raised. Healthy splits raise it once in a hundred experiments; broken ones are far below it within days.
const THRESHOLD: f64 = 0.01;
/// Pearson's test needs about five expected units in every arm; with fewer a handful of visitors would raise the alarm.
const FEWEST_EXPECTED: f64 = 5.0;
/// The sequential check's alternative splits lie about √(¼/this), 1.6 points, around an even one: losses of a few percent in an arm are what breaks splits.
const CONCENTRATION: f64 = 1_000.0;

/// The check, and the units in arms that should have none.
pub(crate) fn check(arms: &[UnitsOfArm], daily: &Daily) -> (SrmReport, u64) {
    let stray =
        arms.iter().filter(|arm| arm.expected_share <= 0.0).fold(0, |sum: u64, arm| sum.saturating_add(arm.units));
    let cells: Vec<_> = arms.iter().map(|arm| (arm.units as f64, arm.expected_share)).collect();
    let tested = srm_chi_square(&cells).filter(|srm| srm.smallest_expected >= FEWEST_EXPECTED);
    let Some(srm) = tested else {
        return (SrmReport { alarm: stray > 0, ..SrmReport::undefined(THRESHOLD) }, stray);
    };
    let sequential = sequential(arms, daily);
    let broken = srm.p.p_value < THRESHOLD || sequential.as_ref().is_some_and(|s| s.p_value < THRESHOLD);
    let report = SrmReport {
        defined: true,
        chi2: Some(srm.chi2),
        df: Some(srm.df),
        p_value: Some(srm.p.p_value),
        sequential,
        threshold: THRESHOLD,
        alarm: broken || stray > 0,
    };
    (report, stray)
}

/// Whether units are split as planned, by Pearson's test alone; nothing when there are too few to say.
pub(crate) fn is_as_planned(arms: &[UnitsOfArm]) -> Option<bool> {
    let cells: Vec<_> = arms.iter().map(|arm| (arm.units as f64, arm.expected_share)).collect();
    let tested = srm_chi_square(&cells).filter(|srm| srm.smallest_expected >= FEWEST_EXPECTED)?;
    let stray = arms.iter().any(|arm| arm.expected_share <= 0.0 && arm.units > 0);
    Some(tested.p.p_value >= THRESHOLD && !stray)
}

/// Over the arms that expect anybody, a day a look.
fn sequential(arms: &[UnitsOfArm], daily: &Daily) -> Option<SequentialSrm> {
    let expects = |index: &usize| arms.get(*index).is_some_and(|arm| arm.expected_share > 0.0);
    let shares: Vec<f64> = arms.iter().map(|arm| arm.expected_share).filter(|share| *share > 0.0).collect();
    let total: f64 = shares.iter().sum();
    let prior: Vec<f64> = shares.iter().map(|share| CONCENTRATION * share / total).collect();
    let looks: Vec<Vec<f64>> = daily
        .arrivals()
        .map(|units| units.into_iter().enumerate().filter(|(index, _)| expects(index)).map(|(_, n)| n).collect())
        .collect();
    let last = srm_sequential(&looks, &shares, &prior)?.pop()?;
    let finite = last.log_bayes_factor.is_finite() && last.p.p_value.is_finite();
    finite.then_some(SequentialSrm {
        looks: looks.len() as u64,
        log_bayes_factor: last.log_bayes_factor,
        p_value: last.p.p_value,
    })
}

impl SrmReport {
    /// Too few units, or too few arms, to say anything.
    fn undefined(threshold: f64) -> Self {
        Self { defined: false, chi2: None, df: None, p_value: None, sequential: None, threshold, alarm: false }
    }
}
