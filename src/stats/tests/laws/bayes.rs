//! Posteriors: chances that sum to one, gain less loss, and posteriors as wide as 10⁹ units make them.

use crate::random::Random;
use isoflag_stats::*;

fn arm(random: &mut Random) -> Proportion {
    let n = 10_f64.powf(random.between(0.0, 5.0)).round();
    let rate = random.uniform().powi(2);
    Proportion { n, successes: (n * rate).round() }
}

#[test]
fn chances_to_be_best_sum_to_one_and_swap_with_the_arms() {
    let mut random = Random(41);
    for _ in 0..100 {
        let arms: Vec<Vec<Proportion>> =
            (0..random.whole(1.0, 30.0) as u32).map(|_| vec![arm(&mut random), arm(&mut random)]).collect();
        let found = thompson_bernoulli(&arms, (0.5, 1.5), 0.9, 0.02).unwrap();
        assert!((found.prob_best.iter().sum::<f64>() - 1.0).abs() < 1e-10, "{arms:?}");
        assert!((found.allocation.iter().sum::<f64>() - 1.0).abs() < 1e-10);
        assert!(found.allocation.iter().all(|share| *share >= 0.02));
        let mirrored: Vec<_> = arms.iter().rev().cloned().collect();
        let mut back = thompson_bernoulli(&mirrored, (0.5, 1.5), 0.9, 0.02).unwrap().prob_best;
        back.reverse();
        assert!(back.iter().zip(&found.prob_best).all(|(a, b)| (a - b).abs() < 1e-10));
    }
}

#[test]
fn two_arms_agree_with_the_comparison_of_two_rates() {
    let mut random = Random(42);
    for _ in 0..150 {
        let (control, treatment) = (arm(&mut random), arm(&mut random));
        let found = beta_binomial(control, treatment, (1.0, 1.0), 0.9).unwrap();
        let bandit = thompson_bernoulli(&[vec![control], vec![treatment]], (1.0, 1.0), 1.0, 0.0).unwrap();
        assert!((bandit.prob_best[1] - found.prob_treatment_better).abs() < 1e-10, "{control:?} {treatment:?}");
        let difference = found.mean_treatment - found.mean_control;
        assert!((found.expected_gain - found.expected_loss - difference).abs() < 1e-12);
        assert!(found.expected_gain >= 0.0 && found.expected_loss >= 0.0);
        let swapped = beta_binomial(treatment, control, (1.0, 1.0), 0.9).unwrap();
        assert!((swapped.prob_treatment_better + found.prob_treatment_better - 1.0).abs() < 1e-10);
        assert!((swapped.expected_gain - found.expected_loss).abs() < 1e-13);
    }
}

#[test]
fn with_many_units_rates_are_as_good_as_normal() {
    let control = Proportion { n: 1e9, successes: 3e7 };
    for successes in [2.999e7, 3.0e7, 3.0005e7, 3.002e7] {
        let treatment = Proportion { n: 1e9, successes };
        let found = beta_binomial(control, treatment, (1.0, 1.0), 0.95).unwrap();
        let variance = (control.variance().unwrap() + treatment.variance().unwrap()) / 1e9;
        let z = (treatment.rate().unwrap() - control.rate().unwrap()) / variance.sqrt();
        assert!((found.prob_treatment_better - normal::cdf(z)).abs() < 1e-4, "{successes}");
    }
}

#[test]
fn a_bandit_of_means_is_the_normal_chance_for_two() {
    let mut random = Random(43);
    for _ in 0..200 {
        let arms = [(random.normal(), random.between(0.01, 3.0)), (random.normal(), random.between(0.01, 3.0))];
        let exact = normal::cdf((arms[0].0 - arms[1].0) / arms[0].1.hypot(arms[1].1));
        for (lower_is_better, exact) in [(false, exact), (true, 1.0 - exact)] {
            let found = thompson_gaussian(&arms, lower_is_better, 0.0).unwrap();
            assert!((found.prob_best[0] - exact).abs() < 1e-11, "{arms:?}: {} {exact}", found.prob_best[0]);
        }
    }
}

#[test]
fn old_periods_fade_and_exploration_ends_at_its_floor() {
    let period = |n, successes| Proportion { n, successes };
    let arms = [vec![period(100.0, 50.0), period(10.0, 1.0)]];
    let found = thompson_bernoulli(&arms, (1.0, 1.0), 0.5, 0.0).unwrap();
    assert_eq!(found.posteriors, [(1.0 + 25.0 + 1.0, 1.0 + 25.0 + 9.0)]);
    assert!(thompson_bernoulli(&arms, (1.0, 1.0), 1.5, 0.0).is_none());
    assert!(thompson_gaussian(&[(0.0, 1.0), (0.0, 1.0)], false, 0.6).is_none(), "two floors of 0.6 do not fit");
    let schedule = Exploration { epsilon0: 0.4, decay: 0.5, epsilon_min: 0.1 };
    let epsilons: Vec<f64> =
        [0.0, 1.0, 2.0, 50.0].iter().map(|step| exploration_decay(&schedule, *step, &[1.0, 0.0]).unwrap().0).collect();
    assert_eq!(epsilons, [0.4, 0.2, 0.1, 0.1]);
}
