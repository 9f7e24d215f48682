//! How often the intervals of comparisons hold the truth, counted over all outcomes of small worlds and simulated.

use crate::enumerated::{cover, group};
use isoflag_stats::*;

const LEVEL: f64 = 0.95;
const Z: f64 = 1.959_963_984_540_054;

/// An interval that does not exist claims nothing.
fn holds(interval: Option<Interval>, truth: f64) -> bool {
    interval.is_none_or(|interval| !interval.excludes(truth))
}

/// A unit of each kind, as often as it occurs.
fn rows<T: Copy>(kinds: &[T], counts: &[usize]) -> Vec<T> {
    kinds.iter().zip(counts).flat_map(|(kind, count)| std::iter::repeat_n(*kind, *count)).collect()
}

fn sample(values: &[f64]) -> Sample {
    let moments: Moments = values.iter().copied().collect();
    moments.sample().unwrap()
}

fn welch(control: Sample, treatment: Sample) -> Option<Interval> {
    Some(welch_t(control, treatment, Alternative::TwoSided, 1.0 - LEVEL)?.test?.interval)
}

#[test]
fn means_and_lifts_of_three_amounts() {
    const AMOUNTS: [f64; 3] = [2.0, 5.0, 8.0];
    let (control, treatment) = (group(12, [0.3, 0.4, 0.3]), group(9, [0.2, 0.4, 0.4]));
    let mean = |chances: &[f64]| AMOUNTS.iter().zip(chances).map(|(amount, chance)| amount * chance).sum::<f64>();
    let (of_control, of_treatment) = (mean(&control.chances), mean(&treatment.chances));
    let (difference, lift) = (of_treatment - of_control, of_treatment / of_control - 1.0);
    let names =
        ["welch", "delta", "delta with t", "log", "fieller", "non-inferiority, absolute", "asymptotic sequence"];
    let exact = cover(201, &[control, treatment], &names, |counts| {
        let (c, t) = (sample(&rows(&AMOUNTS, &counts[0])), sample(&rows(&AMOUNTS, &counts[1])));
        let around = |q: f64| relative_lift(c, t).map(|found| Interval::around(found.lift, q * found.se));
        let t_quantile = degrees_of_freedom(c, t).and_then(|df| student_t::upper_quantile(0.025, df));
        let fieller = match fieller_ci(c, t, LEVEL) {
            Some(Fieller::Bounded(interval)) => Some(interval),
            Some(Fieller::Unbounded) | None => None,
        };
        let bound = non_inferiority(c, t, true, Margin::Absolute(0.5), 0.05).map(|found| found.bound);
        let variance = c.variance / c.n + t.variance / t.n;
        let look = Look { estimate: t.mean - c.mean, se: variance.sqrt(), n: 21.0, alpha: 0.05, n_star: 21.0 };
        vec![
            holds(welch(c, t), difference),
            holds(around(Z), lift),
            holds(t_quantile.and_then(around), lift),
            holds(log_lift_ci(c, t, LEVEL).map(|(_, interval)| interval), lift),
            holds(fieller, lift),
            bound.is_none_or(|bound| bound <= difference + 0.5),
            holds(asymptotic_cs(&look, Rho::Exact).map(|found| found.interval), difference),
        ]
    });
    assert!((0.94..0.965).contains(&exact[0]), "Welch: {}", exact[0]);
    assert!((0.9..0.97).contains(&exact[4]), "Fieller: {}", exact[4]);
    assert!(exact[6] > 0.99, "a sequence is wide at any one look: {}", exact[6]);
}

#[test]
fn ratios_covariates_and_regressions_of_three_kinds_of_units() {
    // Numerator and denominator, or outcome and what was before.
    const KINDS: [[f64; 2]; 3] = [[0.0, 1.0], [1.0, 2.0], [3.0, 2.0]];
    let (control, treatment) = (group(9, [0.4, 0.3, 0.3]), group(8, [0.3, 0.3, 0.4]));
    let mean = |chances: &[f64], of: usize| KINDS.iter().zip(chances).map(|(kind, p)| kind[of] * p).sum::<f64>();
    let ratio = |chances: &[f64]| mean(chances, 0) / mean(chances, 1);
    let (r_control, r_treatment) = (ratio(&control.chances), ratio(&treatment.chances));
    let ratios = ["ratio, difference", "ratio, lift"];
    let exact = cover(202, &[control, treatment], &ratios, |counts| {
        let moments = |arm: usize| PairMoments::of_rows(&rows(&KINDS, &counts[arm])).unwrap();
        let found = ratio_delta(&moments(0), &moments(1), LEVEL);
        vec![
            holds(found.map(|found| found.interval), r_treatment - r_control),
            holds(found.and_then(|found| found.lift).map(|lift| lift.interval), r_treatment / r_control - 1.0),
        ]
    });
    assert!(exact.iter().all(|share| (0.88..0.98).contains(share)), "{exact:?}");

    // What was before is alike in both arms, as a fair split makes it, so every adjustment aims at the plain difference: none.
    let adjusted = ["cuped", "ancova, HC1", "ancova, HC3", "lin, HC2", "lin, HC3", "winsorised"];
    let chances = [0.4, 0.3, 0.3];
    let exact = cover(203, &[group(8, chances), group(9, chances)], &adjusted, |counts| {
        let [c, t] = [rows(&KINDS, &counts[0]), rows(&KINDS, &counts[1])];
        let cuped = cuped(&PairMoments::of_rows(&c).unwrap(), &PairMoments::of_rows(&t).unwrap(), LEVEL);
        let outcome: Vec<f64> = c.iter().chain(&t).map(|[y, _]| *y).collect();
        let covariate: Vec<[f64; 1]> = c.iter().chain(&t).map(|[_, x]| [*x]).collect();
        let treated: Vec<bool> = (0..c.len() + t.len()).map(|unit| unit >= c.len()).collect();
        let regression = |adjustment, hc| {
            let found = regression_adjustment(&outcome, &treated, &covariate, adjustment, hc, LEVEL)?;
            found.test.map(|_| found.interval)
        };
        let values = |rows: &[[f64; 2]]| rows.iter().map(|[y, _]| *y).collect::<Vec<f64>>();
        let caps = Caps { lower_quantile: Some(0.05), upper_quantile: Some(0.95), ignore_zeros: false };
        let capped = winsorize(&values(&c), &values(&t), caps)
            .and_then(|found| welch(found.control.sample()?, found.treatment.sample()?));
        vec![
            holds(cuped.and_then(|found| found.welch.test).map(|test| test.interval), 0.0),
            holds(regression(Adjustment::Ancova, Hc::Hc1), 0.0),
            holds(regression(Adjustment::Ancova, Hc::Hc3), 0.0),
            holds(regression(Adjustment::Lin, Hc::Hc2), 0.0),
            holds(regression(Adjustment::Lin, Hc::Hc3), 0.0),
            holds(capped, 0.0),
        ]
    });
    assert!(exact[2] >= exact[1] && exact[4] >= exact[3], "HC3 is never narrower: {exact:?}");
    assert!(exact.iter().all(|share| *share > 0.9), "{exact:?}");
}

#[test]
fn strata_and_interactions_of_four_cells() {
    let cells = [group(6, [0.7, 0.3]), group(7, [0.5, 0.5]), group(7, [0.4, 0.6]), group(5, [0.3, 0.7])];
    let truth = |cell: usize| cells[cell].chances[1];
    let standardised = 0.5 * (truth(1) - truth(0)) + 0.5 * (truth(3) - truth(2));
    let interaction = (truth(3) - truth(2)) - (truth(1) - truth(0));
    let exact = cover(204, &cells, &["post-stratification", "interaction"], |counts| {
        let [a, b, c, d] = [0, 1, 2, 3].map(|cell| sample(&rows(&[0.0, 1.0], &counts[cell])));
        let weight = Some(0.5);
        let strata = [Stratum { control: a, treatment: b, weight }, Stratum { control: c, treatment: d, weight }];
        let tested = |found: Coefficient| found.test.map(|_| found.interval);
        vec![
            holds(post_stratification(&strata, LEVEL).and_then(|(found, _)| tested(found)), standardised),
            holds(interaction_2x2([[a, b], [c, d]], LEVEL).and_then(tested), interaction),
        ]
    });
    assert!(exact.iter().all(|share| (0.85..0.99).contains(share)), "{exact:?}");
}

#[test]
fn quantiles_of_three_values_and_of_units_with_several() {
    const VALUES: [f64; 3] = [1.0, 2.0, 4.0];
    let chances = [0.3, 0.4, 0.3];
    let names = ["median, normal ranks", "medians apart"];
    cover(205, &[group(11, chances), group(10, chances)], &names, |counts| {
        let [c, t] = [rows(&VALUES, &counts[0]), rows(&VALUES, &counts[1])];
        let one = quantile_ci_normal(&c, 0.5, indicator_sd(0.5, c.len() as f64), LEVEL);
        let two = quantile_diff(&c, &t, 0.5, LEVEL).filter(|found| found.test.is_some());
        vec![holds(one.map(|(found, _)| found.interval), 2.0), holds(two.map(|found| found.interval), 0.0)]
    });
    // Units of one value, of three, of two: their values together are 1 with 4/10, 2 with 3/10, 4 with 3/10.
    const UNITS: [&[f64]; 3] = [&[2.0], &[1.0, 1.0, 4.0], &[2.0, 4.0]];
    cover(206, &[group(14, [0.2, 0.4, 0.4])], &["median of clustered values"], |counts| {
        vec![holds(quantile_clustered(&rows(&UNITS, &counts[0]), 0.5, LEVEL).map(|found| found.quantile.interval), 2.0)]
    });
}

#[test]
fn clusters_of_two_values_by_every_sandwich() {
    // Both values of a cluster are mostly the same.
    const CLUSTERS: [[f64; 2]; 3] = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
    let (control, treatment) = (group(6, [0.45, 0.1, 0.45]), group(5, [0.35, 0.1, 0.55]));
    let names = ["CR0", "CR1", "CR1S", "CR2", "as if independent"];
    let exact = cover(207, &[control, treatment], &names, |counts| {
        let arms = [rows(&CLUSTERS, &counts[0]), rows(&CLUSTERS, &counts[1])];
        let mut data = Vec::new();
        for (treated, arm) in [false, true].into_iter().zip(&arms) {
            for (cluster, values) in arm.iter().enumerate() {
                let cluster = (2 * cluster + usize::from(treated)) as u64;
                data.extend(values.iter().map(|outcome| ClusterRow { cluster, treated, outcome: *outcome }));
            }
        }
        let by = |kind| {
            let (found, _) = cluster_robust(&data, kind, LEVEL)?;
            found.test.map(|_| found.interval)
        };
        let plain = welch(sample(&arms[0].concat()), sample(&arms[1].concat()));
        let kinds = [SandwichType::Cr0, SandwichType::Cr1, SandwichType::Cr1s, SandwichType::Cr2];
        kinds.map(by).into_iter().chain([plain]).map(|interval| holds(interval, 0.1)).collect()
    });
    assert!(exact[0] <= exact[1] && exact[1] <= exact[2], "each is wider than the one before: {exact:?}");
    assert!(exact[3] > 0.93 && exact[4] < 0.85, "who counts values for clusters is far off: {exact:?}");
}

#[test]
fn switchbacks_of_ten_periods() {
    const TREATED: [bool; 10] = [true, true, false, false, true, true, false, false, true, true];
    // A coin for each period, so that order matters; no effect.
    let periods: Vec<_> = (0..TREATED.len()).map(|_| group(1, [0.6, 0.4])).collect();
    let exact = cover(208, &periods, &["newey-west, 0 lags", "newey-west, 2 lags", "blocks"], |counts| {
        let outcome: Vec<f64> = counts.iter().map(|kinds| kinds[1] as f64).collect();
        let hac = |lags| {
            let found = switchback_hac(&TREATED, &outcome, lags, LEVEL)?;
            found.test.map(|_| found.interval)
        };
        let blocks = switchback_blocks(&TREATED, &outcome, 2, 0)
            .and_then(|found| welch(found.control.sample()?, found.treatment.sample()?));
        vec![holds(hac(0), 0.0), holds(hac(2), 0.0), holds(blocks, 0.0)]
    });
    assert!(exact[1] < exact[2], "few periods and a normal quantile cover less than t over blocks: {exact:?}");
}

#[test]
fn posteriors_under_a_flat_prior() {
    let exact = cover(209, &[group(15, [0.8, 0.2]), group(20, [0.6, 0.4])], &["beta, 20 %", "beta, 40 %"], |counts| {
        let arm =
            |arm: usize| Proportion { n: (counts[arm][0] + counts[arm][1]) as f64, successes: counts[arm][1] as f64 };
        let found = beta_binomial(arm(0), arm(1), (1.0, 1.0), LEVEL);
        vec![
            holds(found.map(|found| found.interval_control), 0.2),
            holds(found.map(|found| found.interval_treatment), 0.4),
        ]
    });
    assert!(exact.iter().all(|share| (0.9..1.0).contains(share)), "{exact:?}");
}

#[test]
fn intervals_that_are_looked_at_three_times_hold_at_every_look() {
    let (pc, pt) = (0.5, 0.6);
    // Control and treatment, three looks of six units each.
    let steps: Vec<_> = (0..3).flat_map(|_| [group(6, [1.0 - pc, pc]), group(6, [1.0 - pt, pt])]).collect();
    let names = ["msprt, intersected", "repeated, pocock", "asymptotic sequence", "fixed at every look"];
    let exact = cover(210, &steps, &names, |counts| {
        let (mut control, mut treatment) =
            (Proportion { n: 0.0, successes: 0.0 }, Proportion { n: 0.0, successes: 0.0 });
        let mut looks = Vec::new();
        for step in counts.chunks(2) {
            for (arm, kinds) in [(&mut control, &step[0]), (&mut treatment, &step[1])] {
                arm.n += 6.0;
                arm.successes += kinds[1] as f64;
            }
            looks.push((control, treatment));
        }
        let parts: Option<Vec<(f64, f64, f64)>> = looks
            .iter()
            .map(|(c, t)| {
                let variance = c.variance()? / c.n + t.variance()? / t.n;
                (variance > 0.0).then(|| (c.n / 18.0, t.rate().unwrap() - c.rate().unwrap(), variance.sqrt()))
            })
            .collect();
        let truth = pt - pc;
        let running = msprt_run(&looks, 0.05, 0.05).unwrap().intervals;
        let Some(parts) = parts else { return vec![running.iter().all(|one| !one.excludes(truth)), true, true, true] };
        let repeated = group_sequential_run(&parts, 0.05, 2, Spending::Pocock).unwrap().intervals;
        let always = parts.iter().map(|(t, estimate, se)| {
            let look = Look { estimate: *estimate, se: *se, n: 36.0 * t, alpha: 0.05, n_star: 36.0 };
            asymptotic_cs(&look, Rho::Exact).unwrap().interval
        });
        let fixed = parts.iter().map(|(_, estimate, se)| Interval::around(*estimate, Z * se));
        vec![
            running.iter().all(|one| !one.excludes(truth)),
            repeated.iter().all(|one| !one.excludes(truth)),
            always.into_iter().all(|one| !one.excludes(truth)),
            fixed.into_iter().all(|one| !one.excludes(truth)),
        ]
    });
    assert!(exact[3] < 0.88 && exact[1] > exact[3] && exact[2] > exact[1], "{exact:?}");
}
