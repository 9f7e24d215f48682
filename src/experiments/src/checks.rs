//! What stands between the figures and a decision, one line each: for people who go through a list before they ship.

use crate::report::{
    Check, CheckState, GuardrailVerdict, MetricReport, PlanReport, Role, SegmentReport, SrmReport, Units,
};
use crate::words::{days, grouped, list, p_text};

/// What a list of checks looks at.
pub(crate) struct Checked<'a> {
    pub(crate) units: &'a Units,
    pub(crate) srm: &'a SrmReport,
    pub(crate) plan: Option<&'a PlanReport>,
    pub(crate) metrics: &'a [MetricReport],
    pub(crate) segments: &'a [SegmentReport],
    pub(crate) days: u64,
    pub(crate) noun: &'a str,
}

/// The list.
pub(crate) fn checks(checked: &Checked<'_>) -> Vec<Check> {
    let mut checks = vec![split(checked.srm), mixed(checked.units, checked.noun)];
    match checked.plan {
        Some(plan) => checks.extend(planned(plan, checked)),
        None => checks.push(check(
            "Plan",
            CheckState::Open,
            "No plan was written: no sample is enough, and no p-value is valid.".into(),
        )),
    }
    for metric in checked.metrics {
        checks.extend(guardrail(metric));
        checks.extend(counter(metric));
    }
    checks.extend(reversals(checked.segments));
    checks
}

fn check(name: &str, state: CheckState, words: String) -> Check {
    Check { name: name.into(), state, words }
}

fn split(srm: &SrmReport) -> Check {
    let mut words = match srm.p_value {
        Some(p) if srm.alarm => format!("Not as planned ({}): nothing below may be read.", p_text(p)),
        Some(p) => format!("As planned ({}).", p_text(p)),
        None if srm.alarm => "Not as planned: nothing below may be read.".into(),
        None => "Too few to say.".into(),
    };
    if let Some(sequential) = &srm.sequential {
        words.push_str(&format!(" Looked at daily: {}.", p_text(sequential.p_value)));
    }
    let state = match (srm.alarm, srm.defined) {
        (true, _) => CheckState::Failed,
        (false, true) => CheckState::Passed,
        (false, false) => CheckState::Open,
    };
    check("Sample ratio", state, words)
}

fn mixed(units: &Units, noun: &str) -> Check {
    // The same hundredth from which on it is a problem.
    let seen = units.total.saturating_add(units.mixed);
    let state = match units.mixed as f64 > 0.01 * seen as f64 {
        true => CheckState::Failed,
        false if seen == 0 => CheckState::Open,
        false => CheckState::Passed,
    };
    check(
        "One variant each",
        state,
        format!("{} of {} {noun} saw more than one variant.", grouped(units.mixed), grouped(seen)),
    )
}

fn planned(plan: &PlanReport, checked: &Checked<'_>) -> Vec<Check> {
    let reached = |reached: bool| if reached { CheckState::Passed } else { CheckState::Open };
    let mut checks = Vec::new();
    let sample = match plan.required_total {
        Some(total) if plan.reached => format!("The planned {} {} are there.", grouped(total), checked.noun),
        Some(total) => {
            format!("{} {} are planned; no fixed-sample p-value counts before.", grouped(total), checked.noun)
        }
        None => {
            "No sample could be planned: the plan lacks a standard deviation, or there is no formula for this kind."
                .into()
        }
    };
    checks.push(check("Planned sample", reached(plan.reached), sample));
    let weeks = if plan.min_days.is_multiple_of(7) { ", whole weeks" } else { "" };
    let duration = format!("{} of at least {}{weeks}.", days(checked.days), days(plan.min_days));
    checks.push(check("Duration", reached(plan.min_days_reached), duration));
    if let Some(least) = plan.min_units {
        let words = format!("Nothing is concluded before {} {}.", grouped(least), checked.noun);
        checks.push(check("Minimum sample", reached(plan.min_units_reached), words));
    }
    checks
}

fn guardrail(metric: &MetricReport) -> Option<Check> {
    if metric.role != Role::Guardrail || metric.comparisons.is_empty() {
        return None;
    }
    let verdicts =
        || metric.comparisons.iter().filter_map(|c| Some((c.variant.clone(), c.guardrail.as_ref()?.verdict)));
    let with =
        |wanted: GuardrailVerdict| verdicts().filter(|(_, v)| *v == wanted).map(|(arm, _)| arm).collect::<Vec<_>>();
    let (harmed, open) = (with(GuardrailVerdict::Inferior), with(GuardrailVerdict::Inconclusive));
    let name = format!("Guardrail {}", metric.name);
    Some(if !harmed.is_empty() {
        check(&name, CheckState::Failed, format!("Worse in {} than it may be.", list(&harmed)))
    } else if !open.is_empty() {
        check(&name, CheckState::Open, format!("Not shown to be safe in {}.", list(&open)))
    } else {
        check(&name, CheckState::Passed, "Safe in every arm.".into())
    })
}

fn counter(metric: &MetricReport) -> Option<Check> {
    if metric.role != Role::Counter || metric.comparisons.is_empty() {
        return None;
    }
    let harmed: Vec<String> = crate::trouble::harmed(metric);
    let name = format!("Counter metric {}", metric.name);
    Some(if harmed.is_empty() {
        check(&name, CheckState::Passed, "No sign that a win is paid with it.".into())
    } else {
        check(&name, CheckState::Failed, format!("Worse in {}: weigh it against the primary metric.", list(&harmed)))
    })
}

fn reversals(segments: &[SegmentReport]) -> Option<Check> {
    if segments.is_empty() {
        return None;
    }
    let found: Vec<String> = segments.iter().filter(|s| !s.reversals.is_empty()).map(|s| s.dimension.clone()).collect();
    Some(if found.is_empty() {
        check("Simpson's reversal", CheckState::Passed, "No dimension says the opposite of the whole.".into())
    } else {
        check(
            "Simpson's reversal",
            CheckState::Failed,
            format!("By {} every part says the opposite of the whole.", list(&found)),
        )
    })
}
