//! The planned test, read once.
//!
//! A classical test holds its level when it is read once, at a moment that does not depend on the result. That moment is fixed here as the first day on
//! which the planned units *and* the planned days were there: units that came later do not enter, so reading the report every day after
//! that is not a second look.

use crate::calendar::date;
use crate::compare::{Laid, Rules};
use crate::daily::Daily;
use crate::report::{Comparison, PlanReport};
use crate::run::Arm;
use crate::totals::Totals;
use crate::written::Metric;

/// What the planned test said on its day.
#[derive(Clone, Debug)]
pub(crate) struct PlannedTest {
    pub(crate) day: String,
    pub(crate) alpha: f64,
    pub(crate) comparisons: Vec<Comparison>,
}

/// The planned test; `None` until the planned units and days are there.
pub(crate) fn planned_test(
    plan: &PlanReport,
    metric: &Metric,
    arms: &[Arm],
    daily: &Daily,
    rules: &Rules,
) -> Option<PlannedTest> {
    if !rules.planned_reached {
        return None;
    }
    let required = plan.required_total? as f64;
    let enough_days = daily.first_day()?.saturating_add(i64::try_from(plan.min_days).unwrap_or(i64::MAX));
    let full = |(_, totals): &(i64, Vec<Totals>)| totals.iter().map(|arm| arm.n).sum::<f64>() >= required;
    let moment = daily.cumulative().filter(full).find(|(day, _)| *day >= enough_days);
    let (day, totals) = moment.or_else(|| daily.cumulative().last())?;
    let comparisons = Laid::out(metric, arms, &totals).comparisons(rules);
    Some(PlannedTest { day: date(day), alpha: rules.alpha, comparisons })
}
