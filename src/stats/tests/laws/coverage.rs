//! How often intervals hold the truth: counted over all outcomes, and simulated to see that the count is right.
//!
//! The exact coverage of an interval for counts is the sum of the chances of the outcomes whose interval holds the truth. The simulation draws
//! units one by one and knows nothing of that sum; it must come out within three of its own standard errors.

use crate::random::Random;
use isoflag_stats::*;

const LEVEL: f64 = 0.95;
const DRAWS: u32 = 20_000;

const ONE: [ProportionInterval; 5] = [
    ProportionInterval::Wald,
    ProportionInterval::Wilson,
    ProportionInterval::AgrestiCoull,
    ProportionInterval::ClopperPearson,
    ProportionInterval::Jeffreys,
];
const TWO: [DifferenceInterval; 4] = [
    DifferenceInterval::Wald,
    DifferenceInterval::Newcombe,
    DifferenceInterval::AgrestiCaffo,
    DifferenceInterval::MiettinenNurminen,
];

/// Chances of 0…n conversions, by recurrence and not by the crate's own mass.
fn chances(n: f64, p: f64) -> Vec<f64> {
    let mut all = vec![(1.0 - p).powf(n)];
    for k in 0..n as u32 {
        let k = f64::from(k);
        all.push(all[all.len() - 1] * (n - k) / (k + 1.0) * (p / (1.0 - p)));
    }
    assert!((all.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    all
}

fn close(simulated: u32, exact: f64, what: &str) {
    let share = f64::from(simulated) / f64::from(DRAWS);
    let error = (exact * (1.0 - exact) / f64::from(DRAWS)).sqrt();
    assert!((share - exact).abs() <= 3.0 * error, "{what}: simulated {share}, exact {exact}, error {error}");
}

fn holds(n: f64, p: f64, method: ProportionInterval) -> Vec<bool> {
    (0..=n as u32)
        .map(|k| {
            let arm = Proportion { n, successes: f64::from(k) };
            !proportion_ci(arm, method, LEVEL).unwrap().excludes(p)
        })
        .collect()
}

fn exact_coverage(n: f64, p: f64, method: ProportionInterval) -> f64 {
    chances(n, p).iter().zip(holds(n, p, method)).filter(|(_, held)| *held).map(|(chance, _)| chance).sum()
}

#[test]
fn one_proportion_is_covered_as_often_as_counted() {
    let mut random = Random(101);
    for (n, p) in [(10.0, 0.5), (30.0, 0.03), (80.0, 0.2)] {
        let all = holds_of(n, p);
        let mut simulated = [0_u32; 5];
        for _ in 0..DRAWS {
            let k = random.binomial(n, p) as usize;
            for (count, held) in simulated.iter_mut().zip(&all) {
                *count += u32::from(held[k]);
            }
        }
        for (method, count) in ONE.into_iter().zip(simulated) {
            close(count, exact_coverage(n, p, method), &format!("{method:?} n={n} p={p}"));
        }
    }
}

fn holds_of(n: f64, p: f64) -> Vec<Vec<bool>> {
    ONE.iter().map(|method| holds(n, p, *method)).collect()
}

#[test]
fn clopper_and_pearson_never_cover_less_and_wald_does() {
    let grid = || (1..100).map(|step| f64::from(step) / 100.0);
    let (mut least_wald, mut sum_wilson) = (1.0_f64, 0.0);
    for p in grid() {
        let exact = exact_coverage(50.0, p, ProportionInterval::ClopperPearson);
        assert!(exact >= LEVEL - 1e-12, "{p}: {exact}");
        least_wald = least_wald.min(exact_coverage(50.0, p, ProportionInterval::Wald));
        sum_wilson += exact_coverage(50.0, p, ProportionInterval::Wilson);
    }
    assert!(least_wald < 0.5, "Wald near 0 and 1: {least_wald}");
    assert!((sum_wilson / 99.0 - LEVEL).abs() < 0.01, "Wilson on average: {}", sum_wilson / 99.0);
}

#[test]
fn two_proportions_are_covered_as_often_as_counted() {
    let mut random = Random(102);
    for (n_control, p_control, n_treatment, p_treatment) in [(20.0, 0.1, 25.0, 0.3), (40.0, 0.5, 15.0, 0.5)] {
        let truth = p_treatment - p_control;
        let (of_control, of_treatment) = (chances(n_control, p_control), chances(n_treatment, p_treatment));
        for method in TWO {
            let mut held = vec![vec![false; of_treatment.len()]; of_control.len()];
            let mut exact = 0.0;
            for (x, row) in held.iter_mut().enumerate() {
                for (y, held) in row.iter_mut().enumerate() {
                    let control = Proportion { n: n_control, successes: x as f64 };
                    let treatment = Proportion { n: n_treatment, successes: y as f64 };
                    *held = !proportion_diff_ci(control, treatment, method, LEVEL).unwrap().1.excludes(truth);
                    exact += if *held { of_control[x] * of_treatment[y] } else { 0.0 };
                }
            }
            let simulated = (0..DRAWS)
                .filter(|_| {
                    let x = random.binomial(n_control, p_control) as usize;
                    held[x][random.binomial(n_treatment, p_treatment) as usize]
                })
                .count();
            close(simulated as u32, exact, &format!("{method:?} {n_control} {p_control} {n_treatment} {p_treatment}"));
            assert!(method == DifferenceInterval::Wald || exact > 0.93, "{method:?}: {exact}");
        }
    }
}

#[test]
fn a_quantiles_ranks_cover_as_often_as_the_binomial_says() {
    let mut random = Random(103);
    for (n, q) in [(25_u32, 0.5), (60, 0.9), (12, 0.25)] {
        let places: Vec<f64> = (1..=n).map(f64::from).collect();
        let found = quantile_ci_exact(&places, q, LEVEL).unwrap();
        let (low, high) = (found.rank_low.unwrap_or(0.0), found.rank_high.unwrap_or(f64::from(n) + 1.0));
        // The interval holds the quantile when at least `low` and fewer than `high` values lie below it.
        let all = chances(f64::from(n), q);
        let exact: f64 =
            all.iter().enumerate().filter(|(k, _)| *k as f64 >= low && (*k as f64) < high).map(|(_, p)| p).sum();
        assert!(exact >= LEVEL - 1e-12, "{n} {q}: {exact}");
        let simulated = (0..DRAWS)
            .filter(|_| {
                let mut values: Vec<f64> = (0..n).map(|_| random.uniform()).collect();
                values.sort_by(f64::total_cmp);
                !quantile_ci_exact(&values, q, LEVEL).unwrap().interval.excludes(q)
            })
            .count();
        close(simulated as u32, exact, &format!("quantile {q} of {n}"));
    }
}

#[test]
fn welch_covers_at_its_level_for_normal_values() {
    let mut random = Random(104);
    // One arm without variance: Welch is then Student's one-sample t, exact at any size.
    let control = Sample { n: 50.0, mean: 1.0, variance: 0.0 };
    let simulated = (0..DRAWS)
        .filter(|_| {
            let treatment: Moments = (0..6).map(|_| 1.3 + 2.0 * random.normal()).collect();
            let found = welch_t(control, treatment.sample().unwrap(), Alternative::TwoSided, 1.0 - LEVEL).unwrap();
            found.test.is_some_and(|test| !test.interval.excludes(0.3))
        })
        .count();
    close(simulated as u32, LEVEL, "Welch with six values");
}

#[test]
fn clusters_need_more_than_the_plain_sandwich() {
    let mut random = Random(105);
    let draws = 2_000_u32;
    let mut covered = [0_u32; 2];
    for _ in 0..draws {
        let mut rows = Vec::new();
        for cluster in 0..8 {
            let common = random.normal();
            for _ in 0..(3 + 4 * cluster) {
                rows.push(ClusterRow { cluster, treated: cluster % 2 == 1, outcome: common + random.normal() });
            }
        }
        for (count, kind) in covered.iter_mut().zip([SandwichType::Cr0, SandwichType::Cr2]) {
            let (found, _) = cluster_robust(&rows, kind, LEVEL).unwrap();
            *count += u32::from(!found.interval.excludes(0.0));
        }
    }
    let [plain, reduced] = covered.map(|count| f64::from(count) / f64::from(draws));
    assert!(plain < 0.88, "CR0 with eight unequal clusters: {plain}");
    assert!(reduced > 0.935, "CR2 with Satterthwaite: {reduced}");
}
