//! The ASOS experiments, analysed whole: 381 comparisons at their end, 12 of them day by day.
//!
//! The counts below are scipy 1.17.1's and statsmodels 0.15.0's as well; `tests/bench/stats/asos.py` sets every single number beside theirs.

#![cfg(test)]

use isoflag_stats::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

struct Checkpoint {
    pair: (String, String),
    metric: String,
    control: Sample,
    treatment: Sample,
}

fn checkpoints(name: &str) -> Vec<Checkpoint> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header =
        "experiment_id,variant_id,metric_id,time_since_start,count_c,count_t,mean_c,mean_t,variance_c,variance_t";
    assert_eq!(lines.next(), Some(header));
    let checkpoint = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |index: usize| fields[index].parse::<f64>().unwrap();
        let arm = |side: usize| Sample { n: number(4 + side), mean: number(6 + side), variance: number(8 + side) };
        Checkpoint {
            pair: (fields[0].into(), fields[1].into()),
            metric: fields[2].into(),
            control: arm(0),
            treatment: arm(1),
        }
    };
    lines.map(checkpoint).collect()
}

fn p_value(checkpoint: &Checkpoint) -> f64 {
    let found = welch_t(checkpoint.control, checkpoint.treatment, Alternative::TwoSided, 0.05).unwrap();
    let test = found.test.unwrap();
    assert_eq!(test.interval.excludes(0.0), test.p.p_value < 0.05, "{:?} {}", checkpoint.pair, checkpoint.metric);
    test.p.p_value
}

#[test]
fn every_comparison_is_found_as_others_find_it() {
    let all = checkpoints("asos_final.csv");
    assert_eq!(all.len(), 381);
    let mismatched = all.iter().filter(|row| {
        let srm = srm_chi_square(&[(row.control.n, 1.0), (row.treatment.n, 1.0)]).unwrap();
        srm.p.p_value < 0.001
    });
    assert_eq!(mismatched.count(), 48);
    let mut by_metric: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for row in &all {
        by_metric.entry(&row.metric).or_default().push(p_value(row));
    }
    assert_eq!(by_metric.values().flatten().filter(|p| **p < 0.05).count(), 105);
    let kept = |correction: Correction| -> usize {
        let kept = |p: &Vec<f64>| p_adjust(p, correction).unwrap().iter().filter(|p| **p <= 0.05).count();
        by_metric.values().map(kept).sum()
    };
    assert_eq!(kept(Correction::Bonferroni), 48);
    assert_eq!(kept(Correction::Holm), 49);
    assert_eq!(kept(Correction::BenjaminiHochberg), 68);
    assert_eq!(kept(Correction::BenjaminiYekutieli), 56);
}

#[test]
fn read_daily_the_plain_p_value_calls_more_than_the_always_valid_one() {
    let mut days: BTreeMap<(&(String, String), &str), Vec<&Checkpoint>> = BTreeMap::new();
    let all = checkpoints("asos_daily.csv");
    assert_eq!(all.len(), 362);
    for row in &all {
        days.entry((&row.pair, &row.metric)).or_default().push(row);
    }
    let (mut peeked, mut stopped) = (0, 0);
    for looks in days.values() {
        let effect = 0.005 * looks.last().unwrap().control.mean;
        let arms: Vec<(Sample, Sample)> = looks.iter().map(|look| (look.control, look.treatment)).collect();
        peeked += usize::from(looks.iter().any(|look| p_value(look) < 0.05));
        stopped += usize::from(msprt_run_means(&arms, effect * effect, 0.05).unwrap().stop_look.is_some());
    }
    assert_eq!((days.len(), peeked, stopped), (12, 8, 5));
}
