//! What a report says, case by case.

#![cfg(test)]

#[path = "common/cells.rs"]
mod cells;
mod common;

use cells::add;
use common::{DAY, FIRST_DAY, run_of, written};
use isoflag_experiments::{ExposureVerdict, Observed, Report, Role, State, Test, VerdictCell, report};

/// Figures of published data, "to six digits".
const SIX_DIGITS: f64 = 5e-7;

const HALVES: [(&str, f64); 2] = [("control", 0.5), ("treatment", 0.5)];
/// Thirty days on: every planned minimum has passed.
const LATER: i64 = (FIRST_DAY + 30) * DAY;

/// Conversions only, all on one day.
fn totals(metric: &str, arms: &[(&str, u64, u64)]) -> Observed {
    let mut observed = Observed::default();
    for (variant, units, converted) in arms {
        add(&mut observed, variant, FIRST_DAY, *units, &[(metric, *converted as f64, *converted as f64)]);
    }
    observed
}

fn judged(key: &str, arms: &[(&str, f64)], observed: &Observed, now: i64) -> Report {
    let report = report(key, &written(), &run_of(arms), observed, now);
    // Every report is JSON without a hole: NaN would turn into null and not read back.
    let text = serde_json::to_string(&report).unwrap();
    let back: Report = serde_json::from_str(&text).unwrap();
    assert_eq!(back, report);
    report
}

fn checkout(control: (u64, u64), treatment: (u64, u64), now: i64) -> Report {
    let arms = [("control", control.0, control.1), ("treatment", treatment.0, treatment.1)];
    judged("checkout-redesign", &HALVES, &totals("checkout_completed", &arms), now)
}

fn close(got: f64, want: f64) -> bool {
    (got - want).abs() <= SIX_DIGITS * want.abs()
}

#[test]
fn units_of_no_day_came_evenly() {
    let arms = [("control", 3000, 90), ("treatment", 3000, 100)];
    let dated = totals("checkout_completed", &arms);
    let arrivals = |observed: &Observed| {
        let plan = judged("checkout-redesign", &HALVES, observed, LATER).plan.unwrap();
        (plan.arrivals_per_day, plan.days_remaining)
    };
    assert_eq!(arrivals(&dated), (0.0, None), "all came on the first day");
    let (a_day, left) = arrivals(&Observed { undated: true, ..dated });
    // The run was opened within the first day, so 29 are whole.
    assert!(close(a_day, 6000.0 / 29.0) && left.is_some(), "{a_day} {left:?}");
}

#[test]
fn cookie_cats_day_7_has_its_z_its_p_and_its_alarm() {
    // gate_30: 44,700 players, 8,502 back on day 7; gate_40: 45,489 and 8,279 (DataCamp, Tactile Entertainment).
    // z and p in Python's mpmath 1.3 at 50 digits: d / sqrt(p(1-p)(1/n1 + 1/n2)), erfc(|z|/sqrt 2).
    let arms = [("gate_30", 0.5), ("gate_40", 0.5)];
    let observed = totals("retained_day_7", &[("gate_30", 44_700, 8_502), ("gate_40", 45_489, 8_279)]);
    let report = judged("gate", &arms, &observed, LATER);
    let fixed = report.metrics[0].comparisons[0].fixed.clone().unwrap();
    assert_eq!(fixed.test, Test::TwoProportionZ);
    assert!(close(fixed.statistic, COOKIE_CATS_Z), "{}", fixed.statistic);
    assert!(close(fixed.p_value, COOKIE_CATS_P), "{}", fixed.p_value);
    assert!(close(report.metrics[0].arms[0].mean.unwrap(), 8_502.0 / 44_700.0));
    // The vector srm_chi_square-s21 has p = 0.008607987810836241.
    assert!(close(report.srm.p_value.unwrap(), 0.008_607_987_810_836_241));
    assert!(report.srm.alarm);
    assert_eq!(report.verdict.state, State::Invalid);
    assert!(!report.verdict.may_stop);
    assert!(report.verdict.headline.contains("p = 0.0086"), "{}", report.verdict.headline);
}

const COOKIE_CATS_Z: f64 = -3.164_358_912_748_199;
const COOKIE_CATS_P: f64 = 0.001_554_249_975_614_285_8;

#[test]
fn the_seed_example_is_significant_only_to_the_impatient() {
    let report = checkout((4_812, 154), (4_756, 195), (FIRST_DAY + 3) * DAY);
    let comparison = &report.metrics[0].comparisons[0];
    let fixed = comparison.fixed.clone().unwrap();
    assert!(close(fixed.statistic, 2.347_266_082_490_601_3));
    assert!(close(fixed.p_value, 0.018_911_743_861_535_556));
    assert!(!fixed.valid);
    assert_eq!(fixed.valid_at, Some(99_554));
    let anytime = comparison.anytime.clone().unwrap();
    assert!(anytime.low < 0.0 && anytime.high > 0.0 && anytime.p_value > 0.05);
    assert_eq!(report.verdict.state, State::Collecting);
    assert!(!report.verdict.may_stop);
    assert!(report.verdict.may_not.contains("does not count before 99,554 visitors"), "{}", report.verdict.may_not);
}

#[test]
fn an_empty_ledger_gives_a_whole_report() {
    let report = judged("checkout-redesign", &HALVES, &Observed::default(), LATER);
    assert_eq!((report.units.total, report.days, report.series.len()), (0, 0, 0));
    assert_eq!((report.first_exposure_at, report.last_exposure_at), (None, None));
    assert!(!report.srm.defined && !report.srm.alarm);
    assert_eq!(report.metrics.len(), 3);
    assert_eq!(
        report.metrics.iter().map(|m| m.role).collect::<Vec<_>>(),
        [Role::Primary, Role::Secondary, Role::Guardrail]
    );
    let plan = report.plan.unwrap();
    assert_eq!((plan.required_per_arm, plan.required_total), (Some(49_777), Some(99_554)));
    assert_eq!((plan.arrivals_per_day, plan.days_remaining, plan.reached), (0.0, None, false));
    assert_eq!(report.verdict.state, State::NoData);
}

#[test]
fn one_empty_arm_compares_nothing_and_raises_the_alarm() {
    let report = checkout((900, 30), (0, 0), LATER);
    let comparison = &report.metrics[0].comparisons[0];
    assert_eq!((comparison.difference, comparison.lift), (None, None));
    assert!(comparison.anytime.is_none() && comparison.fixed.is_none());
    assert_eq!(report.metrics[0].arms[1].mean, None);
    assert!(report.srm.alarm);
    // Three visitors in one arm are no alarm: nothing can be said of so few.
    let few = checkout((3, 0), (0, 0), LATER);
    assert!(!few.srm.defined && !few.srm.alarm);
    assert_eq!(few.verdict.state, State::Collecting);
}

#[test]
fn no_conversions_at_all_are_no_evidence() {
    let report = checkout((1_000, 0), (1_010, 0), LATER);
    let comparison = &report.metrics[0].comparisons[0];
    assert_eq!((comparison.difference, comparison.lift), (Some(0.0), None));
    assert!(comparison.anytime.is_none() && comparison.fixed.is_none());
    assert_eq!(report.verdict.state, State::Collecting);
    // None against many: the difference is there, the lift is not.
    let report = checkout((1_000, 0), (1_010, 200), LATER);
    let comparison = &report.metrics[0].comparisons[0];
    let anytime = comparison.anytime.clone().unwrap();
    assert_eq!((comparison.lift, anytime.lift_low), (None, None));
    assert!(anytime.low > 0.0);
    assert_eq!(report.verdict.state, State::Better);
    assert!(report.verdict.headline.contains("points"), "{}", report.verdict.headline);
}

#[test]
fn a_handful_of_conversions_has_no_sequence_yet() {
    let report = checkout((40, 0), (41, 6), LATER);
    assert!(report.metrics[0].comparisons[0].anytime.is_none());
    assert_eq!(report.verdict.state, State::Collecting);
}

#[test]
fn more_conversions_than_units_are_a_problem_and_not_a_rate() {
    let report = checkout((1_000, 1_200), (1_000, 40), LATER);
    assert_eq!(report.metrics[0].arms[0].mean, None);
    assert!(
        report.verdict.problems.iter().any(|p| p.contains("not possible numbers")),
        "{:?}",
        report.verdict.problems
    );
    let mut observed = totals("checkout_completed", &[("control", 500, 10), ("treatment", 500, 12)]);
    observed.metrics.get_mut("checkout_completed").unwrap()[0].sum = f64::NAN;
    let report = judged("checkout-redesign", &HALVES, &observed, LATER);
    assert_eq!(report.verdict.problems.len(), 1);
}

#[test]
fn less_is_better_where_the_metric_says_so() {
    let arms = [("control", 20_000, 8_000), ("treatment", 20_050, 7_000)];
    let report = judged("bounce", &HALVES, &totals("bounced", &arms), LATER);
    assert_eq!((report.verdict.state, report.verdict.may_stop), (State::Better, true));
    assert!(report.verdict.headline.contains("down"), "{}", report.verdict.headline);
    let turned = [("control", 20_000, 7_000), ("treatment", 20_050, 8_000)];
    let report = judged("bounce", &HALVES, &totals("bounced", &turned), LATER);
    assert_eq!(report.verdict.state, State::Worse);
    // The planned sample is the one for the fall from 40 % to 38 %.
    let plan = report.plan.unwrap();
    assert_eq!(plan.required_per_arm, Some(9_336));
}

#[test]
fn the_smallest_p_is_not_the_winner_when_its_sign_is_wrong() {
    let arms = [("control", 0.3334), ("modest", 0.3333), ("awful", 0.3333)];
    let counts = [("control", 30_000, 1_500), ("modest", 30_020, 1_850), ("awful", 29_990, 300)];
    let report = judged("checkout-redesign", &arms, &totals("checkout_completed", &counts), LATER);
    let p = |i: usize| report.metrics[0].comparisons[i].anytime.clone().unwrap().log_p_value;
    assert!(p(1) < p(0), "awful has the smaller p");
    assert_eq!((report.verdict.state, report.verdict.arm.as_deref()), (State::Better, Some("modest")));
    assert!(report.verdict.may.contains("drop awful"), "{}", report.verdict.may);
}

#[test]
fn three_arms_share_alpha_and_degrees_of_freedom() {
    let arms = [("control", 0.5), ("a", 0.25), ("b", 0.25)];
    let counts = [("control", 10_000, 320), ("a", 5_030, 170), ("b", 4_980, 166)];
    let report = judged("checkout-redesign", &arms, &totals("checkout_completed", &counts), LATER);
    assert_eq!(report.srm.df, Some(2.0));
    let comparison = &report.metrics[0].comparisons;
    assert_eq!(comparison.len(), 2);
    assert!(comparison.iter().all(|c| (c.anytime.clone().unwrap().level - 0.975).abs() < 1e-12));
    let plan = report.plan.unwrap();
    // Control has twice a treatment's share, and alpha is halved: more than the two-arm plan's total.
    assert_eq!(plan.required_total.unwrap(), plan.required_per_arm.unwrap() * 2);
    assert!(plan.required_total.unwrap() > 99_554);
    // One arm that is worse does not end the test of the other.
    let counts = [("control", 10_000, 320), ("a", 5_030, 60), ("b", 4_980, 166)];
    let report = judged("checkout-redesign", &arms, &totals("checkout_completed", &counts), (FIRST_DAY + 2) * DAY);
    assert_eq!((report.verdict.state, report.verdict.may_stop), (State::Collecting, false));
    assert!(report.verdict.may.contains("drop a,"), "{}", report.verdict.may);
}

#[test]
fn a_zero_share_arm_expects_nobody() {
    let arms = [("control", 0.5), ("treatment", 0.5), ("retired", 0.0)];
    let counts = [("control", 2_000, 60), ("treatment", 2_010, 70), ("retired", 3, 0)];
    let report = judged("checkout-redesign", &arms, &totals("checkout_completed", &counts), LATER);
    assert_eq!(report.srm.df, Some(1.0));
    assert!(report.srm.alarm);
    assert!(report.verdict.headline.contains("should have none"), "{}", report.verdict.headline);
}

#[test]
fn mixed_units_and_strangers_are_named() {
    let mut observed = totals("checkout_completed", &[("control", 2_000, 60), ("treatment", 2_010, 70)]);
    observed.mixed_units = 40;
    assert!(judged("checkout-redesign", &HALVES, &observed, LATER).verdict.problems.is_empty());
    observed.mixed_units = 41;
    add(&mut observed, "old-name", FIRST_DAY, 12, &[]);
    let report = judged("checkout-redesign", &HALVES, &observed, LATER);
    assert_eq!((report.units.total, report.units.mixed), (4_010, 41));
    let problems = &report.verdict.problems;
    assert!(problems[0].contains("41 visitors") && problems[1].contains("old-name"), "{problems:?}");
}

#[test]
fn an_unknown_experiment_shows_its_units_and_no_metric() {
    let observed = totals("checkout_completed", &[("control", 2_000, 60), ("treatment", 2_010, 70)]);
    let report = judged("nobody-wrote-me", &HALVES, &observed, LATER);
    assert_eq!((report.units.total, report.metrics.len(), report.plan), (4_010, 0, None));
    assert_eq!(report.verdict.state, State::Collecting);
    assert!(report.verdict.problems[0].contains("not in experiments.json"));
}

#[test]
fn arrivals_leave_out_the_first_and_the_unfinished_day() {
    let mut observed = Observed::default();
    for (day, units) in [(0, 10), (1, 100), (2, 300), (3, 7)] {
        add(&mut observed, "control", FIRST_DAY + day, units, &[]);
        add(&mut observed, "treatment", FIRST_DAY + day, units, &[]);
    }
    let arrivals = |now: i64| judged("checkout-redesign", &HALVES, &observed, now).plan.unwrap().arrivals_per_day;
    assert_eq!(arrivals((FIRST_DAY + 3) * DAY + DAY / 2), 400.0);
    // A day without anybody counts as one: (200 + 600 + 14 + 0 + 0) / 5.
    assert_eq!(arrivals((FIRST_DAY + 6) * DAY), 814.0 / 5.0);
    // A week later nobody has come for a week, and nothing is promised.
    let idle = judged("checkout-redesign", &HALVES, &observed, (FIRST_DAY + 20) * DAY).plan.unwrap();
    assert_eq!((idle.arrivals_per_day, idle.days_remaining), (0.0, None));
    // Before the first complete day: units over the time since the first exposure, here a quarter of a day.
    let mut young = Observed::default();
    add(&mut young, "control", FIRST_DAY, 30, &[]);
    add(&mut young, "treatment", FIRST_DAY, 30, &[]);
    let now = FIRST_DAY * DAY + 15 * DAY / 24;
    assert_eq!(judged("checkout-redesign", &HALVES, &young, now).plan.unwrap().arrivals_per_day, 240.0);
}

#[test]
fn days_count_from_the_day_a_hundredth_of_the_sample_was_there() {
    // The plan takes 99,554 units, so it begins with the 996th. `units` of both arms by day, and the days passed when day 20 begins.
    // The run was opened at eight o'clock of day 0.
    type Days = &'static [(i64, u64)];
    let cases: [(&str, Days, Option<ExposureVerdict>, u64); 8] = [
        ("from the first day", &[(6, 2_000), (7, 2_000)], None, 14),
        ("one exposure dated long ago", &[(-300, 1), (6, 2_000), (7, 2_000)], None, 14),
        ("a thousand dated long ago", &[(-300, 1_000), (6, 2_000)], None, 19),
        ("a thousand, and verdicts", &[(-300, 1_000), (6, 2_000)], Some(ExposureVerdict::UnknownProgram), 19),
        ("a slow start", &[(0, 200), (1, 300), (2, 300), (3, 400)], None, 17),
        ("a history brought in", &[(-30, 3_000), (6, 2_000)], Some(ExposureVerdict::Imported), 50),
        ("too few so far", &[(0, 10)], None, 0),
        ("nobody", &[], None, 0),
    ];
    for (what, days, verdict, expected) in cases {
        let mut observed = Observed::default();
        let cell = |verdict| VerdictCell { variant: "control".into(), verdict, exposures: 1 };
        observed.verdicts.extend(verdict.map(cell));
        for (day, units) in days {
            add(&mut observed, "control", FIRST_DAY + day, units / 2, &[]);
            add(&mut observed, "treatment", FIRST_DAY + day, units - units / 2, &[]);
        }
        observed.first_exposure = days.first().map(|(day, _)| (FIRST_DAY + day) * DAY);
        let report = judged("checkout-redesign", &HALVES, &observed, (FIRST_DAY + 20) * DAY);
        let plan = report.plan.unwrap();
        assert_eq!((report.days, plan.min_days_reached), (expected, expected >= 14), "{what}");
        // More who come move it no more.
        add(&mut observed, "control", FIRST_DAY + 19, 50_000, &[]);
        let fuller = judged("checkout-redesign", &HALVES, &observed, (FIRST_DAY + 20) * DAY).days;
        assert!(expected == 0 || fuller == expected, "{what}: {fuller}");
    }
}

#[test]
fn what_is_dated_before_the_run_was_opened_happened_on_the_day_it_was() {
    let on = |dated: i64| {
        let mut observed = Observed::default();
        for variant in ["control", "treatment"] {
            add(&mut observed, variant, FIRST_DAY + dated, 1_200, &[("checkout_completed", 40.0, 40.0)]);
            for day in FIRST_DAY + 2..FIRST_DAY + 24 {
                add(&mut observed, variant, day, 2_500, &[("checkout_completed", 83.0, 83.0)]);
            }
        }
        judged("checkout-redesign", &HALVES, &observed, (FIRST_DAY + 24) * DAY)
    };
    let honest = on(0);
    assert!(honest.plan.as_ref().unwrap().min_days_reached, "the planned test is read");
    for dated in [-1, -40, -20_000] {
        let first_exposure_at = honest.first_exposure_at;
        assert_eq!(Report { first_exposure_at, ..on(dated) }, honest, "{dated}");
    }
}

#[test]
fn the_required_sample_does_not_follow_the_observed_lift() {
    let sizes: Vec<_> = [154, 195, 400]
        .map(|converted| checkout((4_812, 154), (4_756, converted), LATER).plan.unwrap().required_total)
        .into();
    assert!(sizes.iter().all(|size| *size == Some(99_554)));
}

#[test]
fn the_planned_test_is_read_once_and_later_visitors_do_not_change_it() {
    // Twenty days of 5,000 visitors, 3.2 % against 3.44 %: z = 2.1 at the planned 99,554, and the interval needs 3.
    let mut observed = Observed::default();
    for day in FIRST_DAY..FIRST_DAY + 20 {
        add(&mut observed, "control", day, 2_500, &[("checkout_completed", 80.0, 80.0)]);
        add(&mut observed, "treatment", day, 2_500, &[("checkout_completed", 86.0, 86.0)]);
    }
    let report = judged("checkout-redesign", &HALVES, &observed, (FIRST_DAY + 20) * DAY);
    let planned = |report: &Report| report.verdict.headline.split("planned test").count() == 2;
    assert!(planned(&report), "{}", report.verdict.headline);
    assert_eq!((report.verdict.state, report.verdict.may_stop), (State::Better, true));
    assert!(report.metrics[0].comparisons[0].fixed.clone().unwrap().valid);
    // A bad week for the treatment afterwards is not a second look at the planned test.
    let converted = 60.0;
    add(&mut observed, "control", FIRST_DAY + 25, 1_800, &[("checkout_completed", converted, converted)]);
    add(&mut observed, "treatment", FIRST_DAY + 25, 1_800, &[("checkout_completed", 50.0, 50.0)]);
    let later = judged("checkout-redesign", &HALVES, &observed, (FIRST_DAY + 26) * DAY);
    assert_eq!(later.verdict.headline, report.verdict.headline);
}

#[test]
fn a_guardrail_that_suffers_is_a_problem() {
    let mut observed = Observed::default();
    for (variant, tickets) in [("control", 300.0), ("treatment", 600.0)] {
        let metrics = [("checkout_completed", 700.0, 700.0), ("support_tickets", tickets, tickets)];
        add(&mut observed, variant, FIRST_DAY, 20_000, &metrics);
    }
    let report = judged("checkout-redesign", &HALVES, &observed, LATER);
    assert_eq!(report.verdict.problems, ["The guardrail Support tickets is worse in treatment."]);
    assert_eq!(report.metrics[2].comparisons[0].fixed.clone().unwrap().test, Test::Welch);
}
