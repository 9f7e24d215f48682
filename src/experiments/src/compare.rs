//! One metric: every arm described, every treatment compared with control.
//!
//! The headline is an asymptotic confidence sequence on the difference of means: its level holds however often one looks. The lift's interval is
//! the same sequence on the lift with its delta-method standard error, `n` being the units of both arms. The classical test beside it is valid once, at
//! the planned sample, and says so.

use crate::daily::Daily;
use crate::report::{Anytime, ArmReport, Comparison, Fixed, MetricReport, Role, Test};
use crate::run::Arm;
use crate::written::{Kind, Metric};
use isoflag_stats::{
    Alternative, DifferenceInterval, Interval, Look, Proportion, ProportionInterval, ProportionVariance, Rho, Sample,
    Sums, asymptotic_cs, proportion_ci, proportion_diff_ci, relative_lift, student_t, two_proportion_z, welch_t,
};

/// Level of every interval that is not the headline.
const LEVEL: f64 = 0.95;
/// Where the sequence is tightest when nothing was planned. Any number is valid; this one suits a few weeks of a small site.
const DEFAULT_N_STAR: f64 = 10_000.0;
/// The sequence is asymptotic: before both arms expect this many conversions (and as many without one), its variance has not settled.
const FEWEST_EXPECTED: f64 = 10.0;
/// The same for counts and sums, in units per arm.
const FEWEST_UNITS: f64 = 100.0;

/// What all comparisons of a report share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Chance of a false alarm of one comparison: the plan's, divided by the number of treatments.
    pub(crate) alpha: f64,
    /// Planned units of all arms.
    pub(crate) required_total: Option<u64>,
    /// Whether the planned units and days are there.
    pub(crate) planned_reached: bool,
}

/// The whole metric.
pub(crate) fn metric_report(
    key: &str,
    metric: &Metric,
    role: Role,
    arms: &[Arm],
    daily: &Daily,
    rules: &Rules,
) -> MetricReport {
    let total = daily.total();
    MetricReport {
        key: key.into(),
        name: metric.name.clone().unwrap_or_else(|| key.into()),
        role,
        kind: metric.kind,
        direction: metric.direction,
        unit: metric.unit.clone(),
        arms: arms.iter().zip(&total).map(|(arm, sums)| arm_report(arm, metric.kind, sums)).collect(),
        comparisons: comparisons(metric.kind, arms, &total, rules),
    }
}

/// Every treatment against control, from the sums of each arm.
pub(crate) fn comparisons(kind: Kind, arms: &[Arm], sums: &[Sums], rules: &Rules) -> Vec<Comparison> {
    let (Some((control, treatments)), Some((control_sums, treatment_sums))) = (arms.split_first(), sums.split_first())
    else {
        return Vec::new();
    };
    let each = treatments.iter().zip(treatment_sums);
    each.map(|(treatment, sums)| {
        let share = control.share + treatment.share;
        let n_star = rules.required_total.map_or(DEFAULT_N_STAR, |total| total as f64 * share);
        compare(treatment.variant.clone(), kind, control_sums, sums, n_star, rules)
    })
    .collect()
}

fn compare(variant: String, kind: Kind, control: &Sums, treatment: &Sums, n_star: f64, rules: &Rules) -> Comparison {
    let empty = Comparison { variant: variant.clone(), difference: None, lift: None, anytime: None, fixed: None };
    let (Some(c), Some(t)) = (sample(kind, control), sample(kind, treatment)) else { return empty };
    let (difference, settled, fixed) = match kind {
        Kind::Conversion | Kind::Retention => {
            let (c, t) = (proportion(control), proportion(treatment));
            let Some(z) = two_proportion_z(c, t, ProportionVariance::Pooled, Alternative::TwoSided) else {
                return empty;
            };
            (z.diff, conversions_settled(c, t), fixed_z(c, t, rules))
        }
        Kind::Count | Kind::Sum | Kind::Ratio | Kind::Quantile => {
            (t.mean - c.mean, c.n >= FEWEST_UNITS && t.n >= FEWEST_UNITS, fixed_welch(c, t, rules))
        }
    };
    let lift = relative_lift(c, t);
    let n = c.n + t.n;
    let look = |estimate: f64, se: f64| {
        asymptotic_cs(&Look { estimate, se, n, alpha: rules.alpha, n_star }, Rho::Exact).filter(|_| settled)
    };
    let se = variance_of_difference(c, t).map(f64::sqrt);
    let anytime = se.and_then(|se| look(difference, se)).map(|cs| {
        let of_lift = lift.and_then(|lift| look(lift.lift, lift.se)).map(|cs| cs.interval);
        Anytime {
            level: 1.0 - rules.alpha,
            low: cs.interval.low,
            high: cs.interval.high,
            lift_low: of_lift.map(|interval| interval.low),
            lift_high: of_lift.map(|interval| interval.high),
            p_value: cs.p.p_value,
            log_p_value: cs.p.log_p_value,
            n_star,
        }
    });
    Comparison { variant, difference: Some(difference), lift: lift.map(|lift| lift.lift), anytime, fixed }
}

fn variance_of_difference(control: Sample, treatment: Sample) -> Option<f64> {
    Some(control.mean_variance()? + treatment.mean_variance()?)
}

fn conversions_settled(control: Proportion, treatment: Proportion) -> bool {
    let both = Proportion { n: control.n + treatment.n, successes: control.successes + treatment.successes };
    let smaller = control.n.min(treatment.n);
    both.rate().is_some_and(|rate| smaller * rate.min(1.0 - rate) >= FEWEST_EXPECTED)
}

fn fixed_z(control: Proportion, treatment: Proportion, rules: &Rules) -> Option<Fixed> {
    let tested = two_proportion_z(control, treatment, ProportionVariance::Pooled, Alternative::TwoSided)?;
    let (statistic, p) = tested.test?;
    let (_, interval) = proportion_diff_ci(control, treatment, DifferenceInterval::Wald, LEVEL)?;
    Some(fixed(Test::TwoProportionZ, statistic, (p.p_value, p.log_p_value), interval, rules))
}

fn fixed_welch(control: Sample, treatment: Sample, rules: &Rules) -> Option<Fixed> {
    let tested = welch_t(control, treatment, Alternative::TwoSided, 1.0 - LEVEL)?.test?;
    Some(fixed(Test::Welch, tested.t, (tested.p.p_value, tested.p.log_p_value), tested.interval, rules))
}

fn fixed(test: Test, statistic: f64, (p_value, log_p_value): (f64, f64), interval: Interval, rules: &Rules) -> Fixed {
    let Interval { low, high } = interval;
    let valid_at = rules.required_total;
    Fixed { test, statistic, p_value, log_p_value, low, high, valid_at, valid: rules.planned_reached }
}

fn proportion(sums: &Sums) -> Proportion {
    Proportion { n: sums.n, successes: sums.sum }
}

fn sample(kind: Kind, sums: &Sums) -> Option<Sample> {
    match kind {
        Kind::Conversion | Kind::Retention => {
            let arm = proportion(sums);
            Some(Sample { n: sums.n, mean: arm.rate()?, variance: arm.variance()? })
        }
        Kind::Count | Kind::Sum => sums.sample(),
        Kind::Ratio | Kind::Quantile => None,
    }
}

fn arm_report(arm: &Arm, kind: Kind, sums: &Sums) -> ArmReport {
    let interval = match kind {
        Kind::Conversion | Kind::Retention => proportion_ci(proportion(sums), ProportionInterval::Wilson, LEVEL),
        Kind::Count | Kind::Sum => mean_interval(sums),
        Kind::Ratio | Kind::Quantile => None,
    };
    let (mean, variance) = match kind {
        Kind::Conversion | Kind::Retention => (proportion(sums).rate(), proportion(sums).variance()),
        Kind::Count | Kind::Sum => (sums.mean(), sums.variance()),
        Kind::Ratio | Kind::Quantile => (None, None),
    };
    ArmReport {
        variant: arm.variant.clone(),
        units: sums.n as u64,
        total: sums.sum,
        mean,
        variance,
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
    }
}

fn mean_interval(sums: &Sums) -> Option<Interval> {
    let sample = sums.sample()?;
    let t = student_t::upper_quantile(0.5 * (1.0 - LEVEL), sample.n - 1.0)?;
    Some(Interval::around(sample.mean, t * sample.mean_variance()?.sqrt()))
}
