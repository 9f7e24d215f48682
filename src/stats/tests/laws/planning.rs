//! Sizes, powers and smallest effects are three views of one formula.

use crate::random::Random;
use isoflag_stats::*;

const VARIANCES: [PlanVariance; 3] = [PlanVariance::Pooled, PlanVariance::Unpooled, PlanVariance::Arcsine];

fn plan(random: &mut Random) -> ProportionPlan {
    let baseline = random.between(0.005, 0.6);
    ProportionPlan {
        baseline,
        target: baseline * random.between(1.02, 1.5),
        alpha: [0.01, 0.05, 0.1][random.whole(0.0, 2.0) as usize],
        power: random.between(0.5, 0.99),
        ratio: [0.25, 1.0, 3.0][random.whole(0.0, 2.0) as usize],
        sides: random.whole(1.0, 2.0) as u8,
        variance: VARIANCES[random.whole(0.0, 2.0) as usize],
    }
}

#[test]
fn a_size_has_its_power_and_finds_its_effect() {
    let mut random = Random(21);
    for _ in 0..400 {
        let plan = plan(&mut random);
        let ProportionPlan { baseline, target, alpha, power, ratio, sides, variance } = plan;
        let n_control = sample_size_proportions(&plan).unwrap().control_exact;
        let n_treatment = n_control * ratio;
        // The arcsine size counts both tails, the others one.
        let both_tails = variance == PlanVariance::Arcsine;
        let test = ProportionPower { baseline, target, n_control, n_treatment, alpha, sides, variance, both_tails };
        let found = power_proportions(&test).unwrap();
        assert!((found - power).abs() < 1e-10, "{plan:?}: {found}");
        let asked = ProportionMde {
            baseline,
            n_control,
            n_treatment,
            alpha,
            power,
            sides,
            variance,
            increase: target > baseline,
        };
        let mde = mde_proportions(&asked).unwrap();
        assert!((mde - (target - baseline)).abs() < 1e-9 * mde, "{plan:?}: {mde}");
    }
}

#[test]
fn a_size_of_means_has_its_power_and_finds_its_effect() {
    let mut random = Random(22);
    for _ in 0..60 {
        let (sd, ratio, sides) = (random.between(0.5, 40.0), random.between(0.3, 3.0), random.whole(1.0, 2.0) as u8);
        let (difference, power) = (sd * random.between(0.02, 1.2), random.between(0.5, 0.98));
        for test in [MeanTest::Normal, MeanTest::StudentT] {
            let plan = MeanPlan { difference, sd, alpha: 0.05, power, ratio, sides, test };
            let n_control = sample_size_means(&plan).unwrap().control_exact;
            let n_treatment = n_control * ratio;
            let mde = mde_means(&MeanMde { sd, n_control, n_treatment, alpha: 0.05, power, sides, test }).unwrap();
            assert!((mde - difference).abs() < 1e-8 * difference, "{plan:?}: {mde}");
            let asked = MeanPower { difference, sd, n_control, n_treatment, alpha: 0.05, sides, test };
            let found = power_means(&asked).unwrap();
            // The normal size leaves out the far tail, which can only add.
            let far = if test == MeanTest::Normal { 2e-3 } else { 1e-9 };
            assert!(found > power - 1e-9 && found < power + far, "{plan:?}: {found}");
        }
    }
}

#[test]
fn power_grows_with_units_with_the_effect_and_with_alpha() {
    let mut random = Random(23);
    for _ in 0..300 {
        let ProportionPlan { baseline, target, alpha, sides, variance, .. } = plan(&mut random);
        let at = |n: f64, target: f64, alpha: f64| {
            power_proportions(&ProportionPower {
                baseline,
                target,
                n_control: n,
                n_treatment: 2.0 * n,
                alpha,
                sides,
                variance,
                both_tails: true,
            })
            .unwrap()
        };
        let n = random.between(50.0, 5_000.0).round();
        let power = at(n, target, alpha);
        assert!(at(n * 1.1, target, alpha) >= power && at(n, target, alpha * 1.1) >= power);
        let farther = target + 0.1 * (target - baseline);
        // Next to certainty a wider variance may take a last digit back.
        assert!(at(n, farther, alpha) >= power - 1e-9, "{baseline} {target} {n}");
        // Arms' own rates are the same without an effect, so a two-sided test has its level there.
        assert!((at(n, baseline, alpha) - alpha).abs() < 1e-12);
    }
}

#[test]
fn clusters_of_one_cost_nothing_and_resemblance_costs_more() {
    assert_eq!(cluster_sample_size(0.3, 1.0, 500.0).unwrap().n_per_arm, 500.0);
    let sizes: Vec<f64> =
        [0.0, 0.01, 0.1, 1.0].iter().map(|icc| cluster_sample_size(*icc, 20.0, 500.0).unwrap().n_per_arm).collect();
    assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]));
    // Units that are all alike: a cluster counts as one.
    assert_eq!(cluster_sample_size(1.0, 20.0, 500.0).unwrap().clusters_per_arm, 500.0);
    assert!(cluster_sample_size(0.1, 0.5, 500.0).is_none());
}
