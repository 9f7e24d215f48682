//! Every reference case of statistics, natively: unknown keys are refused, expected keys must be answered.

use isoflag_methods::{Input, Value as Plain, answer};
use isoflag_tests::directory;
use isoflag_tests::stats::to_json;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    method: String,
    #[serde(rename = "tags")]
    _tags: Vec<String>,
    input: Plain,
    expected: BTreeMap<String, Value>,
    rtol: f64,
    atol: f64,
    #[serde(default)]
    tol: BTreeMap<String, Tolerance>,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tolerance {
    rtol: Option<f64>,
    atol: Option<f64>,
}

/// Cases per file. A case that is lost must not pass unseen.
const CASES: &[(&str, usize)] = &[
    ("aa_test", 4),
    ("assignment_independence", 2),
    ("asymptotic_cs", 12),
    ("asymptotic_cs_one_sided", 6),
    ("balance", 3),
    ("balance_categorical", 2),
    ("beta_binomial", 11),
    ("chi2_contingency", 3),
    ("cluster_design", 4),
    ("cluster_robust", 16),
    ("cluster_sample_size", 2),
    ("cuped", 7),
    ("cuped_raw", 7),
    ("days_remaining", 6),
    ("dunnett", 2),
    ("exploration_decay", 3),
    ("fisher_exact", 12),
    ("group_sequential_bounds", 50),
    ("group_sequential_classical", 22),
    ("group_sequential_run", 9),
    ("group_sequential_size", 7),
    ("interaction_2x2", 3),
    ("interaction_axb", 3),
    ("mde_means", 2),
    ("mde_proportions", 18),
    ("mean_from_sums", 9),
    ("merge_moments", 4),
    ("msprt", 7),
    ("msprt_run", 4),
    ("msprt_run_means", 6),
    ("non_inferiority", 7),
    ("normal_bayes", 7),
    ("normal_mixture_boundary", 3),
    ("p_adjust", 58),
    ("peeking_fpr", 10),
    ("post_stratification", 7),
    ("post_stratification_raw", 2),
    ("power_means", 8),
    ("power_proportions", 14),
    ("proportion_ci", 35),
    ("proportion_diff_ci", 25),
    ("quantile_ci", 10),
    ("quantile_clustered", 3),
    ("quantile_diff", 3),
    ("randomization_test", 3),
    ("ratio_delta", 6),
    ("ratio_delta_raw", 3),
    ("regression_adjustment", 16),
    ("relative_lift", 32),
    ("retention", 4),
    ("sample_size_means", 8),
    ("sample_size_proportions", 25),
    ("simpson", 4),
    ("special", 112),
    ("spending_function", 15),
    ("sprt_bernoulli", 5),
    ("sprt_normal", 4),
    ("srm_chi_square", 21),
    ("srm_sequential", 3),
    ("switchback_blocks", 3),
    ("switchback_hac", 4),
    ("switchback_ht", 3),
    ("thompson_bernoulli", 5),
    ("thompson_gaussian", 4),
    ("tost", 2),
    ("two_proportion_z", 22),
    ("welch_t", 26),
    ("welch_t_raw", 5),
    ("winsorize", 4),
];

#[test]
fn every_reference_case_is_met() {
    let mut ran = BTreeMap::new();
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(directory().join("stats")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let method = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for case in &cases {
            assert_eq!(case.method, method, "{} lies in the wrong file", case.id);
            failures.extend(judge(case));
        }
        ran.insert(method, cases.len());
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    let expected: BTreeMap<String, usize> = CASES.iter().map(|(method, count)| ((*method).into(), *count)).collect();
    assert_eq!(ran, expected);
}

#[test]
fn a_wrong_answer_is_seen() {
    let text = r#"{"id": "x", "method": "days_remaining", "tags": [], "source": "", "rtol": 1e-9, "atol": 0,
        "input": {"required_total": 100, "current_total": 0, "daily_users": 10, "allocation": 1},
        "expected": {"defined": true, "days": 11, "hours": 240}}"#;
    let mut case: Case = serde_json::from_str(text).unwrap();
    assert_eq!(judge(&case).len(), 2, "one number is wrong and one key is missing");
    let Plain::Object(entries) = case.input.clone() else { panic!("an object") };
    let with = |entries: &[(String, Plain)]| Plain::Object(entries.to_vec());
    case.input = with(&[entries.as_slice(), &[("holidays".into(), Plain::Null)]].concat());
    assert_eq!(judge(&case).len(), 3, "and one input is not known");
    let fewer: Vec<_> = entries.into_iter().filter(|(key, _)| key != "daily_users").collect();
    case.input = with(&fewer);
    assert_eq!(judge(&case).len(), 1, "and without an input there is no answer");
    assert!(serde_json::from_str::<Case>(&text.replace("tags", "labels")).is_err());
}

fn judge(case: &Case) -> Vec<String> {
    let Some(entries) = case.input.as_object() else { return vec![format!("{}: the input is no object", case.id)] };
    let input = Input::new(entries);
    let answers = match answer(&case.method, &input) {
        Ok(answers) => answers,
        Err(error) => return vec![format!("{}: {error}", case.id)],
    };
    let mut failures = Vec::new();
    for unread in input.unread() {
        failures.push(format!("{}: nobody reads input `{unread}`", case.id));
    }
    for (key, want) in &case.expected {
        let tolerance = case.tol.get(key);
        let rtol = tolerance.and_then(|t| t.rtol).unwrap_or(case.rtol);
        let atol = tolerance.and_then(|t| t.atol).unwrap_or(case.atol);
        match answers.get(key).cloned().map(to_json).as_ref() {
            None => failures.push(format!("{}: {key} is missing, want {want}", case.id)),
            Some(got) if agree(got, want, rtol, atol) => {}
            Some(got) => failures.push(format!("{}: {key} is {got}, want {want} (rtol {rtol:e})", case.id)),
        }
    }
    failures
}

fn agree(got: &Value, want: &Value, rtol: f64, atol: f64) -> bool {
    match (got, want) {
        (Value::Array(got), Value::Array(want)) => {
            got.len() == want.len() && got.iter().zip(want).all(|(got, want)| agree(got, want, rtol, atol))
        }
        _ => match (got.as_f64(), want.as_f64()) {
            (Some(got), Some(want)) => (got - want).abs() <= atol + rtol * want.abs(),
            _ => got == want,
        },
    }
}
