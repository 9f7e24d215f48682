//! Are the units split as planned?

use crate::report::{SrmReport, UnitsOfArm};
use isoflag_stats::srm_chi_square;

/// Below this the alarm is raised. Healthy splits raise it once in a hundred experiments; broken ones are far below it within days.
const THRESHOLD: f64 = 0.01;
/// Pearson's test needs about five expected units in every arm; with fewer a handful of visitors would raise the alarm.
const FEWEST_EXPECTED: f64 = 5.0;

/// The check, and the units in arms that should have none.
pub(crate) fn check(arms: &[UnitsOfArm]) -> (SrmReport, u64) {
    let stray =
        arms.iter().filter(|arm| arm.expected_share <= 0.0).fold(0, |sum: u64, arm| sum.saturating_add(arm.units));
    let cells: Vec<_> = arms.iter().map(|arm| (arm.units as f64, arm.expected_share)).collect();
    let tested = srm_chi_square(&cells).filter(|srm| srm.smallest_expected >= FEWEST_EXPECTED);
    let Some(srm) = tested else {
        return (SrmReport { alarm: stray > 0, ..SrmReport::undefined(THRESHOLD) }, stray);
    };
    let report = SrmReport {
        defined: true,
        chi2: Some(srm.chi2),
        df: Some(srm.df),
        p_value: Some(srm.p.p_value),
        threshold: THRESHOLD,
        alarm: srm.p.p_value < THRESHOLD || stray > 0,
    };
    (report, stray)
}
