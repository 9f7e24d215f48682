//! The primary metric among parts of the units: whether it differs there, and whether they all say what their sum does not.
//!
//! Segments written down before looking are answers, those found afterwards are questions: among twenty of them one is significant by luck. Both are corrected
//! for their number, each kind by itself, and neither decides.

use crate::compare::{Laid, Rules};
use crate::correct::family;
use crate::daily::Daily;
use crate::estimate::Pair;
use crate::method::estimator;
use crate::observed::{Cells, Observed};
use crate::report::{Estimator, Heterogeneity, Reversal, SegmentReport, SegmentValue};
use crate::run::Arm;
use crate::words::{list, p_text};
use crate::written::{Correction, Metric};
use isoflag_stats::{Sample, interaction_axb};
use std::collections::BTreeMap;

/// Values of one dimension that are shown: the largest. More are no segments but noise.
const MOST_VALUES: usize = 20;

/// What is asked of every segment.
pub(crate) struct Question<'a> {
    pub(crate) key: &'a str,
    pub(crate) metric: &'a Metric,
    pub(crate) arms: &'a [Arm],
    /// The first day anybody can have been exposed.
    pub(crate) from: i64,
    pub(crate) rules: &'a Rules,
    /// Whose days have passed.
    pub(crate) ripe: &'a dyn Fn(Daily) -> Daily,
}

/// Every dimension the ledger knows, planned ones first.
pub(crate) fn segments(
    question: &Question<'_>,
    planned: &[String],
    observed: &Observed,
    correction: Correction,
) -> Vec<SegmentReport> {
    let mut found: Vec<SegmentReport> = observed
        .segments
        .iter()
        .map(|(dimension, values)| one(question, dimension, planned.contains(dimension), values))
        .collect();
    found.sort_by_key(|segment| !segment.planned);
    for (of_plan, correction) in [(true, correction), (false, Correction::Holm)] {
        let mut all: Vec<_> = found
            .iter_mut()
            .filter(|segment| segment.planned == of_plan)
            .flat_map(|segment| segment.values.iter_mut())
            .flat_map(|value| value.comparisons.iter_mut())
            .collect();
        family(&mut all, correction);
    }
    found
}

fn one(question: &Question<'_>, dimension: &str, planned: bool, values: &BTreeMap<String, Cells>) -> SegmentReport {
    let mut parts: Vec<(&String, SegmentValue, Vec<Option<Pair>>)> = values
        .iter()
        .map(|(value, cells)| {
            let metric = cells.metrics.get(question.key).map(Vec::as_slice).unwrap_or_default();
            let daily = Daily::of_units(question.arms, &cells.units, question.from).with_metric(question.arms, metric);
            let totals = (question.ripe)(daily).total();
            let laid = Laid::out(question.metric, question.arms, &totals);
            let units = totals.iter().map(|arm| arm.n).sum::<f64>() as u64;
            let comparisons = laid.comparisons(question.rules);
            let pairs = laid.pairs().into_iter().map(|(_, pair)| pair).collect();
            (value, SegmentValue { value: value.clone(), units, comparisons }, pairs)
        })
        .filter(|(_, part, _)| part.units > 0)
        .collect();
    parts.sort_by(|a, b| b.1.units.cmp(&a.1.units).then_with(|| a.0.cmp(b.0)));
    let left_out = parts.len().saturating_sub(MOST_VALUES);
    parts.truncate(MOST_VALUES);
    let treatments = question.arms.iter().skip(1).enumerate();
    let (mut heterogeneity, mut reversals) = (Vec::new(), Vec::new());
    for (index, arm) in treatments {
        let pairs: Vec<Pair> = parts.iter().filter_map(|(_, _, pairs)| pairs.get(index).copied().flatten()).collect();
        heterogeneity.extend(differing(&arm.variant, &pairs));
        let additive = matches!(estimator(question.metric.kind), Estimator::Proportion | Estimator::Mean);
        reversals.extend(reversal(&arm.variant, &pairs).filter(|_| additive && pairs.len() == parts.len()));
    }
    let words = words(dimension, planned, left_out, &heterogeneity, &reversals);
    SegmentReport {
        dimension: dimension.into(),
        planned,
        values: parts.into_iter().map(|(_, part, _)| part).collect(),
        heterogeneity,
        reversals,
        words,
    }
}

/// One effect in all segments? Only of those that have settled.
fn differing(variant: &str, pairs: &[Pair]) -> Option<Heterogeneity> {
    let cells: Vec<[Sample; 2]> = pairs.iter().filter(|pair| pair.settled).map(|p| [p.control, p.treatment]).collect();
    let found = interaction_axb(&cells)?;
    let finite = found.chi2.is_finite() && found.p.p_value.is_finite();
    finite.then(|| Heterogeneity { variant: variant.into(), chi2: found.chi2, df: found.df, p_value: found.p.p_value })
}

/// All segments on one side, their sum on the other.
fn reversal(variant: &str, pairs: &[Pair]) -> Option<Reversal> {
    let mean = |of: fn(&Pair) -> Sample| {
        let n: f64 = pairs.iter().map(|pair| of(pair).n).sum();
        pairs.iter().map(|pair| of(pair).mean * (of(pair).n / n)).sum::<f64>()
    };
    let aggregate = mean(|pair| pair.treatment) - mean(|pair| pair.control);
    let all: f64 = pairs.iter().map(|pair| pair.control.n + pair.treatment.n).sum();
    let standardized: f64 = pairs.iter().map(|pair| (pair.control.n + pair.treatment.n) / all * pair.difference).sum();
    let reversed = pairs.len() > 1 && aggregate != 0.0 && pairs.iter().all(|pair| pair.difference * aggregate < 0.0);
    let finite = aggregate.is_finite() && standardized.is_finite();
    (reversed && finite).then(|| Reversal { variant: variant.into(), aggregate, standardized })
}

fn words(
    dimension: &str,
    planned: bool,
    left_out: usize,
    heterogeneity: &[Heterogeneity],
    reversals: &[Reversal],
) -> String {
    let mut words = if planned {
        format!("Planned before looking. {dimension} does not decide; it says for whom the result holds.")
    } else {
        format!(
            "Exploratory: {dimension} was not planned, so what is found here is a question for the next experiment."
        )
    };
    for found in heterogeneity {
        let says = if found.p_value < 0.05 { "seems to differ" } else { "is not shown to differ" };
        words.push_str(&format!(" The effect of {} {says} among them ({}).", found.variant, p_text(found.p_value)));
    }
    if !reversals.is_empty() {
        let arms: Vec<String> = reversals.iter().map(|reversal| reversal.variant.clone()).collect();
        words.push_str(&format!(
            " Simpson's reversal for {}: every segment says the opposite of their sum. The split differs among them; believe neither before that is explained.",
            list(&arms)
        ));
    }
    if left_out > 0 {
        words.push_str(&format!(" {left_out} smaller values are not shown."));
    }
    words
}
