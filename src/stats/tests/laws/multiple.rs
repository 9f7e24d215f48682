//! Corrections: order, strictness among each other, and what they hold when nothing is true.

use crate::random::Random;
use isoflag_stats::*;

const ALL: [Correction; 8] = [
    Correction::Bonferroni,
    Correction::Holm,
    Correction::Hochberg,
    Correction::Hommel,
    Correction::BenjaminiHochberg,
    Correction::BenjaminiYekutieli,
    Correction::Sidak,
    Correction::HolmSidak,
];

fn p_values(random: &mut Random) -> Vec<f64> {
    let count = random.whole(1.0, 25.0) as usize;
    let mut values: Vec<f64> = (0..count).map(|_| random.uniform().powi(3)).collect();
    if count > 3 {
        values[1] = values[2];
    }
    values
}

#[test]
fn adjusted_values_keep_the_order_and_are_never_smaller_than_raw_ones() {
    let mut random = Random(31);
    for _ in 0..300 {
        let raw = p_values(&mut random);
        for correction in ALL {
            let adjusted = p_adjust(&raw, correction).unwrap();
            for (a, p) in adjusted.iter().zip(&raw) {
                assert!(*a >= p * (1.0 - 1e-14) && *a <= 1.0, "{correction:?}: {p} {a}");
                for (b, q) in adjusted.iter().zip(&raw) {
                    assert!(p > q || a <= b, "{correction:?}: {p} ≤ {q} but {a} > {b}");
                }
            }
        }
    }
}

#[test]
fn stricter_corrections_are_stricter_everywhere() {
    let mut random = Random(32);
    let chains = [
        [Correction::Bonferroni, Correction::Holm],
        [Correction::Holm, Correction::Hochberg],
        [Correction::Hochberg, Correction::Hommel],
        [Correction::Bonferroni, Correction::Sidak],
        [Correction::Sidak, Correction::HolmSidak],
        [Correction::Holm, Correction::HolmSidak],
        [Correction::Hommel, Correction::BenjaminiHochberg],
        [Correction::BenjaminiYekutieli, Correction::BenjaminiHochberg],
    ];
    for _ in 0..300 {
        let raw = p_values(&mut random);
        for [strict, mild] in chains {
            let pairs = p_adjust(&raw, strict).unwrap().into_iter().zip(p_adjust(&raw, mild).unwrap());
            for (strict_p, mild_p) in pairs {
                assert!(mild_p <= strict_p * (1.0 + 1e-12), "{strict:?} {mild:?} {raw:?}");
            }
        }
    }
}

#[test]
fn the_order_of_the_tests_does_not_matter() {
    let mut random = Random(33);
    for _ in 0..100 {
        let raw = p_values(&mut random);
        let mirrored: Vec<f64> = raw.iter().rev().copied().collect();
        for correction in ALL {
            let mut back = p_adjust(&mirrored, correction).unwrap();
            back.reverse();
            assert_eq!(back, p_adjust(&raw, correction).unwrap(), "{correction:?}");
        }
    }
    assert_eq!(p_adjust(&[0.5, f64::NAN], Correction::Holm), None);
    assert_eq!(p_adjust(&[], Correction::Hommel), Some(vec![]));
}

#[test]
fn a_true_null_is_rejected_in_alpha_of_the_families() {
    const FAMILIES: u32 = 10_000;
    let mut random = Random(34);
    for correction in ALL {
        let any = (0..FAMILIES)
            .filter(|_| {
                let raw: Vec<f64> = (0..6).map(|_| random.uniform()).collect();
                p_adjust(&raw, correction).unwrap().iter().any(|p| *p <= 0.05)
            })
            .count();
        let rate = any as f64 / f64::from(FAMILIES);
        let error = (0.05 * 0.95 / f64::from(FAMILIES)).sqrt();
        println!("{correction:?}: {rate:.4} ± {error:.4}, at most 0.05");
        assert!(rate < 0.05 + 3.0 * error);
    }
}

#[test]
fn dunnett_lies_between_one_comparison_and_bonferroni() {
    let mut random = Random(35);
    for _ in 0..60 {
        let count = random.whole(1.0, 6.0);
        let treatments: Vec<(f64, f64)> =
            (0..count as u32).map(|_| (3.0 * random.normal(), random.between(50.0, 5_000.0))).collect();
        let found = dunnett(&treatments, random.between(50.0, 5_000.0), 0.05).unwrap();
        for ((z, _), adjusted) in treatments.iter().zip(&found.adjusted_p) {
            let raw = normal_p(*z, Alternative::TwoSided).p_value;
            assert!(*adjusted >= raw * (1.0 - 1e-9) && *adjusted <= (raw * count).min(1.0) * (1.0 + 1e-9), "{z}");
            assert_eq!(*adjusted <= 0.05, z.abs() >= found.critical, "{z} {}", found.critical);
        }
    }
}

#[test]
fn dunnett_is_exact_for_a_shared_control() {
    const RUNS: u32 = 20_000;
    let mut random = Random(36);
    let sizes = [400.0, 1_000.0, 2_500.0];
    let n_control = 800.0;
    let critical = dunnett(&sizes.map(|n| (0.0, n)), n_control, 0.05).unwrap().critical;
    let any = (0..RUNS)
        .filter(|_| {
            let control = random.normal() / n_control.sqrt();
            sizes.iter().any(|n| {
                let z = (random.normal() / n.sqrt() - control) / (1.0 / n + 1.0 / n_control).sqrt();
                z.abs() >= critical
            })
        })
        .count();
    let rate = any as f64 / f64::from(RUNS);
    let error = (0.05 * 0.95 / f64::from(RUNS)).sqrt();
    println!("dunnett, 3 arms: {rate:.4} ± {error:.4}, exactly 0.05");
    assert!((rate - 0.05).abs() < 4.0 * error);
}
