//! Large enough to matter? A different question from whether it is there.

use crate::report::{Anytime, PlanReport, Practical, PracticalReading};
use crate::words::{amount, signed_percent};
use crate::written::{Direction, Kind, MdeKind, Metric};

/// What the always-valid interval says of the smallest effect worth acting on; `None` where none was written, or there is no interval.
pub(crate) fn practical(plan: &PlanReport, metric: &Metric, anytime: Option<&Anytime>) -> Option<Practical> {
    let size = plan.practical?;
    let anytime = anytime?;
    let relative = plan.mde_kind == MdeKind::Relative;
    let size = if relative { size * plan.baseline } else { size };
    let (sign, low, high) = match metric.direction {
        Direction::Increase => (1.0, anytime.low, anytime.high),
        Direction::Decrease => (-1.0, -anytime.high, -anytime.low),
    };
    let reading = if low >= size {
        PracticalReading::Worthwhile
    } else if high < 0.0 {
        PracticalReading::Harmful
    } else if high < size {
        PracticalReading::Negligible
    } else if low > 0.0 {
        PracticalReading::Unclear
    } else {
        PracticalReading::Open
    };
    let threshold = sign * size;
    let at = match (relative, metric.kind) {
        (true, _) => format!("{} of the baseline", signed_percent(threshold / plan.baseline)),
        (false, Kind::Conversion | Kind::Retention) => format!("{} points", amount(100.0 * threshold, None)),
        (false, _) => amount(threshold, metric.unit.as_deref()),
    };
    let words = match reading {
        PracticalReading::Worthwhile => format!("At least as large as is worth acting on ({at})."),
        PracticalReading::Harmful => format!("On the wrong side; {at} would be worth acting on."),
        PracticalReading::Negligible => {
            format!("Smaller than what is worth acting on ({at}), whether it is there or not.")
        }
        PracticalReading::Unclear => format!("There, but perhaps smaller than what is worth acting on ({at})."),
        PracticalReading::Open => format!("Open: neither an effect nor one of {at} is shown or ruled out."),
    };
    (threshold.is_finite()).then_some(Practical { threshold, reading, words })
}
