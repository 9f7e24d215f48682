//! Plans and simulations: figures that must come out, and parts that add up to the whole.

#![cfg(test)]

use isoflag_experiments::planner::{Baseline, PlanQuestion, plan};
use isoflag_experiments::simulate::{Outcome, Simulation, Tally, rate};
use isoflag_stats::{Spending, peeking_fpr};

fn question() -> PlanQuestion {
    PlanQuestion {
        baseline: Baseline::Conversion(0.03),
        lift: 0.1,
        alpha: 0.05,
        power: 0.8,
        sides: 2,
        treatments: 1.0,
        ratio: 1.0,
        looks: None,
        daily_units: 10_000.0,
        gate: 0.5,
        whole_weeks: false,
    }
}

#[test]
fn three_percent_plus_a_tenth_is_106_422_units_and_22_days_at_5_000() {
    let found = plan(&question()).unwrap();
    assert_eq!((found.fixed.control, found.units, found.days), (53_211.0, 106_422.0, Some(22.0)));
    let weekly = plan(&PlanQuestion { whole_weeks: true, ..question() }).unwrap();
    assert_eq!(weekly.days, Some(28.0));
    // Four weeks, each with more power than the one before and a smaller effect in reach; the last one passes the plan.
    assert_eq!(weekly.weeks.len(), 4);
    assert!(weekly.weeks.windows(2).all(|pair| pair[0].power < pair[1].power && pair[0].lift > pair[1].lift));
    let last = weekly.weeks.last().unwrap();
    assert!(last.power.unwrap() > 0.8 && last.lift.unwrap() < 0.1);
}

#[test]
fn looks_treatments_and_a_fall_are_paid_for() {
    let looks = Some((vec![0.25, 0.5, 0.75, 1.0], Spending::Pocock));
    let looked = plan(&PlanQuestion { looks, ..question() }).unwrap();
    let size = looked.sequential.unwrap();
    assert!((looked.units / 106_422.0 - size.inflation).abs() < 1e-4 && size.inflation > 1.1);
    assert!(size.expected_over_fixed_h1 < 1.0, "on average it is shorter");
    let three = plan(&PlanQuestion { treatments: 3.0, ..question() }).unwrap();
    assert!((three.alpha - 0.05 / 3.0).abs() < 1e-17 && three.units > 2.0 * 106_422.0);
    let fall = plan(&PlanQuestion { lift: -0.1, ..question() }).unwrap();
    assert!(fall.fixed.control < 53_211.0 && fall.weeks.iter().all(|week| week.lift.is_none_or(|lift| lift < 0.0)));
    assert_eq!(plan(&PlanQuestion { daily_units: 0.0, ..question() }).unwrap().days, None);
    let mean = Baseline::Mean { mean: 10.0, sd: 25.0 };
    let found = plan(&PlanQuestion { baseline: mean, ..question() }).unwrap();
    assert_eq!(found.fixed.control, 9_813.0);
    let both = plan(&PlanQuestion { treatments: 3.0, ratio: 0.5, ..question() }).unwrap();
    assert_eq!(both.units, both.control + 3.0 * both.treatment);
    assert!(plan(&PlanQuestion { treatments: 0.5, ..question() }).is_err());
}

#[test]
fn what_no_sample_finds_is_told_with_its_reason() {
    let rate = Baseline::Conversion;
    let mean = |mean, sd| Baseline::Mean { mean, sd };
    let cases = [
        (PlanQuestion { baseline: rate(0.6), lift: 0.8, ..question() }, "the lift takes the rate to 108.0 %"),
        (PlanQuestion { lift: -1.2, ..question() }, "to -0.6 %, which no rate can be"),
        (PlanQuestion { baseline: rate(3.0), ..question() }, "between 0 and 100 %"),
        (PlanQuestion { baseline: mean(3.0, -1.0), ..question() }, "deviation is above 0"),
        (PlanQuestion { baseline: mean(0.0, 1.0), ..question() }, "the mean of control is 0"),
        (PlanQuestion { lift: 0.0, ..question() }, "the lift is 0"),
        (PlanQuestion { alpha: 5.0, ..question() }, "alpha is a chance above 0 and below 1"),
        (PlanQuestion { power: 80.0, ..question() }, "the power is a chance above 0 and below 1"),
        (PlanQuestion { ratio: 0.0, ..question() }, "the ratio of treatment to control is above 0"),
    ];
    for (question, part) in cases {
        let message = plan(&question).unwrap_err();
        assert!(message.contains(part), "{message}");
    }
}

fn simulation(outcome: Outcome, lift: f64) -> Simulation {
    Simulation {
        outcome,
        lift,
        units: 10_000.0,
        planned_share: 0.5,
        actual_share: 0.5,
        looks: (1..=10).map(|look| f64::from(look) / 10.0).collect(),
        alpha: 0.05,
        spending: Spending::OBrienFleming,
        srm_alpha: 0.01,
        seed: 7,
    }
}

fn near(count: u32, runs: u32, expected: f64, what: &str) {
    let (share, error) = rate(count, runs);
    println!("{what}: {share:.4} ± {error:.4}, expected {expected:.4}");
    assert!((share - expected).abs() < 4.0 * error, "{what}: {share} ± {error}, expected {expected}");
}

#[test]
fn parts_add_up_to_the_whole_in_any_order() {
    let simulation = simulation(Outcome::Conversion { rate: 0.05 }, 0.1);
    let whole = simulation.run(0, 60).unwrap();
    let mut parts = Tally::default();
    for first in [40, 0, 20] {
        parts.add(&simulation.run(first, 20).unwrap());
    }
    assert_eq!(parts, whole);
    let other = Simulation { seed: 8, ..simulation }.run(0, 60).unwrap();
    assert_ne!(other, whole);
}

#[test]
fn without_an_effect_looks_cost_what_the_recursion_says_and_valid_rules_hold() {
    const RUNS: u32 = 4_000;
    let peeked = peeking_fpr(&simulation(Outcome::Conversion { rate: 0.5 }, 0.0).looks, 0.05, 2).unwrap();
    for outcome in [Outcome::Conversion { rate: 0.2 }, Outcome::Mean { mean: 3.0, sd: 4.0 }] {
        let tally = simulation(outcome, 0.0).run(0, RUNS).unwrap();
        near(tally.peeking.stopped(), RUNS, peeked, "peeking ten times");
        near(tally.at_end.stopped(), RUNS, 0.05, "once, at the end");
        near(tally.spending.stopped(), RUNS, 0.05, "alpha spending");
        let (valid, error) = rate(tally.always_valid.stopped(), RUNS);
        assert!(valid < 0.05 + 3.0 * error, "always valid: {valid}");
        near(tally.srm, RUNS, 0.01, "split alarms");
        near(tally.at_end.ahead, tally.at_end.stopped(), 0.5, "half of the false alarms are ahead");
    }
}

#[test]
fn a_few_big_payers_make_the_t_test_too_quiet_not_too_loud() {
    const RUNS: u32 = 1_500;
    let skewed = Outcome::Revenue { rate: 0.03, mean: 50.0, sd: 150.0 };
    let tally = Simulation { units: 2_000.0, ..simulation(skewed, 0.0) }.run(0, RUNS).unwrap();
    let (found, error) = rate(tally.at_end.stopped(), RUNS);
    println!("Welch on revenue, 30 payers an arm: {found:.4} ± {error:.4}");
    assert!(found < 0.05 + 3.0 * error);
}

#[test]
fn an_effect_is_found_as_often_as_planned_and_a_broken_split_is_seen() {
    const RUNS: u32 = 2_000;
    let looks = vec![1.0];
    let planned = plan(&PlanQuestion { baseline: Baseline::Conversion(0.1), lift: 0.2, ..question() }).unwrap();
    let outcome = Outcome::Conversion { rate: 0.1 };
    let found = Simulation { units: planned.units, looks, ..simulation(outcome, 0.2) }.run(0, RUNS).unwrap();
    near(found.at_end.ahead, RUNS, 0.8, "power");
    assert_eq!(found.at_end, found.peeking, "one look is one look");
    let broken = Simulation { actual_share: 0.47, ..simulation(outcome, 0.0) }.run(0, 300).unwrap();
    assert!(broken.srm > 290, "{} of 300 seen", broken.srm);
}

#[test]
fn what_makes_no_sense_is_said() {
    let sound = simulation(Outcome::Conversion { rate: 0.6 }, 0.0);
    for (wrong, part) in [
        (Simulation { lift: 0.8, ..sound.clone() }, "passes 1"),
        (Simulation { looks: vec![0.5], ..sound.clone() }, "looks rise"),
        (Simulation { units: 1.0, ..sound.clone() }, "units"),
        (Simulation { outcome: Outcome::Mean { mean: 1.0, sd: 0.0 }, ..sound.clone() }, "the metric"),
        (Simulation { spending: Spending::Power(-1.0), ..sound.clone() }, "no boundaries"),
    ] {
        let message = wrong.run(0, 1).unwrap_err();
        assert!(message.contains(part), "{message}");
    }
}

/// The same numbers as through wasm, in `tests/stats/beforehand.test.mjs`.
#[test]
fn a_seed_is_a_seed_everywhere() {
    let found = simulation(Outcome::Conversion { rate: 0.05 }, 0.1).run(0, 60).unwrap();
    assert_eq!(found.peeking.by_look, [4, 3, 5, 2, 2, 3, 1, 1, 1, 0]);
    assert_eq!((found.peeking.ahead, found.peeking.units), (20, 465_000.0));
    assert_eq!(found.spending.by_look, [0, 0, 0, 0, 0, 1, 3, 1, 3, 2]);
    let money = Outcome::Revenue { rate: 0.03, mean: 50.0, sd: 150.0 };
    for (outcome, peeking) in [(money, [3, 2]), (Outcome::Mean { mean: 3.0, sd: 4.0 }, [2, 0])] {
        let found = Simulation { looks: vec![0.5, 1.0], ..simulation(outcome, 0.0) }.run(100, 50).unwrap();
        assert_eq!(found.peeking.by_look, peeking);
    }
}
