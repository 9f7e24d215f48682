use super::*;
use isoflag_engine::bucket::{bucket, cut, position};
use std::collections::HashMap;

fn decide_units(bytes: &[u8], units: impl Iterator<Item = u32>, mut each: impl FnMut(u32, Decision)) {
    let program = Program::open(bytes).unwrap();
    let flag = program.flag(0).unwrap();
    for unit in units {
        let attributes = [Value::Number(unit.into())];
        each(unit, decide(&flag, &Input::new(attributes.as_slice(), 0)));
    }
}

fn chi_square(counts: &[u32], shares: &[f64]) -> f64 {
    let all = f64::from(counts.iter().sum::<u32>());
    counts.iter().zip(shares).map(|(count, share)| (f64::from(*count) - all * share).powi(2) / (all * share)).sum()
}

/// An experiment over the first three variants, by cumulative basis points.
fn weighted(salt: &str, cuts: &[u32]) -> SplitCode {
    let ranges = cuts.iter().zip(0..).map(|(points, arm)| (cut(*points).unwrap_or(u32::MAX), arm)).collect();
    SplitCode { key: key(salt.as_bytes()), ranges, ..halves() }
}

#[test]
fn shares_of_a_million_units_follow_the_weights() {
    // The upper 0.1 % points of chi-square with one and two degrees of freedom; the units are fixed, so this never flakes.
    for (salt, cuts, shares, limit) in [
        ("one", vec![5000, 10_000], vec![0.5, 0.5], 10.83),
        ("two", vec![1000, 4000, 10_000], vec![0.1, 0.3, 0.6], 13.82),
        ("three", vec![100, 10_000], vec![0.01, 0.99], 10.83),
        ("four", vec![3333, 6666, 10_000], vec![0.3333, 0.3333, 0.3334], 13.82),
    ] {
        let mut counts = vec![0; shares.len()];
        let bytes = program(vec![flag("f", vec![splits(weighted(salt, &cuts))])]);
        decide_units(&bytes, 0..1_000_000, |_, decision| counts[usize::from(decision.variant.unwrap())] += 1);
        let chi = chi_square(&counts, &shares);
        assert!(chi < limit, "{salt}: {counts:?}, chi-square {chi}");
    }
}

#[test]
fn two_experiments_are_independent() {
    // Also gate and split of one experiment: a gate's key is a key like any other.
    for (one, other) in [("checkout", "pricing"), ("checkout", "checkout/gate"), ("a", "b"), ("salt-1", "salt-2")] {
        let (one_key, other_key) = (key(one.as_bytes()), key(other.as_bytes()));
        let mut counts = HashMap::new();
        for unit in 0..1_000_000_u32 {
            let arm = |key| u32::from(bucket(position(key, &unit.to_le_bytes()))) * 3 / 10_000;
            *counts.entry((arm(one_key), arm(other_key))).or_insert(0_u32) += 1;
        }
        let share = |arm: u32| [3334.0, 3333.0, 3333.0][arm as usize] / 10_000.0;
        let cells: Vec<(u32, f64)> =
            counts.iter().map(|((one, other), count)| (*count, share(*one) * share(*other))).collect();
        let (counts, shares): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
        // The upper 0.1 % point with eight degrees of freedom: margins and association at once.
        let chi = chi_square(&counts, &shares);
        assert!(counts.len() == 9 && chi < 26.12, "{one} and {other}: {counts:?}, chi-square {chi}");
    }
}

#[test]
fn raising_a_gate_step_by_step_moves_nobody() {
    let gated = |points: u32| {
        let steps = vec![GateStep { from: i64::MIN, cut: cut(points) }];
        let gate = Some(GateCode { key: key(b"gate"), steps });
        program(vec![flag("f", vec![splits(SplitCode { gate, ..halves() })])])
    };
    let mut inside: HashMap<u32, Decision> = HashMap::new();
    for points in 0..=10_000 {
        let mut now_inside = 0;
        decide_units(&gated(points), 0..50, |unit, decision| {
            if decision.reason == Reason::Split {
                now_inside += 1;
                assert_eq!(*inside.entry(unit).or_insert(decision), decision, "unit {unit} moved at {points}");
            }
        });
        assert_eq!(now_inside, inside.len(), "somebody fell out at {points}");
        assert!(points > 0 || now_inside == 0, "a gate of nothing lets nobody in");
    }
    assert_eq!(inside.len(), 50, "a gate of everything lets everybody in");
}

#[test]
fn every_cut_agrees_with_the_buckets_people_see() {
    let program_of = |points: u32| program(vec![flag("f", vec![splits(weighted("buckets", &[points, 10_000]))])]);
    for points in (1..10_000).step_by(7) {
        decide_units(&program_of(points), 0..100, |unit, decision| {
            let below = u32::from(decision.bucket.unwrap()) < points;
            assert_eq!(decision.variant, Some(u16::from(!below)), "unit {unit} at {points}: {decision:?}");
        });
    }
}

#[test]
fn a_constant_decision_is_the_decision() {
    let mut off = flag("off", vec![splits(halves())]);
    off.enabled = false;
    let mut depends = flag("depends", Vec::new());
    depends.prerequisites = vec![test(isoflag_engine::layout::op::EXISTS, Operand::None)];
    let flags = [
        (off, true),
        (flag("empty", Vec::new()), true),
        (flag("all", vec![targets(Vec::new()), splits(halves())]), true),
        (flag("split", vec![splits(halves())]), false),
        (flag("test", vec![targets(vec![test(isoflag_engine::layout::op::IS_TRUE, Operand::None)])]), false),
        (depends, false),
    ];
    for (flag, constant) in flags {
        let key = flag.key.clone();
        let bytes = program(vec![flag]);
        let decision = ask(&bytes, &key, &[Value::Text(b"user")], 7, Pin::Sticky(THIRD));
        let found = Program::open(&bytes).unwrap().flag(0).unwrap().constant();
        assert_eq!(found, constant.then_some(decision), "{key}");
    }
}
