//! What does not fit together in a plan.

use crate::parse::DAYS;
use crate::written::{Kind, Looks, MdeKind, Metric, Plan, SpendingName};
use isoflag_written::Problem;

pub(super) fn check_plan(path: &str, plan: &Plan, metric: &Metric, problems: &mut Vec<Problem>) {
    let mut wrong = |field: &str, message: String| problems.push(Problem::new(format!("{path}.{field}"), message));
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if !(plan.alpha > 0.0 && plan.alpha <= 0.5) {
        wrong("alpha", format!("`{}` is not a chance above 0 and up to 0.5; 0.05 is usual", plan.alpha));
    }
    if !(0.5..=0.999).contains(&plan.power) {
        wrong("power", format!("`{}` is not a chance between 0.5 and 0.999; 0.8 is usual", plan.power));
    }
    if !DAYS.contains(&plan.min_days) {
        wrong("minDays", format!("`{}` is not between 1 and 365", plan.min_days));
    }
    if let Some(practical) = plan.practical
        && !positive(practical)
    {
        wrong("practical", format!("`{practical}` is not above 0; leave it out if every effect matters"));
    }
    if plan.min_units == Some(0) {
        wrong("minUnits", "is 0; leave it out if there is no such number".into());
    }
    if let Some(looks) = &plan.looks {
        check_looks(looks, &mut wrong);
    }
    if !positive(plan.mde) {
        wrong(
            "mde",
            format!("`{}` is not above 0; write the size of the effect, `direction` says which way", plan.mde),
        );
        return;
    }
    if !positive(plan.baseline) {
        wrong("baseline", format!("`{}` is not above 0; write what control has today", plan.baseline));
        return;
    }
    if !matches!(metric.kind, Kind::Conversion | Kind::Retention) {
        if plan.standard_deviation.is_some_and(|sd| !positive(sd)) {
            wrong("standardDeviation", "is not above 0; leave it out if it is not known".into());
        }
        return;
    }
    if plan.standard_deviation.is_some() {
        wrong("standardDeviation", "follows from the baseline of a conversion; remove it".into());
    }
    if plan.baseline >= 100.0 {
        let message = format!("`{}` is not a percentage below 100; 3.2 means 3.2 %", plan.baseline);
        wrong("baseline", message);
        return;
    }
    let target = crate::plan::target(plan, metric);
    if !(target > 0.0 && target < 1.0) {
        let kind = match plan.mde_kind {
            MdeKind::Relative => "% of the baseline",
            MdeKind::Absolute => "percentage points",
        };
        let message = format!("an effect of `{}` {kind} would lead outside 0 to 100 %; write a smaller one", plan.mde);
        wrong("mde", message);
    }
}

fn check_looks(looks: &Looks, wrong: &mut impl FnMut(&str, String)) {
    let rising = looks.at.iter().zip(looks.at.iter().skip(1)).all(|(one, next)| next - one >= CLOSEST);
    let sound = looks.at.first().is_some_and(|first| *first >= CLOSEST) && looks.at.last() == Some(&1.0) && rising;
    if looks.at.len() > DAYS.end().to_owned() as usize {
        wrong(
            "looks",
            format!("are more than {}, one a day; the always-valid interval may be looked at any time", DAYS.end()),
        );
    } else if !sound {
        wrong("looks", "are not rising shares of the planned sample that end with 1, such as `[0.5, 1]`".into());
    }
    let needs = matches!(looks.spending, SpendingName::Power | SpendingName::HwangShihDeCani);
    match looks.parameter {
        None if needs => wrong("looks.parameter", "is missing; this spending function needs it".into()),
        Some(_) if !needs => wrong("looks.parameter", "is not used by this spending function; remove it".into()),
        Some(power) if looks.spending == SpendingName::Power && power.is_nan() | (power <= 0.0) => {
            wrong("looks.parameter", format!("`{power}` is not above 0"));
        }
        _ => {}
    }
}

/// Looks that are closer than this, as shares of the sample, are one look.
const CLOSEST: f64 = 1e-4;
