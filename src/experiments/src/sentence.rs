//! The verdict's sentences. One function per state, so that a person can read all of them in one place.

use crate::planned_test::Decision;
use crate::report::{
    Comparison, GuardrailVerdict, MetricReport, PlanReport, PracticalReading, Role, SrmReport, State, Units, Verdict,
};
use crate::trouble::harmed as harmed_in;
use crate::verdict::{Evidence, Finding};
use crate::words::{days, grouped, list, p_text, percent, plural_of_unit, signed, signed_percent};
use crate::written::Kind;

/// What the sentences speak of.
pub(crate) struct Scene<'a> {
    control: &'a str,
    /// visitors, accounts, …
    noun: String,
    units: &'a Units,
    plan: Option<&'a PlanReport>,
    metrics: &'a [MetricReport],
    days: u64,
}

impl<'a> Scene<'a> {
    pub(crate) fn of(evidence: &Evidence<'a>) -> Self {
        let noun = plural_of_unit(evidence.unit);
        let Evidence { control, units, plan, metrics, days, .. } = *evidence;
        Self { control, noun, units, plan, metrics, days }
    }

    fn planned_total(&self) -> Option<String> {
        let total = self.plan?.required_total?;
        Some(format!("{} {}", grouped(total), self.noun))
    }

    /// The planned minimum, if it has not passed.
    fn short_run(&self) -> Option<String> {
        let plan = self.plan.filter(|plan| !plan.min_days_reached)?;
        let (passed, planned) = (days(self.days), plan.min_days);
        Some(format!(
            "Only {passed} of the planned {planned} have passed: a weekday or novelty effect may still be in it."
        ))
    }
}

fn say(state: State, arm: Option<&str>, may_stop: bool, headline: String, may: String, may_not: String) -> Verdict {
    Verdict { state, arm: arm.map(String::from), may_stop, headline, may, may_not, problems: Vec::new() }
}

pub(crate) fn no_data(scene: &Scene<'_>) -> Verdict {
    let noun = &scene.noun;
    say(
        State::NoData,
        None,
        false,
        format!("No {noun} yet."),
        "You may check that the flag is on, that the app sends exposures, and that its key belongs to this environment.".into(),
        "You may not conclude anything: nobody has been shown a variant.".into(),
    )
}

pub(crate) fn invalid(scene: &Scene<'_>, srm: &SrmReport, stray: u64) -> Verdict {
    let arms = &scene.units.arms;
    let counts: Vec<String> = arms.iter().map(|arm| format!("{} {}", grouped(arm.units), arm.variant)).collect();
    let shares: Vec<String> =
        arms.iter().map(|arm| (100.0 * arm.expected_share * 100.0).round() / 100.0).map(|s| format!("{s}")).collect();
    let why = match srm.p_value {
        _ if stray > 0 => format!("{} {} are in an arm that should have none", grouped(stray), scene.noun),
        Some(p) => format!("the split is not {} as planned ({}; {})", shares.join("/"), list(&counts), p_text(p)),
        None => format!("the split is not {} as planned ({})", shares.join("/"), list(&counts)),
    };
    let verdict = say(
        State::Invalid,
        None,
        false,
        format!("Do not read the results: {why}."),
        "You may look for the cause: redirects or crashes in one arm, bots, exposures sent late or twice, a gate or weight changed by hand. \
         When it is found and mended, start a new run."
            .into(),
        format!(
            "You may not conclude anything about the arms, in either direction: the {} who are missing are rarely like the others.",
            scene.noun
        ),
    );
    Verdict { problems: vec![sentence_of(&why)], ..verdict }
}

/// With a capital and a stop.
fn sentence_of(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

pub(crate) fn no_metric(scene: &Scene<'_>) -> Verdict {
    say(
        State::Collecting,
        None,
        false,
        format!("{} {} so far, and no primary metric to judge by.", grouped(scene.units.total), scene.noun),
        "You may check the split.".into(),
        "You may not conclude anything: write down a primary metric and a plan first.".into(),
    )
}

pub(crate) fn too_early(scene: &Scene<'_>, least: u64) -> Verdict {
    let (noun, least) = (&scene.noun, grouped(least));
    say(
        State::Collecting,
        None,
        false,
        format!("Too early: {} of the least {least} {noun} are there.", grouped(scene.units.total)),
        format!("You may check the split and the set-up.{}", outlook(scene)),
        format!("You may not conclude anything before {least} {noun}, however clear it looks: the plan says so."),
    )
}

/// Guardrails of this arm with this verdict; those without a margin cannot be safe and are left out.
fn guarded(scene: &Scene<'_>, arm: &str, verdict: GuardrailVerdict) -> Vec<String> {
    let of_arm = |metric: &MetricReport| {
        let comparison = metric.comparisons.iter().find(|comparison| comparison.variant == arm)?;
        let guardrail = comparison.guardrail.as_ref()?;
        let judged = guardrail.margin.is_some() || verdict == GuardrailVerdict::Inferior;
        (judged && guardrail.verdict == verdict).then(|| metric.name.clone())
    };
    scene.metrics.iter().filter_map(of_arm).collect()
}

pub(crate) fn better(scene: &Scene<'_>, metric: &MetricReport, best: &Finding<'_>, all: &[Finding<'_>]) -> Verdict {
    let arm = best.comparison.variant.as_str();
    let control = scene.control;
    let others: Vec<String> = names(all, |f| f.better && f.comparison.variant != arm);
    let headline = format!("{arm} is better than {control}: {}.", effect(metric, best));
    let (harmed, open) =
        (guarded(scene, arm, GuardrailVerdict::Inferior), guarded(scene, arm, GuardrailVerdict::Inconclusive));
    let paid: Vec<String> = scene
        .metrics
        .iter()
        .filter(|metric| metric.role == Role::Counter && harmed_in(metric).iter().any(|name| name == arm))
        .map(|metric| metric.name.clone())
        .collect();
    let mut may = if harmed.is_empty() {
        format!("You may stop and ship {arm}.")
    } else {
        format!("You may stop. Whether the win is worth what {} loses is yours to weigh.", list(&harmed))
    };
    if !paid.is_empty() {
        may.push_str(&format!(" Weigh it against {}, which got worse.", list(&paid)));
    }
    if best.planned.is_none() {
        may.push_str(" The interval holds however often one looks, so stopping now is sound.");
    }
    let worse = names(all, |f| !f.better);
    if !worse.is_empty() {
        may.push_str(&format!(" You may drop {}, which is worse than {control}.", list(&worse)));
    }
    let mut may_not = String::from("You may not expect exactly this lift: the truth lies anywhere in the interval.");
    if !harmed.is_empty() {
        may_not = format!("You may not ship {arm} as it is: {} is worse than it may be. {may_not}", list(&harmed));
    }
    if !open.is_empty() {
        may_not.push_str(&format!(" You may not say that {} is unharmed: that is not shown.", list(&open)));
    }
    let now = metric.comparisons.iter().find(|comparison| comparison.variant == arm);
    match now.and_then(|comparison| comparison.practical.as_ref()).map(|practical| practical.reading) {
        Some(PracticalReading::Negligible) => {
            may_not.push_str(" You may not call it worth acting on: it is certain and smaller than the plan asks.");
        }
        Some(PracticalReading::Unclear) => may_not.push_str(" You may not yet say that it is large enough to matter."),
        _ => {}
    }
    if !others.is_empty() {
        let also = list(&others);
        may_not
            .push_str(&format!(" {also} also beat {control}; which of the better arms is best has not been tested."));
    }
    if let Some(short) = scene.short_run() {
        may_not.push_str(&format!(" {short}"));
    }
    may_not.push_str(" Secondary metrics decide nothing here.");
    say(State::Better, Some(arm), true, headline, may, may_not)
}

pub(crate) fn worse(scene: &Scene<'_>, metric: &MetricReport, worst: &Finding<'_>, all: &[Finding<'_>]) -> Verdict {
    let arm = worst.comparison.variant.as_str();
    let control = scene.control;
    let headline = match names(all, |_| true) {
        several if several.len() > 1 => {
            format!("{} are worse than {control}; the worst is {arm}: {}.", list(&several), effect(metric, worst))
        }
        _ => format!("{arm} is worse than {control}: {}.", effect(metric, worst)),
    };
    let may = format!("You may stop and keep {control}.");
    let mut may_not = String::from(
        "You may not call it a win because p is small: the sign is wrong. Secondary metrics do not rescue it.",
    );
    if let Some(short) = scene.short_run() {
        may_not.push_str(&format!(" {short}"));
    }
    say(State::Worse, Some(arm), true, headline, may, may_not)
}

pub(crate) fn no_difference_shown(scene: &Scene<'_>, metric: &MetricReport, worse: &[Finding<'_>]) -> Verdict {
    let planned = scene.planned_total().unwrap_or_else(|| format!("sample of {}", scene.noun));
    let arms: Vec<String> =
        metric.comparisons.iter().map(|c| format!("{} at {}", c.variant, interval(metric, c))).collect();
    let mut may = format!(
        "You may stop: the planned sample and days are there. Keep {} unless something else speaks for a change.",
        scene.control
    );
    let dropped = names(worse, |f| !f.better);
    if !dropped.is_empty() {
        may.push_str(&format!(" {} is worse than {}.", list(&dropped), scene.control));
    }
    say(
        State::NoDifferenceShown,
        None,
        true,
        format!("No difference shown with the planned {planned}: {} on {}.", list(&arms), metric.name),
        may,
        "You may not say that the arms are equal: every effect inside the interval is still possible. You may not go on until it turns significant."
            .into(),
    )
}

pub(crate) fn collecting(scene: &Scene<'_>, metric: &MetricReport, worse: &[Finding<'_>]) -> Verdict {
    let (control, noun) = (scene.control, &scene.noun);
    let arms: Vec<String> =
        metric.comparisons.iter().map(|c| format!("{} at {}", c.variant, interval(metric, c))).collect();
    let headline = if arms.is_empty() {
        format!("{} {noun} so far, and no arm to compare with {control}.", grouped(scene.units.total))
    } else {
        format!("Not decided yet: {} on {}.", list(&arms), metric.name)
    };
    let mut may = String::from("You may look as often as you like: the interval allows it.");
    may.push_str(&outlook(scene));
    let dropped = names(worse, |f| !f.better);
    if !dropped.is_empty() {
        may.push_str(&format!(" You may drop {}, which is worse than {control}.", list(&dropped)));
    }
    let mut may_not =
        format!("You may not conclude that an arm is better than {control}, nor that there is no difference.");
    let tempting = metric.comparisons.iter().filter_map(|c| c.fixed.as_ref()).any(|fixed| fixed.p_value < 0.05);
    match scene.planned_total() {
        Some(total) if tempting => {
            may_not.push_str(&format!(" The fixed-sample p-value below 0.05 does not count before {total}."));
        }
        Some(total) => may_not.push_str(&format!(" The fixed-sample p-value does not count before {total}.")),
        None => may_not.push_str(" The fixed-sample p-value does not count: no sample was planned."),
    }
    say(State::Collecting, None, false, headline, may, may_not)
}

/// How long it still takes.
fn outlook(scene: &Scene<'_>) -> String {
    let (Some(plan), Some(total)) = (scene.plan, scene.planned_total()) else {
        return " Without a planned sample there is no telling how long this takes.".into();
    };
    match plan.days_remaining {
        Some(0) => String::new(),
        Some(left) if plan.reached => {
            format!(" The planned {total} are there; {} more fill the planned {}.", days(left), days(plan.min_days))
        }
        Some(left) => {
            let (arrivals, min) = (grouped(plan.arrivals_per_day.round() as u64), days(plan.min_days));
            format!(
                " At {arrivals} {} a day, the planned {total} and at least {min} are reached in about {}.",
                scene.noun,
                days(left)
            )
        }
        None => format!(" Nobody arrives at present, so the planned {total} will not be reached."),
    }
}

fn names(findings: &[Finding<'_>], wanted: impl Fn(&Finding<'_>) -> bool) -> Vec<String> {
    findings.iter().filter(|f| wanted(f)).map(|f| f.comparison.variant.clone()).collect()
}

/// `Checkout completed is up 12.3% (+4.0% to +20.6%, valid at any time)`.
fn effect(metric: &MetricReport, finding: &Finding<'_>) -> String {
    let comparison = finding.comparison;
    let way = if comparison.difference.unwrap_or(0.0) > 0.0 { "up" } else { "down" };
    let amount = match (comparison.lift, comparison.difference) {
        (Some(lift), _) => percent(lift),
        (None, Some(difference)) => difference_text(metric, difference),
        (None, None) => "an unknown amount".into(),
    };
    let how = match (finding.planned, &comparison.fixed) {
        (Some(Decision { day, look: Some(look), .. }), _) => {
            format!("past the boundary of the planned test at {look}, on {day}")
        }
        (Some(Decision { day, .. }), Some(fixed)) => {
            let p = fixed.adjusted_p_value.unwrap_or(fixed.p_value);
            format!("{} in the planned test, read on {day}", p_text(p))
        }
        _ => format!("{}, valid at any time", range(metric, comparison).unwrap_or_default()),
    };
    format!("{} is {way} {amount} ({how})", metric.name)
}

/// `+8.2% (−1.1% to +17.5%)`.
fn interval(metric: &MetricReport, comparison: &Comparison) -> String {
    let point = match (comparison.lift, comparison.difference) {
        (Some(lift), _) => signed_percent(lift),
        (None, Some(difference)) => difference_text(metric, difference),
        (None, None) => return "no figure yet".into(),
    };
    match range(metric, comparison) {
        Some(range) => format!("{point} ({range})"),
        None => format!("{point} (too few for an interval)"),
    }
}

fn range(metric: &MetricReport, comparison: &Comparison) -> Option<String> {
    let anytime = comparison.anytime.as_ref()?;
    Some(match (anytime.lift_low, anytime.lift_high) {
        (Some(low), Some(high)) => format!("{} to {}", signed_percent(low), signed_percent(high)),
        _ => format!("{} to {}", difference_text(metric, anytime.low), difference_text(metric, anytime.high)),
    })
}

fn difference_text(metric: &MetricReport, difference: f64) -> String {
    match (metric.kind, &metric.unit) {
        (Kind::Conversion | Kind::Retention, _) => format!("{} points", signed(100.0 * difference)),
        (_, Some(unit)) => format!("{} {unit}", signed(difference)),
        (_, None) => signed(difference),
    }
}
