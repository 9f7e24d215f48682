//! What a report says beyond its figures: looks, corrections, margins, counters, segments, what matters, and what stands in the way.

#![cfg(test)]

use isoflag_experiments::{
    Cells, CheckState, GuardrailVerdict, JudgedBy, MetricCell, Observed, PracticalReading, Report, Run, State,
    UnitCell, parse, report,
};
use isoflag_stats::{Proportion, simpson};

const DAY: i64 = 86_400_000;
const FIRST_DAY: i64 = 20_766;

/// An experiment with one thing replaced.
fn written(from: &str, to: &str) -> String {
    let text = r#"{ "version": 1, "metrics": {
      "bought": { "kind": "conversion", "event": "bought", "name": "Bought" },
      "seen": { "kind": "conversion", "event": "seen" }, "liked": { "kind": "conversion", "event": "liked" },
      "returned": { "kind": "conversion", "event": "returned", "direction": "decrease", "name": "Returned" },
      "slow": { "kind": "conversion", "event": "slow", "direction": "decrease", "name": "Slow" } },
      "experiments": { "x": { "primary": "bought", "secondary": ["seen", "liked"], "counters": ["returned"],
        "guardrails": [{ "metric": "slow", "margin": 10 }], "segments": ["country"],
        "plan": { "baseline": 10, "mde": 10, "minDays": 7 } } } }"#;
    assert!(text.contains(from), "`{from}` is not in the file");
    text.replacen(from, to, 1)
}

fn run_of(arms: &[(&str, f64)]) -> Run {
    let arms = arms.iter().map(|(variant, share)| ((*variant).to_owned(), *share)).collect();
    Run { run: "7f3a09c2".into(), opened_at: 0, control: "control".into(), unit: "visitorId".into(), arms, gate: 1.0 }
}

fn halves() -> Run {
    run_of(&[("control", 0.5), ("new", 0.5)])
}

/// An arm, its units of a day, and how many of them did what.
type ArmOfDay<'a> = (&'a str, u64, &'a [(&'a str, f64)]);

/// On each of `days` the same units and conversions per arm.
fn daily(days: i64, arms: &[ArmOfDay<'_>]) -> Observed {
    let mut observed = Observed::default();
    for day in FIRST_DAY..FIRST_DAY + days {
        for (variant, units, metrics) in arms {
            observed.units.push(UnitCell { variant: (*variant).into(), day, units: *units });
            for (metric, converted) in *metrics {
                let cell = MetricCell::new(*variant, day, *converted, *converted);
                observed.metrics.entry((*metric).into()).or_default().push(cell);
            }
        }
    }
    observed
}

fn judged(json: &str, run: &Run, observed: &Observed, days: i64) -> Report {
    let report = report("x", &parse(json).unwrap(), run, observed, (FIRST_DAY + days) * DAY);
    let back: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(back, report);
    report
}

#[test]
fn secondary_p_values_are_corrected_over_metrics_and_arms() {
    let run = run_of(&[("control", 0.34), ("a", 0.33), ("b", 0.33)]);
    let arms: [ArmOfDay<'_>; 3] = [
        ("control", 3_400, &[("bought", 340.0), ("seen", 900.0), ("liked", 400.0), ("returned", 50.0)]),
        ("a", 3_300, &[("bought", 350.0), ("seen", 940.0), ("liked", 420.0), ("returned", 52.0)]),
        ("b", 3_300, &[("bought", 330.0), ("seen", 860.0), ("liked", 441.0), ("returned", 40.0)]),
    ];
    let observed = daily(1, &arms);
    let p_values = |correction: &str| -> (Vec<f64>, Vec<f64>) {
        let json = written(r#""minDays": 7"#, &format!(r#""minDays": 7, "correction": "{correction}""#));
        let report = judged(&json, &run, &observed, 2);
        let fixed = report.metrics.iter().filter(|metric| ["seen", "liked", "returned"].contains(&metric.key.as_str()));
        fixed
            .flat_map(|metric| metric.comparisons.clone())
            .map(|c| c.fixed.unwrap())
            .map(|f| (f.p_value, f.adjusted_p_value.unwrap()))
            .unzip()
    };
    let (raw, none) = p_values("none");
    assert_eq!((raw.len(), &none), (6, &raw));
    // Holm by hand: the k-th smallest times what is left, never less than one before.
    let mut order: Vec<usize> = (0..6).collect();
    order.sort_by(|a, b| raw[*a].total_cmp(&raw[*b]));
    let (_, holm) = p_values("holm");
    let mut highest = 0.0_f64;
    for (rank, index) in order.iter().enumerate() {
        highest = highest.max((6 - rank) as f64 * raw[*index]).min(1.0);
        assert!((holm[*index] - highest).abs() < 1e-15, "{holm:?}");
    }
    let (_, bonferroni) = p_values("bonferroni");
    assert!(bonferroni.iter().zip(&raw).all(|(b, p)| (b - (6.0 * p).min(1.0)).abs() < 1e-15));
    for gentler in ["hochberg", "hommel", "bh"] {
        assert!(p_values(gentler).1.iter().zip(&holm).all(|(p, holm)| p <= &(holm + 1e-15)), "{gentler}");
    }
    assert!(p_values("by").1.iter().zip(p_values("bh").1).all(|(by, bh)| *by >= bh));
    assert!(p_values("sidak").1.iter().zip(&bonferroni).all(|(s, b)| s <= b));
}

#[test]
fn several_treatments_share_alpha_exactly_by_dunnett() {
    let run = run_of(&[("control", 0.34), ("a", 0.33), ("b", 0.33)]);
    let arms: [ArmOfDay<'_>; 3] = [
        ("control", 3_400, &[("bought", 340.0)]),
        ("a", 3_300, &[("bought", 380.0)]),
        ("b", 3_300, &[("bought", 350.0)]),
    ];
    let adjusted = |treatments: &str| {
        let json = written(r#""minDays": 7"#, &format!(r#""minDays": 7, "treatments": "{treatments}""#));
        let report = judged(&json, &run, &daily(1, &arms), 2);
        report.metrics[0]
            .comparisons
            .iter()
            .map(|c| c.fixed.clone().unwrap())
            .map(|f| (f.p_value, f.adjusted_p_value.unwrap()))
            .collect::<Vec<_>>()
    };
    for ((raw, bonferroni), (_, dunnett)) in adjusted("bonferroni").into_iter().zip(adjusted("dunnett")) {
        assert_eq!(bonferroni, (2.0 * raw).min(1.0));
        assert!(raw < dunnett && dunnett < bonferroni, "{raw} {dunnett} {bonferroni}");
    }
}

#[test]
fn a_guardrail_is_safe_harmed_or_open_by_its_margin() {
    let verdict = |slow: f64, json: &str, days: i64| {
        let arms: [ArmOfDay<'_>; 2] = [
            ("control", 5_000, &[("bought", 500.0), ("slow", 1_000.0)]),
            ("new", 5_000, &[("bought", 510.0), ("slow", slow)]),
        ];
        let report = judged(json, &halves(), &daily(days, &arms), days);
        let of = report.metrics.iter().find(|metric| metric.key == "slow").unwrap().comparisons[0]
            .guardrail
            .clone()
            .unwrap();
        (of.verdict, of.judged_by, of, report)
    };
    let json = written("10", "10");
    // 7 days of 10,000: the sample of the plan, 29,9xx, is there on the seventh day.
    let (safe, by, of, report) = verdict(1_000.0, &json, 10);
    assert_eq!((safe, by, of.margin), (GuardrailVerdict::Safe, JudgedBy::Anytime, Some(0.1)));
    assert!(of.words.contains("at most 10.0% worse"), "{}", of.words);
    assert!(report.checks.iter().any(|check| check.name == "Guardrail Slow" && check.state == CheckState::Passed));
    assert_eq!(verdict(1_200.0, &json, 10).0, GuardrailVerdict::Inferior);
    assert_eq!(verdict(1_085.0, &json, 1).0, GuardrailVerdict::Inconclusive);
    // Without a margin only harm can be shown.
    let plain = written(r#"{ "metric": "slow", "margin": 10 }"#, r#""slow""#);
    assert_eq!(verdict(1_000.0, &plain, 10).0, GuardrailVerdict::Inconclusive);
    assert_eq!(verdict(1_200.0, &plain, 10).0, GuardrailVerdict::Inferior);
    // An absolute margin of points: 2 points of 20 % are its tenth.
    let points = written(r#""margin": 10"#, r#""margin": 2, "marginKind": "absolute""#);
    assert_eq!(verdict(1_000.0, &points, 10).2.margin, Some(0.02));
    assert_eq!(verdict(1_000.0, &points, 10).0, GuardrailVerdict::Safe);
}

#[test]
fn a_win_that_costs_a_guardrail_may_not_be_shipped_as_it_is() {
    let arms: [ArmOfDay<'_>; 2] = [
        ("control", 5_000, &[("bought", 500.0), ("slow", 1_000.0), ("returned", 100.0)]),
        ("new", 5_000, &[("bought", 600.0), ("slow", 1_300.0), ("returned", 190.0)]),
    ];
    let report = judged(&written("10", "10"), &halves(), &daily(10, &arms), 10);
    assert_eq!(report.verdict.state, State::Better);
    assert!(report.verdict.may_not.contains("You may not ship new as it is: Slow"), "{}", report.verdict.may_not);
    assert!(report.verdict.may.contains("Weigh it against Returned"), "{}", report.verdict.may);
    let problems = report.verdict.problems.join(" ");
    assert!(
        problems.contains("guardrail Slow is worse in new") && problems.contains("counter metric Returned"),
        "{problems}"
    );
}

#[test]
fn certain_is_not_large() {
    let reading = |control: f64, new: f64, days: i64| {
        let arms: [ArmOfDay<'_>; 2] =
            [("control", 50_000, &[("bought", control)]), ("new", 50_000, &[("bought", new)])];
        let json = written(r#""minDays": 7"#, r#""minDays": 7, "practical": 5"#);
        let report = judged(&json, &halves(), &daily(days, &arms), days);
        let practical = report.metrics[0].comparisons[0].practical.clone().unwrap();
        assert!((practical.threshold - 0.005).abs() < 1e-15);
        (practical.reading, report.verdict)
    };
    // Half a point on ten is worth acting on.
    assert_eq!(reading(5_000.0, 5_600.0, 10).0, PracticalReading::Worthwhile);
    assert_eq!(reading(5_000.0, 5_250.0, 10).0, PracticalReading::Unclear);
    assert_eq!(reading(5_000.0, 4_700.0, 10).0, PracticalReading::Harmful);
    let (negligible, verdict) = reading(5_000.0, 5_090.0, 40);
    assert_eq!((negligible, verdict.state), (PracticalReading::Negligible, State::Better));
    assert!(verdict.may_not.contains("not call it worth acting on"), "{}", verdict.may_not);
}

#[test]
fn planned_looks_stop_at_their_boundary_and_not_at_p() {
    let json = written(r#""minDays": 7"#, r#""minDays": 7, "looks": { "at": [0.5, 1], "spending": "pocock" }"#);
    let at = |new: f64, days: i64| {
        let arms: [ArmOfDay<'_>; 2] = [("control", 2_000, &[("bought", 200.0)]), ("new", 2_000, &[("bought", new)])];
        judged(&json, &halves(), &daily(days, &arms), days)
    };
    // 10 % and +10 % ask for 29,5xx in one look; two looks by Pocock's spending for 1.11 times that.
    let plan = at(200.0, 1).plan.unwrap();
    let looks = plan.looks.unwrap();
    assert!((1.1..1.13).contains(&looks.inflation.unwrap()), "{:?}", looks.inflation);
    assert_eq!((looks.looks.len(), looks.looks[0].day.clone(), looks.looks[0].arms.len()), (2, None, 0));
    // Five days are 20,000 of the 32,7xx: the first look was taken, with a boundary of about 2.2, and the second waits.
    let report = at(217.5, 5);
    let looks = report.plan.clone().unwrap().looks.unwrap();
    assert!(looks.looks[0].day.is_some() && looks.looks[1].day.is_none());
    let (first, boundary) = (looks.looks[0].arms[0].clone(), looks.looks[0].boundary.unwrap());
    assert!((2.1..2.4).contains(&boundary) && first.z < boundary && !first.crossed, "{first:?} {boundary}");
    // A p below 5 % is no reason to stop at this look.
    assert!(first.z > 1.96 && first.low < 0.0 && first.high > 0.0);
    assert_eq!(report.verdict.state, State::Collecting);
    let report = at(228.0, 5);
    assert_eq!(report.verdict.state, State::Better);
    assert!(report.verdict.headline.contains("at look 1 of 2"), "{}", report.verdict.headline);
    // Later days do not change a look that was taken.
    let later = at(228.0, 6);
    assert_eq!(
        (later.verdict.state, &later.plan.unwrap().looks.unwrap().looks[0]),
        (State::Better, &report.plan.unwrap().looks.unwrap().looks[0])
    );
}

#[test]
fn nothing_is_concluded_before_the_least_sample() {
    let json = written(r#""minDays": 7"#, r#""minDays": 7, "minUnits": 20000"#);
    let arms: [ArmOfDay<'_>; 2] = [("control", 2_000, &[("bought", 200.0)]), ("new", 2_000, &[("bought", 400.0)])];
    let early = judged(&json, &halves(), &daily(4, &arms), 4);
    assert_eq!((early.verdict.state, early.verdict.may_stop), (State::Collecting, false));
    assert!(early.verdict.headline.contains("16,000 of the least 20,000 visitors"), "{}", early.verdict.headline);
    assert_eq!(judged(&json, &halves(), &daily(5, &arms), 5).verdict.state, State::Better);
}

#[test]
fn whole_weeks_round_the_days_up() {
    let days =
        |to: &str| judged(&written(r#""minDays": 7"#, to), &halves(), &Observed::default(), 1).plan.unwrap().min_days;
    assert_eq!((days(r#""minDays": 10"#), days(r#""minDays": 10, "wholeWeeks": false"#)), (14, 10));
}

/// Berkeley's shape: by country new is better in each, over all it is worse.
fn simpsons() -> Observed {
    let mut observed =
        daily(1, &[("control", 10_000, &[("bought", 2_700.0)]), ("new", 10_000, &[("bought", 1_560.0)])]);
    let parts = [("at", [(8_000, 2_400.0), (2_000, 640.0)]), ("de", [(2_000, 200.0), (8_000, 900.0)])];
    for (value, [control, new]) in parts {
        let mut cells = Cells::default();
        for (variant, (units, converted)) in [("control", control), ("new", new)] {
            cells.units.push(UnitCell { variant: variant.into(), day: FIRST_DAY, units });
            let cell = MetricCell::new(variant, FIRST_DAY, converted, converted);
            cells.metrics.entry("bought".into()).or_default().push(cell);
        }
        for dimension in ["country", "browser"] {
            observed.segments.entry(dimension.into()).or_default().insert(value.into(), cells.clone());
        }
    }
    observed
}

#[test]
fn segments_found_afterwards_are_exploration_and_a_reversal_is_named() {
    let report = judged(&written("10", "10"), &halves(), &simpsons(), 2);
    let dimensions: Vec<_> =
        report.segments.iter().map(|segment| (segment.dimension.as_str(), segment.planned)).collect();
    assert_eq!(dimensions, [("country", true), ("browser", false)]);
    assert!(report.segments[1].words.starts_with("Exploratory") && report.segments[0].words.starts_with("Planned"));
    let reversal = report.segments[0].reversals[0].clone();
    let proportion = |n: f64, successes: f64| Proportion { n, successes };
    let parts = [
        (proportion(8_000.0, 2_400.0), proportion(2_000.0, 640.0)),
        (proportion(2_000.0, 200.0), proportion(8_000.0, 900.0)),
    ];
    let found = simpson(&parts).unwrap();
    assert!(found.reversal);
    assert!((reversal.aggregate - found.aggregate_diff).abs() < 1e-15);
    assert!((reversal.standardized - found.standardized_diff).abs() < 1e-15);
    assert!(report.checks.iter().any(|check| check.name == "Simpson's reversal" && check.state == CheckState::Failed));
    // Two countries and one treatment: Holm over two.
    let p = |i: usize| report.segments[0].values[i].comparisons[0].fixed.clone().unwrap();
    let (a, b) = (p(0), p(1));
    let smaller = a.p_value.min(b.p_value);
    assert!([a, b].iter().any(|fixed| fixed.p_value == smaller && fixed.adjusted_p_value == Some(2.0 * smaller)));
}

#[test]
fn segments_add_like_everything_else() {
    let (one, two) = (simpsons(), simpsons());
    let both = one.clone().merge(two);
    assert_eq!(both.segments["country"]["at"].units[0].units, 16_000);
    assert_eq!(both, simpsons().merge(one));
}

#[test]
fn the_sequential_check_of_the_split_stands_beside_the_other() {
    let arms = |new: u64| daily(10, &[("control", 1_000, &[]), ("new", new, &[])]);
    let fine = judged(&written("10", "10"), &halves(), &arms(1_000), 10).srm;
    let sequential = fine.sequential.unwrap();
    assert_eq!((fine.alarm, sequential.looks, sequential.p_value), (false, 10, 1.0));
    let broken = judged(&written("10", "10"), &halves(), &arms(920), 10);
    assert!(broken.srm.alarm && broken.srm.sequential.unwrap().p_value < 0.01);
    assert_eq!(broken.verdict.state, State::Invalid);
    assert_eq!(broken.checks[0].state, CheckState::Failed);
}

#[test]
fn slips_of_the_new_fields_are_named() {
    let problem = |from: &str, to: &str| {
        let problems = parse(&written(from, to)).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string()
    };
    let plan = |field: &str| problem(r#""minDays": 7"#, &format!(r#""minDays": 7, {field}"#));
    for (found, wanted) in [
        (problem(r#""margin": 10"#, r#""margin": -1"#), "guardrails[0].margin: is not above 0"),
        (
            problem(r#""metric": "slow""#, r#""metric": "slwo""#),
            "guardrails[0].metric: there is no metric `slwo`; did you mean `slow`?",
        ),
        (problem(r#""margin": 10"#, r#""margn": 10"#), "did you mean `margin`"),
        (problem(r#"["returned"]"#, r#"["seen"]"#), "counters[0]: metric `seen` already has a role"),
        (problem(r#"["country"]"#, r#"["country", "country"]"#), "segments[1]: `country` is written twice"),
        (plan(r#""practical": 0"#), "practical: `0` is not above 0"),
        (plan(r#""minUnits": 0"#), "minUnits: is 0"),
        (plan(r#""looks": 0"#), "looks: are not rising shares"),
        (plan(r#""looks": { "at": [0.5, 0.4, 1] }"#), "looks: are not rising shares"),
        (plan(r#""looks": { "at": [0.5] }"#), "looks: are not rising shares"),
        (plan(r#""looks": { "count": 3, "at": [1] }"#), "either `count` or `at`"),
        (plan(r#""looks": { "count": 3, "spending": "power" }"#), "looks.parameter: is missing"),
        (plan(r#""looks": { "count": 3, "parameter": 1 }"#), "looks.parameter: is not used"),
        (plan(r#""looks": { "count": 3, "spending": "pokock" }"#), "`pokock`"),
        (plan(r#""correction": "holms""#), "did you mean `holm`"),
        (plan(r#""treatments": "dunet""#), "`dunet`"),
    ] {
        assert!(found.contains(wanted), "{found} does not say {wanted}");
    }
}
