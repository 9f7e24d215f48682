//! Every kind of metric, from units to its figures, beside scipy 1.17.1 and statsmodels 0.15.0.
//!
//! The units are made of whole numbers by the same SplitMix64 in Python; the calls that gave each number stand beside it.

#![cfg(test)]

#[path = "common/random.rs"]
mod random;

use isoflag_experiments::{
    Bin, Comparison, Estimator, MetricCell, MetricReport, Observed, Run, Second, Test, UnitCell, bins, parse, report,
};
use random::Random;
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000;
const FIRST_DAY: i64 = 20_766;
/// scipy and statsmodels add in another order.
const NINE_DIGITS: f64 = 1e-9;

const WRITTEN: &str = r#"{ "version": 1, "metrics": {
  "spent": { "kind": "sum", "event": "paid", "property": "value", "unit": "EUR" },
  "capped": { "kind": "sum", "event": "paid", "property": "value", "unit": "EUR", "cap": 500 },
  "cut": { "kind": "sum", "event": "paid", "property": "value", "unit": "EUR", "capQuantile": 0.98 },
  "adjusted": { "kind": "sum", "event": "paid", "property": "value", "cap": 500, "preDays": 30 },
  "per_visit": { "kind": "ratio", "event": "paid", "property": "value", "denominator": { "event": "visit" } },
  "median": { "kind": "quantile", "event": "paid", "property": "value", "quantile": 0.5 },
  "p90": { "kind": "quantile", "event": "paid", "property": "value", "quantile": 0.9 },
  "back": { "kind": "retention", "event": "visit", "days": { "from": 7, "to": 7 } } },
  "experiments": { "x": { "primary": "spent",
    "secondary": ["capped", "cut", "adjusted", "per_visit", "median", "p90", "back"] } } }"#;

/// `(spent, visits, spent before)` of one unit after the other.
fn units(seed: u64, count: usize, more: u64) -> Vec<[f64; 3]> {
    let mut random = Random(seed);
    let unit = |_| {
        let (before, visits) = (random.below(80), 1 + random.below(5));
        let buys = random.below(3) > 0;
        let spent = if buys { before + random.below(100) + more } else { 0 };
        let spent = spent + if random.below(60) == 0 { 3_000 } else { 0 };
        [spent as f64, visits as f64, before as f64]
    };
    (0..count).map(unit).collect()
}

/// A cell as the ledger fills it, of units that are spread over two days.
fn cells(variant: &str, values: &[(f64, Option<f64>)], binned: bool) -> Vec<MetricCell> {
    let of_day = |day: usize| {
        let mine = || values.iter().enumerate().filter(move |(i, _)| i % 2 == day).map(|(_, value)| *value);
        let (mut sum, mut squares, mut binned_units) = (0.0, 0.0, BTreeMap::<i32, Bin>::new());
        let mut second: Option<Second> = None;
        for (y, x) in mine() {
            (sum, squares) = (sum + y, squares + y * y);
            if let Some(x) = x {
                let sums = second.get_or_insert_default();
                (sums.sum, sums.sum_squares, sums.cross) = (sums.sum + x, sums.sum_squares + x * x, sums.cross + x * y);
            }
            if binned && y != 0.0 {
                let number = bins::bin(y);
                let bin = binned_units.entry(number).or_insert(Bin { bin: number, ..Bin::default() });
                (bin.units, bin.sum, bin.sum_squares) = (bin.units + 1, bin.sum + y, bin.sum_squares + y * y);
            }
        }
        let cell = MetricCell::new(variant, FIRST_DAY + day as i64, sum, squares);
        MetricCell { second, bins: binned_units.into_values().collect(), ..cell }
    };
    (0..2).map(of_day).collect()
}

fn observed() -> Observed {
    let mut observed = Observed::default();
    for (variant, units) in [("control", units(11, 600, 0)), ("treatment", units(12, 640, 9))] {
        for day in 0..2 {
            let units = (units.len() / 2) as u64;
            observed.units.push(UnitCell { variant: variant.into(), day: FIRST_DAY + day, units });
        }
        let spent: Vec<_> = units.iter().map(|[spent, ..]| (*spent, None)).collect();
        let per_visit: Vec<_> = units.iter().map(|[spent, visits, _]| (*spent, Some(*visits))).collect();
        let capped: Vec<_> = units.iter().map(|[spent, ..]| (spent.min(500.0), None)).collect();
        let adjusted: Vec<_> = units.iter().map(|[spent, _, before]| (spent.min(500.0), Some(*before))).collect();
        let metrics = [
            ("spent", cells(variant, &spent, false)),
            ("capped", cells(variant, &capped, false)),
            ("cut", cells(variant, &spent, true)),
            ("adjusted", cells(variant, &adjusted, false)),
            ("per_visit", cells(variant, &per_visit, false)),
            ("median", cells(variant, &spent, true)),
            ("p90", cells(variant, &spent, true)),
        ];
        for (key, cells) in metrics {
            observed.metrics.entry(key.into()).or_default().extend(cells);
        }
    }
    observed
}

fn metric(key: &str, observed: &Observed, now: i64) -> MetricReport {
    let arms = vec![("control".to_owned(), 0.5), ("treatment".to_owned(), 0.5)];
    let (control, unit) = ("control".into(), "visitorId".into());
    let run = Run { run: "7f3a09c2".into(), opened_at: 0, control, unit, arms, gate: 1.0 };
    let report = report("x", &parse(WRITTEN).unwrap(), &run, observed, now);
    report.metrics.into_iter().find(|metric| metric.key == key).unwrap()
}

fn compared(key: &str) -> (MetricReport, Comparison) {
    let metric = metric(key, &observed(), (FIRST_DAY + 40) * DAY);
    let comparison = metric.comparisons[0].clone();
    (metric, comparison)
}

#[track_caller]
fn close(got: f64, want: f64) {
    assert!((got - want).abs() <= NINE_DIGITS * want.abs(), "{got} is not {want}");
}

/// Statistic, p and interval of the planned test.
#[track_caller]
fn tested(comparison: &Comparison, test: Test, [statistic, p, low, high]: [f64; 4]) {
    let fixed = comparison.fixed.clone().unwrap();
    assert_eq!(fixed.test, test);
    close(fixed.statistic, statistic);
    close(fixed.p_value, p);
    close(fixed.low, low);
    close(fixed.high, high);
    close(fixed.log_p_value.exp(), p);
}

#[test]
fn a_sum_is_compared_by_welch() {
    let (metric, comparison) = compared("spent");
    assert_eq!((metric.method.estimator, metric.method.cap, metric.method.cuped), (Estimator::Mean, None, false));
    close(metric.arms[0].mean.unwrap(), 63_548.0 / 600.0);
    // scipy.stats.ttest_ind(treatment, control, equal_var=False), its confidence_interval(0.95)
    let numbers = [0.437_081_824_060_141_6, 0.662_128_237_897_719_8, -32.866_172_840_586_1, 51.708_256_173_919_44];
    tested(&comparison, Test::Welch, numbers);
}

#[test]
fn a_written_cap_is_in_the_ledger_s_sums() {
    let (metric, comparison) = compared("capped");
    assert_eq!(metric.method.cap, Some(500.0));
    assert!(metric.method.words.contains("counts up to 500 EUR, as planned"), "{}", metric.method.words);
    // scipy.stats.ttest_ind(np.minimum(treatment, 500), np.minimum(control, 500), equal_var=False)
    let numbers = [0.851_016_876_054_203_7, 0.394_924_548_359_351_15, -4.809_764_770_457_148, 12.179_139_770_457_168];
    tested(&comparison, Test::Welch, numbers);
}

#[test]
fn a_cap_at_a_quantile_is_one_cap_for_all_arms_and_exact() {
    let (metric, comparison) = compared("cut");
    // The upper edge of the bin at the rank 0.98 × 1,240 of all; np.quantile(all, 0.98) is 174.88, between this unit and the one before.
    let cap = metric.method.cap.unwrap();
    let mut all: Vec<f64> = units(11, 600, 0).iter().chain(&units(12, 640, 9)).map(|unit| unit[0]).collect();
    all.sort_by(f64::total_cmp);
    assert!(all[1_214] < 174.88 && 174.88 < all[1_215]);
    assert_eq!(cap, bins::lower_edge(bins::bin(all[1_215]) + 1));
    // Beside the same test of units that were cut at that number one by one.
    let cut = |seed, count, more| -> Vec<f64> { units(seed, count, more).iter().map(|u| u[0].min(cap)).collect() };
    let (control, treatment) = (cut(11, 600, 0), cut(12, 640, 9));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let error = |values: &[f64]| {
        let (n, m) = (values.len() as f64, mean(values));
        values.iter().map(|v| (v - m) * (v - m)).sum::<f64>() / (n - 1.0) / n
    };
    close(metric.arms[0].mean.unwrap(), mean(&control));
    close(comparison.difference.unwrap(), mean(&treatment) - mean(&control));
    let t = (mean(&treatment) - mean(&control)) / (error(&control) + error(&treatment)).sqrt();
    close(comparison.fixed.unwrap().statistic, t);
}

#[test]
fn totals_from_before_are_taken_out() {
    let (metric, comparison) = compared("adjusted");
    assert!(metric.method.cuped && metric.method.words.contains("30 days before exposure"), "{}", metric.method.words);
    // theta = np.cov(y, x)[0, 1] / np.var(x, ddof=1) over both arms; scipy.stats.ttest_ind(y - theta x, …, equal_var=False)
    let adjusted = comparison.adjusted.unwrap();
    close(adjusted.theta, THETA);
    close(comparison.difference.unwrap(), CUPED_DIFFERENCE);
    close(adjusted.variance_reduction.unwrap(), VARIANCE_REDUCTION);
    tested(&comparison, Test::Welch, CUPED);
    // The arms themselves are shown as they are.
    close(metric.arms[0].mean.unwrap(), compared("capped").0.arms[0].mean.unwrap());
    close(adjusted.raw_difference, compared("capped").1.difference.unwrap());
}

#[test]
fn without_totals_from_before_the_comparison_is_unadjusted_and_says_so() {
    let mut observed = observed();
    for cell in observed.metrics.get_mut("adjusted").unwrap() {
        cell.second = None;
    }
    let metric = metric("adjusted", &observed, (FIRST_DAY + 40) * DAY);
    assert!(!metric.method.cuped && metric.method.words.contains("Not adjusted"), "{}", metric.method.words);
    assert_eq!(
        (metric.comparisons[0].adjusted, metric.comparisons[0].clone().difference),
        (None, compared("capped").1.difference)
    );
}

#[test]
fn a_ratio_is_total_over_total_with_units_as_units() {
    let (metric, comparison) = compared("per_visit");
    close(metric.arms[0].mean.unwrap(), 63_548.0 / 1_756.0);
    assert_eq!((metric.arms[1].total, metric.arms[1].denominator), (73_814.0, Some(1_915.0)));
    // Per arm statsmodels.WLS(spent / visits, 1, weights=visits).fit(cov_type="HC1"): params and bse; then their z.
    let numbers = [0.320_591_220_567_815_36, 0.748_520_191_686_848_8, -12.048_153_258_576_638, 16.760_360_565_713_036];
    tested(&comparison, Test::RatioZ, numbers);
    close(comparison.lift.unwrap(), 0.065_105_400_888_552_77);
}

#[test]
fn quantiles_are_read_from_bins() {
    // np.quantile(spent, q): 67 and 74, 134.1 and 142.1. Whole euros fill whole bins here, so the rank's value is exact up to a euro.
    for (key, control, treatment) in [("median", 67.0, 74.0), ("p90", 134.1, 142.1)] {
        let (metric, comparison) = compared(key);
        let arms: Vec<f64> = metric.arms.iter().map(|arm| arm.mean.unwrap()).collect();
        assert!((arms[0] - control).abs() < 1.0 && (arms[1] - treatment).abs() < 1.0, "{arms:?}");
        close(comparison.difference.unwrap(), arms[1] - arms[0]);
        let fixed = comparison.fixed.unwrap();
        assert_eq!(fixed.test, Test::QuantileZ);
        // (Q_t − Q_c)/√(se_c² + se_t²), each error from the values at the ranks n(q ± 1.96 √(q(1−q)/n)).
        let q = if key == "median" { 0.5_f64 } else { 0.9 };
        let error = |values: Vec<[f64; 3]>| {
            let mut values: Vec<f64> = values.iter().map(|unit| unit[0]).collect();
            values.sort_by(f64::total_cmp);
            let (n, z) = (values.len() as f64, 1.959_963_984_540_054);
            let reach = z * (q * (1.0 - q) / n).sqrt();
            let at = |share: f64| values[(n * share).round() as usize - 1];
            (at(q + reach) - at(q - reach)) / (2.0 * z)
        };
        let se = error(units(11, 600, 0)).hypot(error(units(12, 640, 9)));
        let got = (fixed.high - fixed.low) / (2.0 * 1.959_963_984_540_054);
        // Ranks fall between two values a euro apart: up to a euro at each of four ends.
        assert!((got - se).abs() < 0.51, "{got} {se}");
    }
    // Ninety percent of 600 leave 60 beyond: too few for the sequence to have settled.
    assert!(compared("p90").1.anytime.is_none() && compared("median").1.anytime.is_some());
}

#[test]
fn where_the_quantile_is_shared_by_all_there_is_no_error_to_test_with() {
    let mut observed = observed();
    let (_, _) = (observed.metrics.remove("median"), observed.metrics.remove("p90"));
    let metric = metric("median", &observed, (FIRST_DAY + 40) * DAY);
    // Nobody has a total: the median is 0 in both arms.
    assert_eq!(
        (metric.arms[0].mean, metric.arms[0].low, metric.comparisons[0].difference),
        (Some(0.0), None, Some(0.0))
    );
    assert!(metric.comparisons[0].fixed.is_none() && metric.comparisons[0].anytime.is_none());
}

#[test]
fn retention_counts_units_whose_days_have_passed() {
    let mut observed = Observed::default();
    for (variant, units, back) in [("control", 2_010, 380.0), ("treatment", 2_000, 430.0)] {
        for day in [FIRST_DAY, FIRST_DAY + 1] {
            observed.units.push(UnitCell { variant: variant.into(), day, units });
            let cell = MetricCell::new(variant, day, back, back);
            observed.metrics.entry("back".into()).or_default().push(cell);
        }
    }
    // Day 7 of somebody who came at the end of a day ends with the eighth day after it.
    let now = (FIRST_DAY + 9) * DAY;
    assert_eq!(metric("back", &observed, now - 1).arms[0].units, 0);
    let ripe = metric("back", &observed, now);
    assert_eq!((ripe.arms[0].units, ripe.arms[1].units, ripe.waiting), (2_010, 2_000, 4_010));
    // statsmodels.stats.proportion.proportions_ztest([430, 380], [2000, 2010])
    let fixed = ripe.comparisons[0].fixed.clone().unwrap();
    assert_eq!(fixed.test, Test::TwoProportionZ);
    close(fixed.statistic, 2.046_095_826_827_887);
    close(fixed.p_value, 0.040_746_943_510_342_71);
    assert_eq!(metric("back", &observed, now + DAY).waiting, 0);
}

const THETA: f64 = 0.679_527_464_913_202_7;
const CUPED_DIFFERENCE: f64 = 4.029_193_767_888_813;
const VARIANCE_REDUCTION: f64 = 0.040_010_174_853_368_885;
const CUPED: [f64; 4] =
    [0.949_778_534_157_976_6, 0.342_410_172_109_627_7, -4.293_591_859_988_592, 12.351_979_395_766_218];
