//! The planned test, read once, or at its planned looks.
//!
//! A classical test holds its level when it is read once, at a moment that does not depend on the result. That moment is fixed here as the first day on
//! which the planned units *and* the planned days were there: units that came later do not enter, so reading the report every day after
//! that is not a second look. With planned looks the same holds for each of them, and what decides is its boundary instead of p.

use crate::calendar::date;
use crate::compare::{Laid, Rules};
use crate::correct::among_treatments;
use crate::daily::Daily;
use crate::plan::beginning;
use crate::report::{Comparison, LookReport, PlanReport};
use crate::run::Arm;
use crate::totals::Totals;
use crate::written::{Metric, Treatments};

/// What the planned test said of one treatment.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) comparison: Comparison,
    pub(crate) day: String,
    /// `look 2 of 4`.
    pub(crate) look: Option<String>,
    /// Whether it found a difference.
    pub(crate) significant: bool,
}

/// The day from which the planned days are there.
pub(crate) fn enough_days(plan: &PlanReport, daily: &Daily) -> Option<i64> {
    let began = daily.reached(beginning(plan.required_total.map(|total| total as f64), daily))?;
    Some(began.saturating_add(i64::try_from(plan.min_days).unwrap_or(i64::MAX)))
}

/// The day of the test; `None` until the planned units and days are there.
pub(crate) fn moment(plan: &PlanReport, daily: &Daily, rules: &Rules) -> Option<i64> {
    if !rules.planned_reached {
        return None;
    }
    let (required, from) = (plan.required_total? as f64, enough_days(plan, daily)?);
    let full = |(_, totals): &(i64, Vec<Totals>)| totals.iter().map(|arm| arm.n).sum::<f64>() >= required;
    let found = daily.cumulative().filter(full).find(|(day, _)| *day >= from);
    found.or_else(|| daily.cumulative().last()).map(|(day, _)| day)
}

/// One look, at its day.
pub(crate) fn once(
    day: i64,
    metric: &Metric,
    arms: &[Arm],
    daily: &Daily,
    treatments: Treatments,
    rules: &Rules,
) -> Vec<Decision> {
    let totals = daily.until(day);
    let mut comparisons = Laid::out(metric, arms, &totals).comparisons(rules);
    let units: Vec<f64> = totals.iter().map(|arm| arm.n).collect();
    among_treatments(&mut comparisons, &units, treatments);
    let decide = |comparison: Comparison| {
        let p = comparison.fixed.as_ref().and_then(|fixed| fixed.adjusted_p_value);
        let significant = p.is_some_and(|p| p < rules.test_alpha);
        Decision { comparison, day: date(day), look: None, significant }
    };
    comparisons.into_iter().map(decide).collect()
}

/// The first look at which each treatment reached the boundary.
pub(crate) fn at_looks(
    looks: &[LookReport],
    days: &[i64],
    metric: &Metric,
    arms: &[Arm],
    daily: &Daily,
    rules: &Rules,
) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = Vec::new();
    for (number, (look, day)) in (1_usize..).zip(looks.iter().zip(days)) {
        let crossed = |variant: &str| look.arms.iter().any(|arm| arm.crossed && arm.variant == variant);
        let totals = daily.until(*day);
        for comparison in Laid::out(metric, arms, &totals).comparisons(rules) {
            let known = decisions.iter().any(|known| known.comparison.variant == comparison.variant);
            if crossed(&comparison.variant) && !known {
                let look = Some(format!("look {number} of {}", looks.len()));
                decisions.push(Decision { comparison, day: date(*day), look, significant: true });
            }
        }
    }
    decisions
}
