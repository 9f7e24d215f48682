//! One metric: every arm described, every treatment compared with control.
//!
//! The headline is an asymptotic confidence sequence on the difference: its level holds however often one looks. The lift's interval is
//! the same sequence on the lift with its delta-method standard error, `n` being the units of both arms. The classical test beside it is valid once, at
//! the planned sample, and says so.

use crate::estimate::{Pair, one, pair};
use crate::method::{Method, choose};
use crate::report::{Anytime, ArmReport, Comparison, Estimator, Fixed, Test};
use crate::run::Arm;
use crate::totals::Totals;
use crate::written::Metric;
use isoflag_stats::{
    Alternative, Fieller, Interval, Look, PValue, ProportionVariance, Rho, asymptotic_cs, fieller_ci, normal, normal_p,
    relative_lift, two_proportion_z, welch_t,
};
use std::borrow::Cow;

/// Level of every interval that is not the headline.
pub(crate) const LEVEL: f64 = 0.95;
/// Where the sequence is tightest when nothing was planned. Any number is valid; this one suits a few weeks of a small site.
const DEFAULT_N_STAR: f64 = 10_000.0;

/// What all comparisons of a report share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Chance of a false alarm of one comparison: the plan's, divided by the number of treatments.
    pub(crate) alpha: f64,
    /// Chance of a false alarm of the planned test, all treatments together.
    pub(crate) test_alpha: f64,
    /// How many treatments there are.
    pub(crate) treatments: f64,
    /// Planned units of all arms.
    pub(crate) required_total: Option<u64>,
    /// Whether the planned units and days are there.
    pub(crate) planned_reached: bool,
}

/// A metric's arms, laid out for its method.
pub(crate) struct Laid<'a> {
    pub(crate) method: Method,
    arms: &'a [Arm],
    totals: Cow<'a, [Totals]>,
}

impl<'a> Laid<'a> {
    /// Chooses the method and cuts what it cuts.
    pub(crate) fn out(metric: &Metric, arms: &'a [Arm], totals: &'a [Totals]) -> Self {
        let method = choose(metric, totals);
        let totals = match method.cut {
            Some(cap) => totals.iter().map(|arm| cap.cut(arm)).collect(),
            None => Cow::Borrowed(totals),
        };
        Self { method, arms, totals }
    }

    /// Every arm by itself.
    pub(crate) fn each(&self) -> Vec<ArmReport> {
        self.arms.iter().zip(self.totals.iter()).map(|(arm, totals)| arm_report(arm, &self.method, totals)).collect()
    }

    /// The estimates of every treatment and control.
    pub(crate) fn pairs(&self) -> Vec<(&'a Arm, Option<Pair>)> {
        let (Some((_, treatments)), Some((control, totals))) = (self.arms.split_first(), self.totals.split_first())
        else {
            return Vec::new();
        };
        let each = treatments.iter().zip(totals);
        each.map(|(arm, treatment)| (arm, pair(&self.method, control, treatment, LEVEL))).collect()
    }

    /// Every treatment against control.
    pub(crate) fn comparisons(&self, rules: &Rules) -> Vec<Comparison> {
        let Some(control_share) = self.arms.first().map(|arm| arm.share) else { return Vec::new() };
        let control = self.totals.first();
        let each = self.pairs().into_iter().zip(self.totals.iter().skip(1));
        each.map(|((arm, pair), totals)| {
            let Some((pair, control)) = pair.zip(control) else { return nothing(arm) };
            let share = control_share + arm.share;
            let n_star = rules.required_total.map_or(DEFAULT_N_STAR, |total| total as f64 * share);
            let lift = relative_lift(pair.control, pair.treatment).map(|lift| lift.lift);
            Comparison {
                variant: arm.variant.clone(),
                difference: Some(pair.difference),
                lift,
                adjusted: pair.adjusted,
                anytime: anytime(&pair, n_star, rules),
                fixed: fixed(&self.method, &pair, control, totals, rules),
                practical: None,
                guardrail: None,
            }
        })
        .collect()
    }
}

fn nothing(arm: &Arm) -> Comparison {
    Comparison {
        variant: arm.variant.clone(),
        difference: None,
        lift: None,
        adjusted: None,
        anytime: None,
        fixed: None,
        practical: None,
        guardrail: None,
    }
}

fn anytime(pair: &Pair, n_star: f64, rules: &Rules) -> Option<Anytime> {
    if !pair.settled {
        return None;
    }
    let n = pair.control.n + pair.treatment.n;
    let look = |estimate, se| asymptotic_cs(&Look { estimate, se, n, alpha: rules.alpha, n_star }, Rho::Exact);
    let cs = look(pair.difference, standard_error(pair)?)?;
    let of_lift = relative_lift(pair.control, pair.treatment).and_then(|lift| look(lift.lift, lift.se));
    let of_lift = of_lift.map(|cs| cs.interval);
    Some(Anytime {
        level: 1.0 - rules.alpha,
        low: cs.interval.low,
        high: cs.interval.high,
        lift_low: of_lift.map(|interval| interval.low),
        lift_high: of_lift.map(|interval| interval.high),
        p_value: cs.p.p_value,
        log_p_value: cs.p.log_p_value,
        adjusted_p_value: None,
        n_star,
    })
}

/// Of the difference; `None` where it cannot be estimated.
pub(crate) fn standard_error(pair: &Pair) -> Option<f64> {
    Some((pair.control.mean_variance()? + pair.treatment.mean_variance()?).sqrt())
}

fn fixed(method: &Method, pair: &Pair, control: &Totals, treatment: &Totals, rules: &Rules) -> Option<Fixed> {
    let (test, statistic, p, interval) = match method.estimator {
        // An adjusted rate is a mean: no pooling.
        Estimator::Proportion if pair.adjusted.is_none() => {
            let (c, t) = (control.proportion(), treatment.proportion());
            let tested = two_proportion_z(c, t, ProportionVariance::Pooled, Alternative::TwoSided)?;
            let (statistic, p) = tested.test?;
            (Test::TwoProportionZ, statistic, p, by_normal(pair, LEVEL)?)
        }
        Estimator::Proportion | Estimator::Mean => {
            let tested = welch_t(pair.control, pair.treatment, Alternative::TwoSided, 1.0 - LEVEL)?.test?;
            (Test::Welch, tested.t, tested.p, tested.interval)
        }
        Estimator::Ratio | Estimator::Quantile => {
            let (statistic, p) = z(pair)?;
            let test = if method.estimator == Estimator::Ratio { Test::RatioZ } else { Test::QuantileZ };
            (test, statistic, p, by_normal(pair, LEVEL)?)
        }
    };
    let lift = match fieller_ci(pair.control, pair.treatment, LEVEL) {
        Some(Fieller::Bounded(interval)) => Some(interval).filter(|i| i.low.is_finite() && i.high.is_finite()),
        Some(Fieller::Unbounded) | None => None,
    };
    Some(Fixed {
        test,
        statistic,
        p_value: p.p_value,
        log_p_value: p.log_p_value,
        adjusted_p_value: None,
        low: interval.low,
        high: interval.high,
        lift_low: lift.map(|lift| lift.low),
        lift_high: lift.map(|lift| lift.high),
        valid_at: rules.required_total,
        valid: rules.planned_reached,
    })
}

fn by_normal(pair: &Pair, level: f64) -> Option<Interval> {
    let half = normal::upper_quantile(0.5 * (1.0 - level))? * standard_error(pair)?;
    Some(Interval::around(pair.difference, half)).filter(|i| i.low.is_finite() && i.high.is_finite())
}

fn z(pair: &Pair) -> Option<(f64, PValue)> {
    let z = pair.difference / standard_error(pair).filter(|se| *se > 0.0)?;
    z.is_finite().then(|| (z, normal_p(z, Alternative::TwoSided)))
}

fn arm_report(arm: &Arm, method: &Method, totals: &Totals) -> ArmReport {
    let found = one(method, totals, LEVEL);
    let (sample, interval) = (found.map(|(sample, _)| sample), found.and_then(|(_, interval)| interval));
    // Of one unit alone there is a mean and no variance.
    let mean = sample.map(|sample| sample.mean);
    let mean = if method.estimator == Estimator::Mean { mean.or_else(|| totals.sums().mean()) } else { mean };
    ArmReport {
        variant: arm.variant.clone(),
        units: totals.n as u64,
        total: totals.sum,
        denominator: if method.estimator == Estimator::Ratio { totals.second.map(|second| second.sum) } else { None },
        mean,
        variance: sample.map(|sample| sample.variance),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
    }
}
