//! Figures that widely read articles get wrong, each as a test.

#![cfg(test)]

use isoflag_stats::*;

fn per_arm(baseline: f64, relative: f64, variance: PlanVariance) -> f64 {
    let target = baseline * (1.0 + relative);
    let plan = ProportionPlan { baseline, target, alpha: 0.05, power: 0.8, ratio: 1.0, sides: 2, variance };
    sample_size_proportions(&plan).unwrap().control
}

#[test]
fn ten_percent_on_three_percent_needs_53_211_per_arm_and_not_14_750() {
    assert_eq!(per_arm(0.03, 0.1, PlanVariance::Pooled), 53_211.0);
    // Where the wrong figure comes from: it is right for a baseline of 10 %.
    assert_eq!(per_arm(0.1, 0.1, PlanVariance::Pooled), 14_751.0);
}

#[test]
fn five_to_five_and_a_half_percent_needs_31_234_or_31_231_and_not_72_281() {
    assert_eq!(per_arm(0.05, 0.1, PlanVariance::Pooled), 31_234.0);
    assert_eq!(per_arm(0.05, 0.1, PlanVariance::Unpooled), 31_231.0);
}

#[test]
fn seed_counts_give_z_2_347_and_p_0_0189_and_not_0_0142() {
    let control = Proportion { n: 4812.0, successes: 154.0 };
    let treatment = Proportion { n: 4756.0, successes: 195.0 };
    let found = two_proportion_z(control, treatment, ProportionVariance::Pooled, Alternative::TwoSided).unwrap();
    let (z, p) = found.test.unwrap();
    assert_eq!((format!("{z:.3}"), format!("{:.4}", p.p_value)), ("2.347".into(), "0.0189".into()));
}

#[test]
fn an_unpooled_standard_error_goes_with_welch_degrees_of_freedom_and_not_with_n1_plus_n2_minus_2() {
    let control = Sample { n: 120.0, mean: 10.5, variance: 4.2 };
    let treatment = Sample { n: 80.0, mean: 11.25, variance: 9.75 };
    let df = degrees_of_freedom(control, treatment).unwrap();
    assert_eq!(format!("{df:.1}"), "124.1");
    assert!(df < 120.0 + 80.0 - 2.0);
}

#[test]
fn no_p_value_is_zero_beyond_t_of_8_3() {
    let arm = |mean: f64| Sample { n: 10_000.0, mean, variance: 1.0 };
    let tested = welch_t(arm(0.0), arm(0.2), Alternative::TwoSided, 0.05).unwrap().test.unwrap();
    assert!(tested.t > 14.0 && tested.p.p_value > 0.0 && tested.p.p_value < 1e-40);
    // Below the smallest double the logarithm goes on.
    assert!(normal::log_sf(200.0).is_finite());
}

#[test]
fn an_arm_of_weight_zero_takes_no_degree_of_freedom() {
    let srm = srm_chi_square(&[(5_000.0, 50.0), (5_100.0, 50.0), (0.0, 0.0)]).unwrap();
    assert_eq!((srm.df, srm.unexpected), (1.0, 0.0));
    let srm = srm_chi_square(&[(5_000.0, 50.0), (5_100.0, 50.0), (7.0, 0.0)]).unwrap();
    assert_eq!((srm.df, srm.unexpected), (1.0, 7.0));
}

#[test]
fn the_score_interval_has_restricted_rates_and_the_factor_n_over_n_minus_1() {
    // Newcombe 1998, table II, column (a): 56/70 against 48/80. Mee's interval, without the factor, is 0.0533 … 0.3377.
    let (treatment, control) = (Proportion { n: 70.0, successes: 56.0 }, Proportion { n: 80.0, successes: 48.0 });
    let (_, found) = proportion_diff_ci(control, treatment, DifferenceInterval::MiettinenNurminen, 0.95).unwrap();
    assert_eq!((format!("{:.4}", found.low), format!("{:.4}", found.high)), ("0.0528".into(), "0.3382".into()));
    // Column (h), no conversion in either arm: 0/10 against 0/10, where Wald's interval is a point.
    let none = Proportion { n: 10.0, successes: 0.0 };
    let (_, found) = proportion_diff_ci(none, none, DifferenceInterval::MiettinenNurminen, 0.95).unwrap();
    assert_eq!((format!("{:.4}", found.low), format!("{:.4}", found.high)), ("-0.2879".into(), "0.2879".into()));
    let (_, wald) = proportion_diff_ci(none, none, DifferenceInterval::Wald, 0.95).unwrap();
    assert_eq!((wald.low, wald.high), (0.0, 0.0));
}

#[test]
fn the_smallest_p_is_not_the_winner_when_the_sign_is_wrong() {
    let control = Proportion { n: 10_000.0, successes: 1_000.0 };
    let of = |successes| Proportion { n: 10_000.0, successes };
    let two_sided = |arm| {
        let found = two_proportion_z(control, arm, ProportionVariance::Pooled, Alternative::TwoSided).unwrap();
        (found.diff, found.test.unwrap().1.p_value)
    };
    let (worse, better) = (two_sided(of(800.0)), two_sided(of(1_090.0)));
    assert!(worse.1 < better.1 && better.1 < 0.05, "the worse arm has the smaller p: {worse:?} {better:?}");
    assert!(worse.0 < 0.0);
    let better_than = two_proportion_z(control, of(800.0), ProportionVariance::Pooled, Alternative::Greater).unwrap();
    assert!(better_than.test.unwrap().1.p_value > 0.999, "asked whether it is better, it is not");
    let sample = |arm: Proportion| Sample { n: arm.n, mean: arm.rate().unwrap(), variance: arm.variance().unwrap() };
    let guarded = non_inferiority(sample(control), sample(of(800.0)), true, Margin::Relative(0.02), 0.05).unwrap();
    assert_eq!(guarded.verdict, NonInferiorityVerdict::Inferior);
}

#[test]
fn one_seed_for_all_experiments_correlates_them_perfectly() {
    // Both experiments split by the same hash: everyone who got the first treatment got the second.
    let found = chi2_contingency(&[[5_020.0, 0.0], [0.0, 4_980.0]]).unwrap();
    assert!((found.chi2 - 10_000.0).abs() < 1e-6 && found.p.log_p_value < -4_000.0);
    let independent = chi2_contingency(&[[2_510.0, 2_490.0], [2_495.0, 2_505.0]]).unwrap();
    assert!(independent.p.p_value > 0.5);
}

#[test]
fn not_significant_is_not_not_worse() {
    // A quarter of the conversions gone, too few units to see it: the plain test is silent and the guardrail must not be.
    let control = Sample { n: 400.0, mean: 0.1, variance: 0.09 };
    let treatment = Sample { n: 400.0, mean: 0.075, variance: 0.069 };
    let plain = welch_t(control, treatment, Alternative::TwoSided, 0.05).unwrap().test.unwrap();
    assert!(plain.p.p_value > 0.2);
    let guarded = non_inferiority(control, treatment, true, Margin::Relative(0.05), 0.05).unwrap();
    assert_eq!(guarded.verdict, NonInferiorityVerdict::Inconclusive);
}

#[test]
fn orders_are_not_units_when_users_are_randomised() {
    // Every user places the same five orders: 40 users know as much as 40 orders, not as 200.
    let arm =
        |shift: f64| -> Vec<[f64; 2]> { (0..40).map(|user| [5.0 * (shift + f64::from(user % 8)), 5.0]).collect() };
    let users = |rows: &[[f64; 2]]| PairMoments::of_rows(rows).unwrap();
    let by_user = ratio_delta(&users(&arm(0.0)), &users(&arm(0.9)), 0.95).unwrap();
    let orders = |rows: &[[f64; 2]]| -> Moments {
        rows.iter().flat_map(|[total, count]| std::iter::repeat_n(total / count, *count as usize)).collect()
    };
    let (control, treatment) = (orders(&arm(0.0)), orders(&arm(0.9)));
    let by_order = welch_t_raw(&control, &treatment, Alternative::TwoSided, 0.05).unwrap();
    assert!((by_user.diff - by_order.diff).abs() < 1e-12);
    assert!(by_order.test.unwrap().p.p_value < 0.001 && by_user.test.unwrap().1.p_value > 0.05);
}

#[test]
fn obrien_flemings_level_at_a_look_is_not_what_is_spent_there() {
    // Ten looks, two-sided 5 %. Taking what is spent by a look as that look's level, as if none had been taken before, spends it again at every look.
    let looks: Vec<f64> = (1..=10).map(|look| f64::from(look) / 10.0).collect();
    let bounds = group_sequential_bounds(&looks, 0.05, 2, Spending::OBrienFleming).unwrap();
    let as_levels: Vec<f64> =
        bounds.alpha_spent.iter().map(|spent| normal::upper_quantile(0.5 * spent).unwrap()).collect();
    assert_eq!(format!("{:.3}", crossing_chance(&looks, &as_levels, 2).unwrap()), "0.064");
    assert_eq!(format!("{:.3}", crossing_chance(&looks, &bounds.z, 2).unwrap()), "0.050");
    // The increments, on the other hand, are strictly smaller than the levels: part of what would cross has crossed before.
    let increments = bounds.alpha_spent.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(increments.zip(&bounds.nominal_p[1..]).all(|(increment, nominal)| increment < *nominal));
    // Classical O'Brien–Fleming, five looks: Jennison & Turnbull (2000), table 2.3, C = 2.040.
    let looks: Vec<f64> = (1..=5).map(|look| f64::from(look) / 5.0).collect();
    let classical = group_sequential_classical(&looks, 0.05, 2, 0.0).unwrap();
    assert_eq!(format!("{:.3}", classical.constant), "2.040");
}

#[test]
fn five_looks_at_5_percent_are_one_at_14() {
    // Armitage, McPherson & Rowe (1969), table 2.
    for (looks, expected) in
        [(1, "0.050"), (2, "0.083"), (3, "0.107"), (4, "0.126"), (5, "0.142"), (10, "0.193"), (50, "0.320")]
    {
        let fractions: Vec<f64> = (1..=looks).map(|look| f64::from(look) / f64::from(looks)).collect();
        assert_eq!(format!("{:.3}", peeking_fpr(&fractions, 0.05, 2).unwrap()), expected, "{looks}");
    }
}

#[test]
fn alpha_divided_by_peeks_is_valid_but_wasteful_and_no_correction_for_metrics() {
    // Looks at one metric are strongly correlated: 5 % over ten looks spends half of what is allowed.
    let looks: Vec<f64> = (1..=10).map(|look| f64::from(look) / 10.0).collect();
    let spent = peeking_fpr(&looks, 0.005, 2).unwrap();
    assert_eq!(format!("{spent:.4}"), "0.0253");
    // Ten metrics read once, at levels that were divided by the number of looks taken (one): nothing was corrected.
    let p = [0.04, 0.3, 0.6, 0.2, 0.9, 0.5, 0.7, 0.8, 0.35, 0.45];
    let significant = |level: f64| p.iter().filter(|p| **p <= level).count();
    assert_eq!(significant(0.05 / 1.0), 1);
    assert!(p_adjust(&p, Correction::Holm).unwrap().iter().all(|p| *p > 0.05));
}

#[test]
fn the_doubled_spending_function_at_alpha_half_is_not_the_one_at_alpha() {
    let half = spending_function(Spending::OBrienFleming, 0.5, 0.05, 2).unwrap();
    let whole = spending_function(Spending::OBrienFleming, 0.5, 0.05, 1).unwrap();
    assert_eq!((format!("{half:.6}"), format!("{whole:.6}")), ("0.003051".into(), "0.005575".into()));
}
