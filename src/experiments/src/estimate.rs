//! From the totals of two arms to what every test, interval and margin needs: an estimate for each, and the variance of one unit.
//!
//! All methods end in the same two [`Sample`]s. A ratio's and a quantile's are those of the mean that varies as they do (delta method, ranks); CUPED's are the
//! adjusted arms. What follows, differences, lifts, sequences and margins, need not know which it was.

use crate::method::Method;
use crate::quantile::Ladder;
use crate::report::{Adjusted, Estimator};
use crate::totals::Totals;
use isoflag_stats::{
    Alternative, Interval, Proportion, ProportionInterval, ProportionVariance, Sample, cuped, proportion_ci,
    ratio_delta, student_t, two_proportion_z,
};

/// The sequence is asymptotic: before both arms expect this many conversions (and as many without one), its variance has not settled.
const FEWEST_EXPECTED: f64 = 10.0;
/// The same for means and ratios, in units per arm.
const FEWEST_UNITS: f64 = 100.0;
/// The same for quantiles, in units on either side of it.
const FEWEST_BESIDE: f64 = 100.0;
/// A ratio's denominator must be this many standard errors from 0 for the delta method to hold.
const FARTHEST_ERROR: f64 = 5.0;

/// Two arms, estimated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) control: Sample,
    pub(crate) treatment: Sample,
    /// Treatment minus control.
    pub(crate) difference: f64,
    /// Whether there are enough units for the asymptotics.
    pub(crate) settled: bool,
    pub(crate) adjusted: Option<Adjusted>,
}

/// Both arms; `None` when one has nothing to estimate from.
pub(crate) fn pair(method: &Method, control: &Totals, treatment: &Totals, level: f64) -> Option<Pair> {
    let (c, t) = (one(method, control, level)?.0, one(method, treatment, level)?.0);
    let enough = c.n >= FEWEST_UNITS && t.n >= FEWEST_UNITS;
    let settled = match method.estimator {
        Estimator::Proportion => conversions_settled(control.proportion(), treatment.proportion()),
        Estimator::Mean => enough,
        Estimator::Ratio => enough && far_from_0(control) && far_from_0(treatment),
        Estimator::Quantile => {
            let beside = method.quantile.min(1.0 - method.quantile);
            c.n.min(t.n) * beside >= FEWEST_BESIDE
        }
    };
    // Rates that agree in many digits differ in the last ones of a product, not of two quotients.
    let difference = match method.estimator {
        Estimator::Proportion => {
            let (c, t) = (control.proportion(), treatment.proportion());
            two_proportion_z(c, t, ProportionVariance::Unpooled, Alternative::TwoSided)?.diff
        }
        Estimator::Mean | Estimator::Ratio | Estimator::Quantile => t.mean - c.mean,
    };
    let raw = Pair { control: c, treatment: t, difference, settled, adjusted: None };
    let pair = if method.cuped { adjust(raw, control, treatment, level).unwrap_or(raw) } else { raw };
    pair.difference.is_finite().then_some(pair)
}

/// One arm by itself, with the interval of its estimate; CUPED changes comparisons, not arms.
pub(crate) fn one(method: &Method, arm: &Totals, level: f64) -> Option<(Sample, Option<Interval>)> {
    match method.estimator {
        Estimator::Proportion => {
            let arm = arm.proportion();
            let interval = proportion_ci(arm, ProportionInterval::Wilson, level);
            Some((Sample { n: arm.n, mean: arm.rate()?, variance: arm.variance()? }, interval))
        }
        Estimator::Mean => {
            let sample = arm.sums().sample()?;
            let t = student_t::upper_quantile(0.5 * (1.0 - level), sample.n - 1.0)?;
            Some((sample, Some(Interval::around(sample.mean, t * sample.mean_variance()?.sqrt()))))
        }
        Estimator::Ratio => {
            let moments = arm.pair()?.moments()?;
            let alone = ratio_delta(&moments, &moments, level)?;
            let sample = Sample { n: arm.n, mean: alone.ratio_control, variance: alone.unit_variance_control };
            // The interval of a difference of two such arms is √2 as wide as that of one.
            let half = alone.interval.high * std::f64::consts::FRAC_1_SQRT_2;
            Some((sample, Some(Interval::around(sample.mean, half)).filter(|_| far_from_0(arm))))
        }
        Estimator::Quantile => {
            let (sample, interval) = Ladder::new([arm])?.quantile(method.quantile, level)?;
            Some((sample, Some(interval).filter(|interval| interval.low < interval.high)))
        }
    }
}

fn adjust(raw: Pair, control: &Totals, treatment: &Totals, level: f64) -> Option<Pair> {
    let (c, t) = (control.pair()?.moments()?, treatment.pair()?.moments()?);
    let found = cuped(&c, &t, level)?;
    let difference = found.treatment.mean - found.control.mean;
    let adjusted =
        Adjusted { theta: found.theta, raw_difference: found.raw_diff, variance_reduction: found.variance_reduction };
    let finite = [difference, found.theta, found.raw_diff].into_iter().all(f64::is_finite);
    finite.then_some(Pair {
        control: found.control,
        treatment: found.treatment,
        difference,
        adjusted: Some(adjusted),
        ..raw
    })
}

fn conversions_settled(control: Proportion, treatment: Proportion) -> bool {
    let both = Proportion { n: control.n + treatment.n, successes: control.successes + treatment.successes };
    let smaller = control.n.min(treatment.n);
    both.rate().is_some_and(|rate| smaller * rate.min(1.0 - rate) >= FEWEST_EXPECTED)
}

fn far_from_0(arm: &Totals) -> bool {
    let denominator = arm.second_sums().and_then(|sums| sums.sample());
    denominator
        .and_then(|sample| Some((sample.mean.abs(), sample.mean_variance()?.sqrt())))
        .is_some_and(|(mean, se)| mean > FARTHEST_ERROR * se)
}
