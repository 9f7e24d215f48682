//! What must not change an answer, or change it in one way only.

use crate::random::{Random, near};
use isoflag_stats::*;

const ROUNDS: usize = 400;

fn mirrored(interval: Interval) -> Interval {
    Interval { low: -interval.high, high: -interval.low }
}

fn same(a: Interval, b: Interval, scale: f64) -> bool {
    near(a.low, b.low, scale) && near(a.high, b.high, scale)
}

#[test]
fn swapping_arms_turns_a_difference_of_proportions_around() {
    let mut random = Random(1);
    for _ in 0..ROUNDS {
        let (control, treatment) = (random.proportion(), random.proportion());
        for variance in [ProportionVariance::Pooled, ProportionVariance::Unpooled] {
            let there = two_proportion_z(control, treatment, variance, Alternative::Greater).unwrap();
            let back = two_proportion_z(treatment, control, variance, Alternative::Less).unwrap();
            assert!(near(there.diff, -back.diff, 0.0) && near(there.se, back.se, 0.0));
            match (there.test, back.test) {
                (Some((z, p)), Some((turned, q))) => {
                    assert!(near(z, -turned, 0.0) && near(p.log_p_value, q.log_p_value, 1e-3), "{p:?} {q:?}");
                }
                (there, back) => assert_eq!(there, back),
            }
        }
        for method in [
            DifferenceInterval::Wald,
            DifferenceInterval::Newcombe,
            DifferenceInterval::AgrestiCaffo,
            DifferenceInterval::MiettinenNurminen,
        ] {
            let (_, there) = proportion_diff_ci(control, treatment, method, 0.95).unwrap();
            let (_, back) = proportion_diff_ci(treatment, control, method, 0.95).unwrap();
            assert!(same(there, mirrored(back), 1e-3), "{method:?} {control:?} {treatment:?}: {there:?} {back:?}");
        }
        let fisher = |c, t, side| fisher_exact(c, t, side).unwrap();
        let two_sided =
            (fisher(control, treatment, Alternative::TwoSided), fisher(treatment, control, Alternative::TwoSided));
        assert!(near(two_sided.0, two_sided.1, 0.0), "{control:?} {treatment:?}: {two_sided:?}");
        let one_sided =
            (fisher(control, treatment, Alternative::Greater), fisher(treatment, control, Alternative::Less));
        assert!(near(one_sided.0, one_sided.1, 0.0), "{control:?} {treatment:?}: {one_sided:?}");
    }
}

#[test]
fn counting_misses_instead_of_conversions_mirrors_every_interval() {
    let mut random = Random(2);
    for _ in 0..ROUNDS {
        let arm = random.proportion();
        let misses = Proportion { successes: arm.n - arm.successes, ..arm };
        for method in [
            ProportionInterval::Wald,
            ProportionInterval::Wilson,
            ProportionInterval::AgrestiCoull,
            ProportionInterval::ClopperPearson,
            ProportionInterval::Jeffreys,
        ] {
            let of = |arm| proportion_ci(arm, method, 0.95).unwrap();
            let (hits, other) = (of(arm), of(misses));
            let mirror = Interval { low: 1.0 - other.high, high: 1.0 - other.low };
            assert!(same(hits, mirror, 1.0), "{method:?} {arm:?}: {hits:?} {mirror:?}");
        }
    }
}

#[test]
fn the_unit_money_is_counted_in_changes_no_test() {
    let mut random = Random(3);
    for _ in 0..ROUNDS {
        let (control, treatment) = (random.sample(), random.sample());
        let scale = 10_f64.powf(random.between(-60.0, 60.0));
        let scaled = |s: Sample| Sample { n: s.n, mean: s.mean * scale, variance: s.variance * scale * scale };
        let test = |c, t| welch_t(c, t, Alternative::TwoSided, 0.05).unwrap();
        let (plain, money) = (test(control, treatment), test(scaled(control), scaled(treatment)));
        let (plain_test, money_test) = (plain.test.unwrap(), money.test.unwrap());
        assert!(near(plain_test.t, money_test.t, 0.0) && near(plain_test.df, money_test.df, 0.0));
        assert!(near(plain_test.p.log_p_value, money_test.p.log_p_value, 1e-2), "{plain_test:?} {money_test:?}");
        assert!(near(plain.diff * scale, money.diff, 0.0) && near(plain.se * scale, money.se, 0.0));
        let (lift, lift_of_money) =
            (relative_lift(control, treatment), relative_lift(scaled(control), scaled(treatment)));
        let (lift, lift_of_money) = (lift.unwrap(), lift_of_money.unwrap());
        assert!(near(lift.lift, lift_of_money.lift, 0.0) && near(lift.se, lift_of_money.se, 0.0));
    }
}

#[test]
fn swapping_arms_turns_welch_around_and_shifting_both_changes_nothing() {
    let mut random = Random(4);
    for _ in 0..ROUNDS {
        let (control, treatment) = (random.sample(), random.sample());
        let there = welch_t(control, treatment, Alternative::TwoSided, 0.05).unwrap();
        let back = welch_t(treatment, control, Alternative::TwoSided, 0.05).unwrap();
        let (there_test, back_test) = (there.test.unwrap(), back.test.unwrap());
        assert_eq!((there.diff, there_test.t, there_test.p), (-back.diff, -back_test.t, back_test.p));
        assert_eq!(there_test.interval, mirrored(back_test.interval));
        // Powers of two and 0.5 are exact, so even the last digits must stay.
        let shifted = |s: Sample| Sample { mean: (s.mean * 1024.0).round() / 1024.0 + 512.0, ..s };
        let exact = |s: Sample| Sample { mean: (s.mean * 1024.0).round() / 1024.0, ..s };
        let plain = welch_t(exact(control), exact(treatment), Alternative::Greater, 0.05);
        assert_eq!(plain, welch_t(shifted(control), shifted(treatment), Alternative::Greater, 0.05));
    }
}

#[test]
fn moments_merge_in_any_split_and_order() {
    let mut random = Random(5);
    for _ in 0..ROUNDS {
        let offset = 10_f64.powf(random.between(0.0, 9.0));
        let values: Vec<f64> = (0..random.whole(2.0, 40.0) as usize).map(|_| offset + random.normal()).collect();
        let whole: Moments = values.iter().copied().collect();
        let cut = random.whole(0.0, values.len() as f64) as usize;
        let (left, right): (Moments, Moments) =
            (values[..cut].iter().copied().collect(), values[cut..].iter().copied().collect());
        let backwards: Moments = values.iter().rev().copied().collect();
        for other in [left.merge(&right), right.merge(&left), backwards] {
            assert_eq!(whole.n(), other.n());
            assert!(near(whole.mean().unwrap(), other.mean().unwrap(), 0.0));
            assert!(near(whole.variance().unwrap(), other.variance().unwrap(), 0.0), "{offset} {whole:?} {other:?}");
        }
    }
}

#[test]
fn pairs_merge_in_any_split_and_give_the_same_cuped_and_ratio() {
    let mut random = Random(6);
    for _ in 0..ROUNDS {
        let mut rows = |n: usize| -> Vec<[f64; 2]> {
            (0..n).map(|_| (random.normal(), random.uniform())).map(|(e, x)| [2.0 * x + e + 5.0, x + 0.5]).collect()
        };
        let (control, treatment) = (rows(17), rows(23));
        let whole = |rows: &[[f64; 2]]| PairMoments::of_rows(rows).unwrap();
        let pieces =
            |rows: &[[f64; 2]]| rows.chunks(4).map(whole).fold(PairMoments::default(), |sum, part| part.merge(&sum));
        let a = cuped(&whole(&control), &whole(&treatment), 0.95).unwrap();
        let b = cuped(&pieces(&control), &pieces(&treatment), 0.95).unwrap();
        assert!(near(a.theta, b.theta, 1.0) && near(a.welch.diff, b.welch.diff, 1.0));
        assert!(near(a.welch.se, b.welch.se, 0.0));
        let a = ratio_delta(&whole(&control), &whole(&treatment), 0.95).unwrap();
        let b = ratio_delta(&pieces(&control), &pieces(&treatment), 0.95).unwrap();
        assert!(near(a.diff, b.diff, 1.0) && near(a.se, b.se, 0.0));
    }
}

#[test]
fn the_scale_and_order_of_weights_change_no_sample_ratio() {
    let mut random = Random(7);
    for _ in 0..ROUNDS {
        let arms: Vec<(f64, f64)> = (0..4).map(|_| (random.whole(0.0, 1e6), random.between(0.1, 2.0))).collect();
        let plain = srm_chi_square(&arms).unwrap();
        let turned: Vec<_> = arms.iter().rev().map(|(observed, weight)| (*observed, weight * 1e4)).collect();
        let other = srm_chi_square(&turned).unwrap();
        assert!(near(plain.chi2, other.chi2, 1.0) && plain.df == other.df);
    }
}

#[test]
fn a_transposed_table_is_as_dependent() {
    let mut random = Random(8);
    for _ in 0..ROUNDS {
        let table: Vec<Vec<f64>> = (0..3).map(|_| (0..4).map(|_| random.whole(1.0, 1e5)).collect()).collect();
        let turned: Vec<Vec<f64>> = (0..4).map(|column| table.iter().map(|row| row[column]).collect()).collect();
        let (a, b) = (chi2_contingency(&table).unwrap(), chi2_contingency(&turned).unwrap());
        assert!(near(a.chi2, b.chi2, 0.0) && a.df == b.df);
    }
}

#[test]
fn relabelled_and_reordered_clusters_are_the_same_clusters() {
    let mut random = Random(9);
    for _ in 0..50 {
        let rows: Vec<ClusterRow> = (0..60)
            .map(|i| ClusterRow { cluster: i / 6, treated: (i / 6) % 2 == 1, outcome: random.normal() })
            .collect();
        let other: Vec<ClusterRow> =
            rows.iter().rev().map(|row| ClusterRow { cluster: 1_000 - row.cluster, ..*row }).collect();
        for kind in [SandwichType::Cr0, SandwichType::Cr1, SandwichType::Cr1s, SandwichType::Cr2] {
            let (a, b) = (cluster_robust(&rows, kind, 0.95).unwrap(), cluster_robust(&other, kind, 0.95).unwrap());
            assert!(near(a.0.estimate, b.0.estimate, 1.0) && near(a.0.se, b.0.se, 0.0) && a.1 == b.1);
        }
    }
}

#[test]
fn covariates_that_say_nothing_new_adjust_nothing() {
    let mut random = Random(10);
    let (outcome, treated): (Vec<f64>, Vec<bool>) = (0..40).map(|i| (random.normal(), i % 2 == 0)).unzip();
    let covariate: Vec<[f64; 1]> = (0..40).map(|_| [random.normal()]).collect();
    let more: Vec<[f64; 3]> = covariate.iter().map(|[x]| [*x, 7.0, 2.0 * x - 1.0]).collect();
    for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
        for hc in [Hc::Hc1, Hc::Hc2, Hc::Hc3] {
            let one = regression_adjustment(&outcome, &treated, &covariate, adjustment, hc, 0.95).unwrap();
            let three = regression_adjustment(&outcome, &treated, &more, adjustment, hc, 0.95).unwrap();
            assert!(near(one.estimate, three.estimate, 1.0) && near(one.se, three.se, 0.0) && one.df == three.df);
        }
    }
}
