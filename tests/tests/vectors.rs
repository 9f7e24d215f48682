//! Every vector, natively.

use isoflag_engine::bucket::{bucket, cut, even_cut, key, position};
use isoflag_tests::{DecisionVectors, Native, directory, read};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Bucketing {
    #[serde(rename = "about")]
    _about: String,
    cuts: Vec<Cut>,
    even_cuts: Vec<EvenCut>,
    cases: Vec<Golden>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cut {
    cumulative: u32,
    cut: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvenCut {
    index: u32,
    arms: u32,
    cut: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    salt: String,
    unit: String,
    key: [String; 2],
    position: u32,
    bucket: u16,
}

#[test]
fn golden_buckets_never_change() {
    let vectors: Bucketing = read("bucketing.json").unwrap();
    for golden in &vectors.cases {
        let key = key(golden.salt.as_bytes());
        assert_eq!([format!("{:016x}", key.k0), format!("{:016x}", key.k1)], golden.key, "salt {:?}", golden.salt);
        let position = position(key, golden.unit.as_bytes());
        assert_eq!(
            (position, bucket(position)),
            (golden.position, golden.bucket),
            "{:?} {:?}",
            golden.salt,
            golden.unit
        );
    }
    for expected in &vectors.cuts {
        assert_eq!(cut(expected.cumulative), Some(expected.cut), "{}", expected.cumulative);
    }
    for expected in &vectors.even_cuts {
        assert_eq!(even_cut(expected.index, expected.arms), Some(expected.cut));
    }
    assert!(vectors.cases.len() >= 65 && vectors.cuts.len() >= 7 && vectors.even_cuts.len() >= 5);
}

#[test]
fn every_decision_is_the_one_written_down() {
    let mut files: Vec<_> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json") && name != "bucketing.json")
        .collect();
    files.sort();
    let (mut ran, mut failures) = (0, Vec::new());
    for file in &files {
        let vectors: DecisionVectors = read(file).unwrap();
        let native = Native::for_environment(&vectors.datafile.to_string(), vectors.environment.as_deref())
            .unwrap_or_else(|problems| panic!("{file}: {problems}"));
        for case in &vectors.cases {
            let answer =
                serde_json::to_value(native.decide_with(&case.flag, &case.context, case.given()).unwrap()).unwrap();
            for (field, expected) in &case.expect {
                let found = answer.get(field).unwrap_or_else(|| panic!("{file}: {}: no field {field}", case.name));
                if !agrees(expected, found) {
                    failures.push(format!("{file}: {}: {field} is {found}, expected {expected}", case.name));
                }
            }
            assert!(case.expect.contains_key("variant") && case.expect.contains_key("reason"), "{file}: {}", case.name);
            ran += 1;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(files.len() >= 28 && ran >= 500, "{ran} cases in {} files", files.len());
}

/// An expected object may leave fields out, such as a run that another test fixes.
fn agrees(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().all(|(key, value)| found.get(key).is_some_and(|found| agrees(value, found)))
        }
        (Value::Number(expected), Value::Number(found)) => expected.as_f64() == found.as_f64(),
        _ => expected == found,
    }
}
