//! Figures that widely read articles get wrong, each as a test.

#![cfg(test)]

use isoflag_stats::{
    Alternative, PlanVariance, Proportion, ProportionPlan, ProportionVariance, Sample, degrees_of_freedom, normal,
    sample_size_proportions, srm_chi_square, two_proportion_z, welch_t,
};

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
