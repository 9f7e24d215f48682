//! experiments.json: what is read, and how mistakes are named.

#![cfg(test)]

use isoflag_experiments::{Direction, Kind, MdeKind, parse};

/// A right file with one thing replaced.
fn with(from: &str, to: &str) -> Vec<String> {
    let right = r#"{ "version": 1,
      "metrics": {
        "bought": { "kind": "conversion", "event": "bought" },
        "revenue": { "kind": "sum", "event": "paid", "property": "value" } },
      "experiments": { "checkout": { "primary": "bought", "secondary": ["revenue"], "guardrails": [],
        "plan": { "baseline": 3.2, "mde": 10 } } } }"#;
    assert!(right.contains(from), "`{from}` is not in the file");
    parse(&right.replacen(from, to, 1)).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn one(from: &str, to: &str) -> String {
    let problems = with(from, to);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].clone()
}

#[test]
fn what_is_left_out_has_its_default() {
    let experiments = parse(
        r#"{ "version": 1, "metrics": { "bought": { "kind": "conversion", "event": "b" } },
             "experiments": { "x": { "primary": "bought", "plan": { "baseline": 3, "mde": 10 } } } }"#,
    )
    .unwrap();
    let metric = &experiments.metrics["bought"];
    assert_eq!((metric.kind, metric.window_days, metric.direction), (Kind::Conversion, 14, Direction::Increase));
    let plan = experiments.experiments["x"].plan.clone().unwrap();
    assert_eq!((plan.alpha, plan.power, plan.min_days, plan.mde_kind), (0.05, 0.8, 14, MdeKind::Relative));
    assert!(parse(r#"{ "version": 1 }"#).unwrap().experiments.is_empty());
}

#[test]
fn a_slip_is_named_with_its_path() {
    let cases = [
        (r#""event": "bought""#, r#""evnt": "bought""#, r#"$.metrics["bought"].evnt: unknown field `evnt`"#),
        (r#""kind": "sum""#, r#""kind": "median""#, r#"$.metrics["revenue"].kind: unknown value `median`"#),
        (r#""kind": "sum""#, r#""kind": "sum", "cap": null"#, r#"$.metrics["revenue"].cap: invalid type: null"#),
        (
            r#""baseline": 3.2"#,
            r#""baseline": 3.2, "looks": null"#,
            r#"$.experiments["checkout"].plan.looks: invalid type: null"#,
        ),
        (
            r#""guardrails": []"#,
            r#""guardrails": [], "owner": null"#,
            r#"$.experiments["checkout"].owner: invalid type: null"#,
        ),
        (r#""version": 1"#, r#""version": 2"#, "$.version: version `2` is not known; write 1"),
        (r#""primary": "bought""#, r#""primary": "bougt""#, "did you mean `bought`?"),
        (
            r#"["revenue"]"#,
            r#"["latency"]"#,
            r#"$.experiments["checkout"].secondary[0]: there is no metric `latency`; define"#,
        ),
        (r#"["revenue"]"#, r#"["bought"]"#, "already has a role"),
        (r#""property": "value""#, r#""windowDays": 3"#, r#"$.metrics["revenue"].property: is missing"#),
        (
            r#""event": "bought""#,
            r#""event": "bought", "property": "x""#,
            "used by kinds `sum`, `ratio` and `quantile` only",
        ),
        (r#""kind": "conversion""#, r#""kind": "ratio""#, r#".denominator: is missing; a `ratio` needs it"#),
        (r#""kind": "conversion""#, r#""kind": "retention""#, r#".days: is missing; a `retention` needs it"#),
        (r#""kind": "conversion""#, r#""kind": "quantile""#, r#".quantile: is missing; a `quantile` needs it"#),
        (r#""kind": "conversion""#, r#""kind": "quantile", "quantile": 90"#, ".quantile: `90` is not between 0 and 1"),
        (
            r#""kind": "conversion""#,
            r#""kind": "retention", "days": { "from": 7, "to": 1 }"#,
            ".days: `7` to `1` are not",
        ),
        (r#""event": "bought""#, r#""event": "bought", "cap": 5"#, ".cap: is not used by kind `conversion`"),
        (r#""event": "paid""#, r#""event": "paid", "cap": -5"#, ".cap: is not above 0"),
        (
            r#""event": "paid""#,
            r#""event": "paid", "cap": 5, "capQuantile": 0.99"#,
            ".capQuantile: stands beside `cap`",
        ),
        (r#""event": "paid""#, r#""event": "paid", "capQuantile": 99"#, ".capQuantile: is not between 0.5 and 1"),
        (r#""event": "paid""#, r#""event": "paid", "preDays": 0"#, ".preDays: `0` is not between 1 and 365"),
        (r#""event": "bought""#, r#""event": " ""#, r#"$.metrics["bought"].event: is empty"#),
        (r#""event": "bought""#, r#""event": "bought", "windowDays": 0"#, ".windowDays: `0` is not between"),
        (r#""mde": 10"#, r#""mde": -10"#, r#"$.experiments["checkout"].plan.mde: `-10` is not above 0"#),
        (r#""mde": 10"#, r#""mde": 4000"#, "outside 0 to 100 %"),
        (r#""mde": 10"#, r#""mde": 10, "alpha": 5"#, ".alpha: `5` is not a chance"),
        (r#""mde": 10"#, r#""mde": 10, "power": 80"#, ".power: `80` is not a chance"),
        (r#""mde": 10"#, r#""mde": 10, "minDays": 0"#, ".minDays: `0` is not between"),
        (r#""mde": 10"#, r#""mde": 10, "standardDeviation": 3"#, "follows from the baseline"),
        (r#""baseline": 3.2"#, r#""baseline": 320"#, ".baseline: `320` is not a percentage below 100"),
        (r#""baseline": 3.2"#, r#""baseline": 0"#, ".baseline: `0` is not above 0"),
        (r#""baseline": 3.2"#, r#""baseline": "3.2""#, r#"$.experiments["checkout"].plan.baseline: invalid type"#),
    ];
    for (from, to, message) in cases {
        let problem = one(from, to);
        assert!(problem.contains(message), "{problem}");
    }
}

#[test]
fn a_key_written_twice_is_refused() {
    let twice = r#""revenue": { "kind": "count", "event": "x" }, "revenue": { "#;
    assert!(one(r#""revenue": { "#, twice).contains("`revenue` is written twice"));
    assert!(one(r#""mde": 10"#, r#""mde": 10, "mde": 12"#).contains("`mde` is written twice"));
}

#[test]
fn all_mistakes_of_the_content_are_listed_at_once() {
    let problems = with(
        r#""plan": { "baseline": 3.2, "mde": 10 }"#,
        r#""owner": "me", "plan": { "baseline": 320, "mde": 10, "alpha": 5 }"#,
    );
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn what_cannot_be_read_hides_nothing_else_and_brings_nothing_along() {
    let problems = parse(
        r#"{ "version": 1, "metrics": {
          "bought": { "kind": "coutn", "event": "bought" }, "paid": { "kind": "sum", "event": "paid", "propperty": "x" },
          "late": { "kind": "count", "event": "late", "windowDays": 999 } },
        "experiments": { "a": { "primary": "bought", "secondary": ["paid", "piad"], "plan": { "baseline": 1 } },
          "b": { "primary": "late", "segmetns": [], "guardrails": [{ "metric": "paid", "margin": "5" }] } } }"#,
    )
    .unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            r#"$.metrics["bought"].kind"#,
            r#"$.metrics["paid"].propperty"#,
            r#"$.experiments["a"].plan"#,
            r#"$.experiments["b"].segmetns"#,
            r#"$.experiments["b"].guardrails[0].margin"#,
            r#"$.metrics["late"].windowDays"#,
        ],
        "{problems:#?}"
    );
    let [only] = parse(r#"{ "version": 1, "metrcis": {}, "experiments": { "a": { "primary": "x" } } }"#)
        .unwrap_err()
        .try_into()
        .unwrap();
    assert_eq!(only.path, "$.metrcis");
}

#[test]
fn what_is_not_json_says_where() {
    let problem = one(r#""version": 1,"#, r#""version": 1"#);
    assert!(problem.starts_with('$') && problem.contains("line 2"), "{problem}");
    let trailing = parse(r#"{ "version": 1 } x"#).unwrap_err();
    assert_eq!(trailing[0].to_string(), "$: this is not JSON: there is more behind the end, at line 1 column 18");
}
