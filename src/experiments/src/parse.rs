//! From JSON to checked [`Experiments`]: every problem with its path.

use crate::words::kind_name;
use crate::written::{DayRange, Experiment, Experiments, Kind, MdeKind, Metric, Plan, Total};
use isoflag_written::{Problem, member, nearest, read};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// A conversion window or a minimum beyond a year is a slip, not a plan.
const DAYS: RangeInclusive<u32> = 1..=365;

/// Reads and checks experiments.json.
///
/// # Errors
/// The first thing that is not the expected JSON, or else everything that does not fit together.
pub fn parse(json: &str) -> Result<Experiments, Vec<Problem>> {
    let experiments: Experiments = read(json, "$").map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    if experiments.version != 1 {
        let message = format!("version `{}` is not known; write 1", experiments.version);
        problems.push(Problem::new("$.version", message));
    }
    for (key, metric) in &experiments.metrics {
        check_metric(key, metric, &mut problems);
    }
    for (key, experiment) in &experiments.experiments {
        check_experiment(key, experiment, &experiments.metrics, &mut problems);
    }
    if problems.is_empty() { Ok(experiments) } else { Err(problems) }
}

fn check_metric(key: &str, metric: &Metric, problems: &mut Vec<Problem>) {
    let path = member("$.metrics", key);
    let mut wrong = |field: &str, message: String| problems.push(Problem::new(format!("{path}{field}"), message));
    if key.trim().is_empty() {
        wrong("", "the key is empty; give the metric a key".into());
    }
    if metric.event.trim().is_empty() {
        wrong(".event", "is empty; name the event to count".into());
    }
    match (metric.kind, &metric.property) {
        (Kind::Sum, None) => wrong(".property", "is missing; a `sum` needs the property to add up".into()),
        (_, Some(property)) if property.trim().is_empty() => {
            wrong(".property", "is empty; name the property to add up".into());
        }
        (Kind::Conversion | Kind::Count | Kind::Retention, Some(property)) => {
            let message = format!(
                "`{property}` is used by kinds `sum`, `ratio` and `quantile` only; remove it or change the kind"
            );
            wrong(".property", message);
        }
        _ => {}
    }
    for (field, given, kinds) in [
        ("denominator", metric.denominator.is_some(), &[Kind::Ratio][..]),
        ("days", metric.days.is_some(), &[Kind::Retention]),
        ("quantile", metric.quantile.is_some(), &[Kind::Quantile]),
    ] {
        let needed = kinds.contains(&metric.kind);
        if needed && !given {
            wrong(&format!(".{field}"), format!("is missing; a `{}` needs it", kind_name(metric.kind)));
        } else if given && !needed {
            wrong(&format!(".{field}"), format!("is not used by kind `{}`; remove it", kind_name(metric.kind)));
        }
    }
    if let Some(Total { event, property }) = &metric.denominator {
        if event.trim().is_empty() {
            wrong(".denominator.event", "is empty; name the event to count".into());
        }
        if property.as_deref().is_some_and(|property| property.trim().is_empty()) {
            wrong(".denominator.property", "is empty; name the property to add up, or leave it out to count".into());
        }
    }
    if let Some(DayRange { from, to }) = metric.days
        && !(DAYS.contains(&from) && DAYS.contains(&to) && from <= to)
    {
        wrong(".days", format!("`{from}` to `{to}` are not days between 1 and 365, the first one first"));
    }
    if let Some(quantile) = metric.quantile
        && !(quantile > 0.0 && quantile < 1.0)
    {
        wrong(".quantile", format!("`{quantile}` is not between 0 and 1; 0.9 is the ninetieth percentile"));
    }
    let capped = [("cap", metric.cap.is_some()), ("capQuantile", metric.cap_quantile.is_some())];
    for (field, _) in capped.iter().filter(|(_, given)| *given) {
        if !matches!(metric.kind, Kind::Count | Kind::Sum) {
            wrong(&format!(".{field}"), format!("is not used by kind `{}`; remove it", kind_name(metric.kind)));
        }
    }
    if metric.cap.is_some() && metric.cap_quantile.is_some() {
        wrong(".capQuantile", "stands beside `cap`; keep one of them".into());
    }
    if metric.cap.is_some_and(|cap| !(cap > 0.0 && cap.is_finite())) {
        wrong(".cap", "is not above 0; write the largest total of a unit that counts".into());
    }
    if metric.cap_quantile.is_some_and(|quantile| !(0.5..1.0).contains(&quantile)) {
        wrong(".capQuantile", "is not between 0.5 and 1; 0.99 cuts off the top percent".into());
    }
    if let Some(days) = metric.pre_days {
        if metric.cap_quantile.is_some() {
            wrong(".preDays", "stands beside `capQuantile`; give the cap as a number, or leave one of them out".into());
        }
        if !DAYS.contains(&days) {
            wrong(".preDays", format!("`{days}` is not between 1 and 365"));
        }
        if !matches!(metric.kind, Kind::Conversion | Kind::Count | Kind::Sum) {
            wrong(".preDays", format!("is not used by kind `{}`; remove it", kind_name(metric.kind)));
        }
    }
    if !DAYS.contains(&metric.window_days) {
        wrong(".windowDays", format!("`{}` is not between 1 and 365", metric.window_days));
    }
}

fn check_experiment(
    key: &str,
    experiment: &Experiment,
    metrics: &BTreeMap<String, Metric>,
    problems: &mut Vec<Problem>,
) {
    let path = member("$.experiments", key);
    if key.trim().is_empty() {
        problems.push(Problem::new(path.clone(), "the key is empty; use the key of the flag"));
    }
    let mut named = vec![(format!("{path}.primary"), &experiment.primary)];
    let lists = [("secondary", &experiment.secondary), ("guardrails", &experiment.guardrails)];
    for (field, list) in lists {
        named.extend(list.iter().enumerate().map(|(i, metric)| (format!("{path}.{field}[{i}]"), metric)));
    }
    let mut seen = BTreeSet::new();
    for (path, metric) in named {
        if !metrics.contains_key(metric) {
            let hint = match nearest(metric, metrics.keys().map(String::as_str)) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "define it under `metrics`".into(),
            };
            problems.push(Problem::new(path, format!("there is no metric `{metric}`; {hint}")));
        } else if !seen.insert(metric) {
            problems.push(Problem::new(path, format!("metric `{metric}` already has a role here; give it one role")));
        }
    }
    if let (Some(plan), Some(metric)) = (&experiment.plan, metrics.get(&experiment.primary)) {
        check_plan(&format!("{path}.plan"), plan, metric, problems);
    }
}

fn check_plan(path: &str, plan: &Plan, metric: &Metric, problems: &mut Vec<Problem>) {
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
