//! Worlds small enough to be counted out: units of two or three kinds, every outcome with its chance, and what each interval says of it.
//!
//! The exact coverage of an interval is the sum of the chances of the outcomes in which it holds the truth, or does not exist. Against it stands a
//! simulation that draws units one by one; three of its own standard errors are allowed.

use crate::random::Random;
use std::collections::HashMap;

const DRAWS: u32 = 20_000;

/// Units drawn alike: how many, and the chance of each kind.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) n: usize,
    pub(crate) chances: Vec<f64>,
}

pub(crate) fn group<const K: usize>(n: usize, chances: [f64; K]) -> Group {
    assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    Group { n, chances: chances.into() }
}

/// How many units of each kind, group by group.
pub(crate) type Counts = Vec<Vec<usize>>;

/// Every way to be `n` units of these kinds, with its chance.
fn outcomes(n: usize, chances: &[f64]) -> Vec<(Vec<usize>, f64)> {
    let Some((chance, others)) = chances.split_first() else { return vec![] };
    if others.is_empty() {
        return vec![(vec![n], chance.powi(n as i32))];
    }
    let mut all = Vec::new();
    let mut ways = 1.0;
    for k in 0..=n {
        for (rest, rest_chance) in outcomes(n - k, others) {
            all.push(([vec![k], rest].concat(), ways * chance.powi(k as i32) * rest_chance));
        }
        // n choose k+1.
        ways *= (n - k) as f64 / (k + 1) as f64;
    }
    all
}

fn draw(group: &Group, random: &mut Random) -> Vec<usize> {
    let mut counts = vec![0; group.chances.len()];
    for _ in 0..group.n {
        let mut left = random.uniform();
        let kind = group.chances.iter().position(|chance| {
            left -= chance;
            left < 0.0
        });
        counts[kind.unwrap_or(group.chances.len() - 1)] += 1;
    }
    counts
}

/// Counts out and simulates how often each of `names` holds; answers the exact shares.
pub(crate) fn cover(
    seed: u64,
    groups: &[Group],
    names: &[&str],
    holds: impl Fn(&[Vec<usize>]) -> Vec<bool>,
) -> Vec<f64> {
    let mut all: Vec<(Counts, f64)> = vec![(vec![], 1.0)];
    for group in groups {
        let of_group = outcomes(group.n, &group.chances);
        all = all
            .iter()
            .flat_map(|(before, chance)| {
                of_group
                    .iter()
                    .map(move |(counts, own)| ([before.clone(), vec![counts.clone()]].concat(), chance * own))
            })
            .collect();
    }
    let mut held: HashMap<Counts, Vec<bool>> = HashMap::new();
    let (mut exact, mut sum) = (vec![0.0; names.len()], 0.0);
    for (counts, chance) in all {
        let found = holds(&counts);
        assert_eq!(found.len(), names.len());
        for (share, held) in exact.iter_mut().zip(&found) {
            *share += if *held { chance } else { 0.0 };
        }
        sum += chance;
        held.insert(counts, found);
    }
    assert!((sum - 1.0).abs() < 1e-12, "the outcomes are not all there: {sum}");

    let mut random = Random(seed);
    let mut simulated = vec![0_u32; names.len()];
    for _ in 0..DRAWS {
        let counts: Counts = groups.iter().map(|group| draw(group, &mut random)).collect();
        for (count, held) in simulated.iter_mut().zip(&held[&counts]) {
            *count += u32::from(*held);
        }
    }
    for ((name, exact), simulated) in names.iter().zip(&exact).zip(simulated) {
        let share = f64::from(simulated) / f64::from(DRAWS);
        let error = (exact * (1.0 - exact) / f64::from(DRAWS)).sqrt();
        println!("{name}: {share:.4} ± {error:.4}, exactly {exact:.4}");
        assert!((share - exact).abs() <= 3.0 * error + 1e-12, "{name}: simulated {share}, exact {exact} ± {error}");
    }
    exact
}
