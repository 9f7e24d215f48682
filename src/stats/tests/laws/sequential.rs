//! What looking often may cost: boundaries that spend alpha and no more, by the recursion and by simulation, and what happens without them.

use crate::random::Random;
use isoflag_stats::*;

const SPENDINGS: [Spending; 5] = [
    Spending::OBrienFleming,
    Spending::Pocock,
    Spending::Power(2.0),
    Spending::HwangShihDeCani(-4.0),
    Spending::HwangShihDeCani(2.0),
];

/// Information fractions, equal or not, that end at 1 or before.
fn looks(random: &mut Random) -> Vec<f64> {
    let count = random.whole(1.0, 9.0);
    let mut looks: Vec<f64> = if random.uniform() < 0.5 {
        (1..=count as u32).map(|look| f64::from(look) / count).collect()
    } else {
        (0..count as u32).map(|_| random.between(0.02, 1.0)).collect()
    };
    looks.sort_by(f64::total_cmp);
    looks.dedup_by(|later, earlier| *later - *earlier < 1e-3);
    looks
}

/// `Z` of a Brownian motion with drift, at every look.
fn path(random: &mut Random, looks: &[f64], drift: f64) -> Vec<f64> {
    let (mut time, mut score) = (0.0, 0.0);
    let step = |t: &f64| {
        score += drift * (t - time) + (t - time).sqrt() * random.normal();
        time = *t;
        score / t.sqrt()
    };
    looks.iter().map(step).collect()
}

fn crosses(z: f64, bound: f64, sides: u8) -> bool {
    if sides == 1 { z >= bound } else { z.abs() >= bound }
}

#[test]
fn boundaries_spend_alpha_and_no_more() {
    const RUNS: u32 = 20_000;
    let mut random = Random(5);
    for (spending, sides) in SPENDINGS.into_iter().flat_map(|spending| [(spending, 1), (spending, 2)]) {
        let looks = looks(&mut random);
        let alpha = 0.05;
        let bounds = group_sequential_bounds(&looks, alpha, sides, spending).unwrap();
        let spent = *bounds.alpha_spent.last().unwrap();
        let alarms = (0..RUNS)
            .filter(|_| {
                path(&mut random, &looks, 0.0).iter().zip(&bounds.z).any(|(z, bound)| crosses(*z, *bound, sides))
            })
            .count();
        let rate = alarms as f64 / f64::from(RUNS);
        let error = (spent * (1.0 - spent) / f64::from(RUNS)).sqrt();
        println!("{spending:?}, {sides}-sided, {} looks: {rate:.4} ± {error:.4}, spent {spent:.4}", looks.len());
        assert!((rate - spent).abs() < 4.0 * error && spent <= alpha * (1.0 + 1e-12), "{spending:?} {sides} {looks:?}");
    }
}

#[test]
fn a_fixed_bound_read_often_raises_as_many_false_alarms_as_the_recursion_says() {
    const RUNS: u32 = 20_000;
    let mut random = Random(6);
    for _ in 0..6 {
        let looks = looks(&mut random);
        let exact = peeking_fpr(&looks, 0.05, 2).unwrap();
        let alarms = (0..RUNS).filter(|_| {
            path(&mut random, &looks, 0.0).iter().any(|z| normal_p(*z, Alternative::TwoSided).p_value <= 0.05)
        });
        let rate = alarms.count() as f64 / f64::from(RUNS);
        let error = (exact * (1.0 - exact) / f64::from(RUNS)).sqrt();
        println!("{} looks at 5 %: {rate:.4} ± {error:.4}, exactly {exact:.4}", looks.len());
        assert!((rate - exact).abs() < 4.0 * error, "{looks:?}");
    }
}

#[test]
fn sequences_that_are_always_valid_are_valid_at_every_look() {
    const RUNS: u32 = 2_000;
    const LOOKS: u32 = 100;
    let mut random = Random(7);
    let alpha = 0.05;
    let (mut mixture, mut sequence) = (0_u32, 0_u32);
    for _ in 0..RUNS {
        let (mut sum, mut stopped, mut missed) = (0.0, false, false);
        for look in 1..=LOOKS {
            // Ten units of variance 1 at a time.
            sum += 10_f64.sqrt() * random.normal();
            let n = 10.0 * f64::from(look);
            let (mean, variance) = (sum / n, 1.0 / n);
            stopped |= msprt(mean, variance, 0.01, alpha).unwrap().p.p_value <= alpha;
            let look = Look { estimate: mean, se: variance.sqrt(), n, alpha, n_star: 500.0 };
            missed |= asymptotic_cs(&look, Rho::Exact).unwrap().interval.excludes(0.0);
        }
        mixture += u32::from(stopped);
        sequence += u32::from(missed);
    }
    let error = (alpha * (1.0 - alpha) / f64::from(RUNS)).sqrt();
    for (what, alarms) in [("msprt", mixture), ("asymptotic sequence", sequence)] {
        let rate = f64::from(alarms) / f64::from(RUNS);
        println!("{what}, {LOOKS} looks: {rate:.4} ± {error:.4}, at most {alpha}");
        assert!(rate < alpha + 3.0 * error, "{what}");
        assert!(rate > 0.005, "{what} is not asleep");
    }
}

#[test]
fn the_planned_drift_has_the_planned_power_and_stops_as_early_as_said() {
    const RUNS: u32 = 20_000;
    let mut random = Random(8);
    for (spending, power) in SPENDINGS.into_iter().zip([0.8, 0.9, 0.5, 0.8, 0.99]) {
        let looks = [0.2, 0.35, 0.7, 1.0];
        let size = group_sequential_size(&looks, 0.05, 2, spending, power).unwrap();
        let (mut found, mut information) = (0_u32, 0.0);
        for _ in 0..RUNS {
            let z = path(&mut random, &looks, size.drift);
            let stop = z.iter().zip(&size.z).position(|(z, bound)| z.abs() >= *bound);
            found += u32::from(stop.is_some_and(|look| z[look] > 0.0));
            information += looks[stop.unwrap_or(looks.len() - 1)];
        }
        let rate = f64::from(found) / f64::from(RUNS);
        let error = (power * (1.0 - power) / f64::from(RUNS)).sqrt();
        println!("{spending:?}: power {rate:.4} ± {error:.4}, planned {power}");
        assert!((rate - power).abs() < 4.0 * error);
        let expected = size.inflation * information / f64::from(RUNS);
        assert!((expected - size.expected_over_fixed_h1).abs() < 0.02, "{expected} {}", size.expected_over_fixed_h1);
        assert!(size.inflation >= 1.0 && size.expected_over_fixed_h0 <= size.inflation);
    }
}

#[test]
fn boundaries_fall_where_their_shape_says() {
    let mut random = Random(9);
    for _ in 0..40 {
        let looks = looks(&mut random);
        let sides = if random.uniform() < 0.5 { 1 } else { 2 };
        let z = |spending, alpha| group_sequential_bounds(&looks, alpha, sides, spending).unwrap().z;
        let strict = z(Spending::OBrienFleming, 0.01);
        let loose = z(Spending::OBrienFleming, 0.05);
        assert!(
            strict.iter().zip(&loose).all(|(strict, loose)| strict > loose),
            "less alpha, higher boundary: {looks:?}"
        );
        let classical = |delta| group_sequential_classical(&looks, 0.05, sides, delta).unwrap();
        let fleming = classical(0.0);
        assert!(fleming.z.windows(2).all(|pair| pair[0] > pair[1]), "O'Brien and Fleming's falls: {looks:?}");
        let pocock = classical(0.5);
        assert!(pocock.z.iter().all(|z| (z - pocock.constant).abs() < 1e-12));
        // Whatever is spent early is missing at the end.
        assert!(looks.len() == 1 || pocock.constant > fleming.constant);
    }
}

#[test]
fn later_looks_change_no_earlier_boundary() {
    let all = [0.1, 0.25, 0.45, 0.7, 1.0];
    for spending in SPENDINGS {
        let whole = group_sequential_bounds(&all, 0.05, 2, spending).unwrap();
        for taken in 1..all.len() {
            let so_far = group_sequential_bounds(&all[..taken], 0.05, 2, spending).unwrap();
            for (a, b) in so_far.z.iter().zip(&whole.z) {
                assert!((a - b).abs() < 1e-10, "{spending:?} {taken}");
            }
        }
    }
}

#[test]
fn the_running_interval_and_the_running_p_are_one_statement() {
    let mut random = Random(10);
    for _ in 0..300 {
        let (control, lift) = (random.between(0.02, 0.5), random.between(0.8, 1.25));
        let (mut n, mut c, mut t) = (0.0, 0.0, 0.0);
        let looks: Vec<(Proportion, Proportion)> = (0..12)
            .map(|_| {
                n += 200.0;
                c += random.binomial(200.0, control);
                t += random.binomial(200.0, (control * lift).min(1.0));
                (Proportion { n, successes: c }, Proportion { n, successes: t })
            })
            .collect();
        let run = msprt_run(&looks, 1e-3, 0.05).unwrap();
        for (look, (interval, p)) in run.intervals.iter().zip(&run.always_valid_p).enumerate() {
            assert_eq!(interval.excludes(0.0), *p <= 0.05, "{look}");
            assert_eq!(run.stop_look.is_some_and(|stop| stop <= look + 1), *p <= 0.05);
        }
        assert!(run.always_valid_p.windows(2).all(|pair| pair[1] <= pair[0]));
        assert!(run.intervals.windows(2).all(|pair| pair[1].low >= pair[0].low && pair[1].high <= pair[0].high));
    }
}

#[test]
fn walds_test_errs_no_more_often_than_asked() {
    const RUNS: u32 = 1_000;
    let mut random = Random(11);
    let (p0, p1, alpha, beta) = (0.3, 0.4, 0.05, 0.2);
    for (truth, wrong, allowed) in [(p0, SprtDecision::AcceptH1, alpha), (p1, SprtDecision::AcceptH0, beta)] {
        let mut errors = 0_u32;
        for _ in 0..RUNS {
            let (mut n, mut successes) = (0.0, 0.0);
            let decision = loop {
                n += 1.0;
                successes += random.binomial(1.0, truth);
                let found = sprt_bernoulli(Proportion { n, successes }, p0, p1, alpha, beta).unwrap();
                if found.decision != SprtDecision::Continue {
                    break found.decision;
                }
            };
            errors += u32::from(decision == wrong);
        }
        let rate = f64::from(errors) / f64::from(RUNS);
        // Wald's bounds: alpha/(1 − beta) and beta/(1 − alpha).
        let bound = allowed / (1.0 - (alpha + beta - allowed));
        let error = (bound * (1.0 - bound) / f64::from(RUNS)).sqrt();
        println!("{wrong:?} when {truth} is true: {rate:.4} ± {error:.4}, at most {bound:.4}");
        assert!(rate < bound + 3.0 * error);
    }
}
