//! An interval holds exactly what its test does not reject.

use crate::random::Random;
use isoflag_stats::*;

const ROUNDS: usize = 400;

/// Values just inside and outside both ends, and whether each lies inside.
fn around(interval: Interval) -> [(f64, bool); 4] {
    let step = 1e-6 * (interval.high - interval.low);
    [
        (interval.low + step, true),
        (interval.low - step, false),
        (interval.high - step, true),
        (interval.high + step, false),
    ]
}

#[test]
fn welchs_interval_is_what_welchs_test_keeps() {
    let mut random = Random(11);
    for _ in 0..ROUNDS {
        let (control, treatment) = (random.sample(), random.sample());
        let alpha = random.between(0.001, 0.2);
        let interval = welch_t(control, treatment, Alternative::TwoSided, alpha).unwrap().test.unwrap().interval;
        for (value, inside) in around(interval) {
            let moved = Sample { mean: treatment.mean - value, ..treatment };
            let p = welch_t(control, moved, Alternative::TwoSided, alpha).unwrap().test.unwrap().p.p_value;
            assert_eq!(p > alpha, inside, "{control:?} {treatment:?} {alpha} {value} {p}");
        }
        for (alternative, pick) in [(Alternative::Greater, 0), (Alternative::Less, 1)] {
            let found = welch_t(control, treatment, alternative, alpha).unwrap().test.unwrap();
            let end = [found.interval.low, found.interval.high][pick];
            let moved = Sample { mean: treatment.mean - end, ..treatment };
            let p = welch_t(control, moved, alternative, alpha).unwrap().test.unwrap().p.p_value;
            assert!((p - alpha).abs() < 1e-9, "{alternative:?} {p} {alpha}");
        }
    }
}

#[test]
fn wilsons_interval_is_what_the_score_test_keeps() {
    let mut random = Random(12);
    for _ in 0..ROUNDS {
        let arm = random.proportion();
        let level = random.between(0.8, 0.999);
        let z = normal::upper_quantile(0.5 * (1.0 - level)).unwrap();
        let interval = proportion_ci(arm, ProportionInterval::Wilson, level).unwrap();
        let rate = arm.rate().unwrap();
        for (p, inside) in around(interval).into_iter().filter(|(p, _)| *p > 0.0 && *p < 1.0) {
            let score = (rate - p).abs() / (p * (1.0 - p) / arm.n).sqrt();
            assert_eq!(score < z, inside, "{arm:?} {level} {p}");
        }
    }
}

#[test]
fn clopper_and_pearsons_interval_is_what_the_binomial_test_keeps() {
    let mut random = Random(13);
    for _ in 0..ROUNDS {
        let arm = random.proportion();
        let alpha = random.between(0.001, 0.2);
        let interval = proportion_ci(arm, ProportionInterval::ClopperPearson, 1.0 - alpha).unwrap();
        for (p, inside) in around(interval).into_iter().filter(|(p, _)| *p > 0.0 && *p < 1.0) {
            let below = binomial::cdf(arm.successes, arm.n, p).unwrap();
            let above = binomial::sf(arm.successes - 1.0, arm.n, p).unwrap();
            assert_eq!(below.min(above) > 0.5 * alpha, inside, "{arm:?} {alpha} {p}: {below} {above}");
        }
    }
}

#[test]
fn miettinen_and_nurminens_interval_excludes_0_when_the_score_test_rejects() {
    let mut random = Random(14);
    let mut rejected = 0;
    for _ in 0..ROUNDS {
        let (control, treatment) = (random.proportion(), random.proportion());
        let level = random.between(0.8, 0.999);
        let (_, interval) =
            proportion_diff_ci(control, treatment, DifferenceInterval::MiettinenNurminen, level).unwrap();
        let found = two_proportion_z(control, treatment, ProportionVariance::Pooled, Alternative::TwoSided).unwrap();
        let Some((z, _)) = found.test else { continue };
        // At no difference the restricted rates are the pooled one, so its z is the pooled z but for the factor.
        let n = control.n + treatment.n;
        let reject = z.abs() * ((n - 1.0) / n).sqrt() > normal::upper_quantile(0.5 * (1.0 - level)).unwrap();
        assert_eq!(interval.excludes(0.0), reject, "{control:?} {treatment:?} {level}");
        rejected += usize::from(reject);
    }
    assert!((40..ROUNDS - 40).contains(&rejected), "{rejected} of {ROUNDS} rejected: the property must see both");
}

#[test]
fn non_inferior_bound_and_p_are_one_statement() {
    let mut random = Random(15);
    let mut verdicts = [0; 3];
    for _ in 0..ROUNDS {
        let (control, mut treatment) = (random.sample(), random.sample());
        treatment.mean = control.mean * random.between(0.7, 1.3);
        let margin = random.between(0.0, 0.3);
        let higher = random.uniform() < 0.5;
        let margin = if random.uniform() < 0.5 { Margin::Absolute(margin) } else { Margin::Relative(margin) };
        let alpha = random.between(0.005, 0.2);
        let found = non_inferiority(control, treatment, higher, margin, alpha).unwrap();
        let is = found.verdict == NonInferiorityVerdict::NonInferior;
        assert_eq!(found.bound > 0.0, is, "{found:?}");
        assert_eq!(found.p.p_value < alpha, is, "{found:?}");
        verdicts[found.verdict as usize] += 1;
    }
    assert!(verdicts.iter().all(|count| *count > 20), "{verdicts:?}: the property must see all verdicts");
}

#[test]
fn equivalence_is_the_wider_interval_inside_the_band() {
    let mut random = Random(16);
    let mut equivalent = 0;
    for _ in 0..ROUNDS {
        let (control, mut treatment) = (random.sample(), random.sample());
        treatment.mean = control.mean + random.between(-0.3, 0.3);
        let (low, high) = (-random.between(0.1, 1.0), random.between(0.1, 1.0));
        let alpha = random.between(0.005, 0.2);
        let interval = welch_t(control, treatment, Alternative::TwoSided, 2.0 * alpha).unwrap().test.unwrap().interval;
        let found = tost(control, treatment, low, high).unwrap().p().p_value < alpha;
        assert_eq!(found, interval.low > low && interval.high < high, "{control:?} {treatment:?} {low} {high} {alpha}");
        equivalent += usize::from(found);
    }
    assert!((40..ROUNDS - 40).contains(&equivalent), "{equivalent} of {ROUNDS}: the property must see both");
}

#[test]
fn fiellers_interval_is_what_the_test_of_m_t_minus_r_m_c_keeps() {
    let mut random = Random(17);
    let mut bounded = 0;
    for _ in 0..ROUNDS {
        let (control, treatment) = (random.sample(), random.sample());
        let level = random.between(0.8, 0.99);
        let z = normal::upper_quantile(0.5 * (1.0 - level)).unwrap();
        let Some(Fieller::Bounded(interval)) = fieller_ci(control, treatment, level) else { continue };
        bounded += 1;
        for (lift, inside) in around(interval) {
            let ratio = 1.0 + lift * control.mean.signum();
            let variance = treatment.variance / treatment.n + ratio * ratio * control.variance / control.n;
            let kept = (treatment.mean - ratio * control.mean).abs() < z * variance.sqrt();
            assert_eq!(kept, inside, "{control:?} {treatment:?} {lift}");
        }
    }
    assert!(bounded > ROUNDS / 2);
}
