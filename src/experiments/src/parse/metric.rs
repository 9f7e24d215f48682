//! What does not fit together in a metric.

use crate::parse::DAYS;
use crate::words::kind_name;
use crate::written::{DayRange, Kind, Metric, Total};
use isoflag_written::{Problem, member};

pub(super) fn check_metric(key: &str, metric: &Metric, problems: &mut Vec<Problem>) {
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
