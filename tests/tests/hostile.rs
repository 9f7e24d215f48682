//! What somebody who means harm would send: to the compiler as a datafile, to the engine as a context. Everything has an
//! answer, in time that does not explode. Time is counted, never measured: a test here that hangs is a failed test.

#![expect(clippy::unwrap_used, reason = "a datafile of this test that does not compile is a failed test")]

use isoflag_datafile::compile;
use isoflag_tests::{Given, Native};
use serde_json::{Map, Value as Json, json};

/// A datafile with one flag that is on for whom the condition holds.
fn on_if(condition: &str) -> String {
    format!(
        r#"{{"version":1,"flags":{{"f":{{"type":"boolean","variants":{{"on":true,"off":false}},"off":"off",
        "rules":[{{"if":{condition},"variant":"on"}}]}}}}}}"#
    )
}

fn holds(native: &Native, value: Json) -> bool {
    let context = Map::from_iter([("a".to_owned(), value)]);
    native.decide("f", &context).unwrap().variant.unwrap() == "on"
}

/// The first problem of a datafile that must have one.
fn refused(datafile: &str) -> String {
    compile(datafile).unwrap_err().remove(0).to_string()
}

#[test]
fn ten_thousand_levels_of_json() {
    const DEEP: usize = 10_000;
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"{"not":"#, "}"), (r#"{"all":["#, "]}")] {
        let deep = format!("{}1{}", open.repeat(DEEP), close.repeat(DEEP));
        assert!(!refused(&deep).is_empty());
        assert!(!refused(&on_if(&deep)).is_empty());
        let value = format!(
            r#"{{"version":1,"flags":{{"f":{{"type":"json","variants":{{"v":{deep}}},"off":"v","schema":{deep}}}}}}}"#
        );
        assert!(!refused(&value).is_empty());
        // Never closed, and closed where nothing was open.
        assert!(!refused(&open.repeat(DEEP)).is_empty());
        assert!(!refused(&close.repeat(DEEP)).is_empty());
    }
}

#[test]
fn patterns_that_explode_elsewhere() {
    // Either refused with a reason, or a table that walks any text once.
    let long = "a".repeat(1_000_000);
    let (mut compiled, mut told) = (0, 0);
    for pattern in [
        "(a*)*b",
        "(a+)+$",
        "(a|aa)+$",
        "(a|a?)+b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(x+x+)+y",
        "(.*a){12}",
        "(.*a){25}",
        "a{1000}",
        "(a{1000}){1000}",
        "((a{100}){100}){100}",
        "(?:a?){500}a{500}",
        ".{65535}",
        "[\\w\\W]{2000}",
        "(a|b|c|d|e){300}",
        "((((((((((a*)*)*)*)*)*)*)*)*)*)*",
        "a{4294967295}",
        "(?:(?:a{0,50}){0,50}){0,50}",
        "(é|É|ß|ẞ){200}",
    ] {
        for fold in ["", r#","ignoreCase":true"#] {
            let condition = format!(r#"{{"attribute":"a","matches":{}{fold}}}"#, json!(pattern));
            match Native::new(&on_if(&condition)) {
                Ok(native) => {
                    compiled += 1;
                    let _ = holds(&native, json!(long));
                    let _ = holds(&native, json!(format!("{long}!")));
                }
                Err(problem) => {
                    told += 1;
                    assert!(problem.contains("matches") && problem.len() < 1000, "{problem}");
                }
            }
        }
    }
    assert!(compiled > 5 && told > 5, "{compiled} compiled, {told} refused");
}

#[test]
fn a_hundred_thousand_in_a_set() {
    let texts: Vec<String> = (0..100_000).map(|number| format!("unit-{number}")).collect();
    let numbers: Vec<u32> = (0..100_000).map(|number| number * 3).collect();
    let set = |fold: bool| on_if(&json!({ "attribute": "a", "in": texts, "ignoreCase": fold }).to_string());
    for (fold, shout) in [(false, false), (true, true)] {
        let native = Native::new(&set(fold)).unwrap();
        for inside in ["unit-0", "unit-99999", "unit-50000"] {
            assert!(holds(&native, json!(inside)));
            assert_eq!(holds(&native, json!(inside.to_uppercase())), shout);
        }
        for outside in ["unit-100000", "", "unit-", "vnit-1", "unit-50000 "] {
            assert!(!holds(&native, json!(outside)));
        }
    }
    let native = Native::new(&on_if(&json!({ "attribute": "a", "in": numbers }).to_string())).unwrap();
    for number in 0..3000 {
        assert_eq!(holds(&native, json!(number)), number % 3 == 0);
    }
    let native = Native::new(&on_if(&json!({ "attribute": "a", "containsAny": texts }).to_string())).unwrap();
    assert!(holds(&native, json!(["x", "unit-77777"])));
    assert!(!holds(&native, json!(vec!["x"; 10_000])));
    let networks: Vec<String> =
        (0..100_000).map(|number| format!("10.{}.{}.0/24", number / 256 % 256, number % 256)).collect();
    let native = Native::new(&on_if(&json!({ "attribute": "a", "inNetwork": networks }).to_string())).unwrap();
    assert!(holds(&native, json!("10.255.255.1")) && !holds(&native, json!("11.0.0.1")));
}

#[test]
fn an_attribute_of_a_megabyte() {
    let long = "ab".repeat(500_000);
    let cases = [
        json!({ "attribute": "a", "equals": long }),
        json!({ "attribute": "a", "in": [long, "x"] }),
        json!({ "attribute": "a", "startsWith": "abab" }),
        json!({ "attribute": "a", "endsWith": "abab" }),
        json!({ "attribute": "a", "includes": "baba" }),
        json!({ "attribute": "a", "matches": "^(ab)+$" }),
        json!({ "attribute": "a", "matches": "A(BA)*B$", "ignoreCase": true }),
        json!({ "attribute": "a", "includes": "BABA", "ignoreCase": true }),
        json!({ "attribute": "a", "equals": long.to_uppercase(), "ignoreCase": true }),
    ];
    for condition in cases {
        let native = Native::new(&on_if(&condition.to_string())).unwrap();
        assert!(holds(&native, json!(long)), "{condition:.80}");
        assert!(!holds(&native, json!(long.replace('a', "c"))), "{condition:.80}");
    }
    // Texts that are almost a version, a date, an address, and lists that are almost endless.
    for (condition, value) in [
        (r#"{"attribute":"a","version":{"atLeast":"1"}}"#, json!(format!("1.2.3-{}", "0".repeat(1_000_000)))),
        (
            r#"{"attribute":"a","date":{"after":"2020-01-01"}}"#,
            json!(format!("2021-01-01T00:00:00.{}", "9".repeat(1_000_000))),
        ),
        (r#"{"attribute":"a","inNetwork":"::/0"}"#, json!(":".repeat(1_000_000))),
        (r#"{"attribute":"a","contains":"x"}"#, json!(vec!["y"; 100_000])),
    ] {
        assert!(!holds(&Native::new(&on_if(condition)).unwrap(), value));
    }
    let version = Native::new(&on_if(r#"{"attribute":"a","version":{"atLeast":"1.2.3-0"}}"#)).unwrap();
    assert!(holds(&version, json!(format!("1.2.3-{}", "9".repeat(1_000_000)))));
    let date = Native::new(&on_if(r#"{"attribute":"a","date":{"after":"2020-01-01"}}"#)).unwrap();
    assert!(holds(&date, json!(format!("2021-01-01T00:00:00.{}Z", "9".repeat(1_000_000)))));
}

#[test]
fn a_needle_that_makes_naive_search_quadratic() {
    // 50,000 letters that all but fit at each of a million places: found out in one pass, not in 5·10¹⁰ steps.
    let (needle, hay) = (format!("{}b", "a".repeat(50_000)), "a".repeat(1_000_000));
    for fold in [false, true] {
        let native =
            Native::new(&on_if(&json!({ "attribute": "a", "includes": needle, "ignoreCase": fold }).to_string()))
                .unwrap();
        assert!(!holds(&native, json!(hay)));
        assert!(holds(&native, json!(format!("{hay}b"))));
    }
}

#[test]
fn ids_of_every_kind_have_a_bucket() {
    let datafile = r#"{"version":1,"flags":{"f":{"type":"boolean","variants":{"on":true,"off":false},"off":"off",
        "rules":[{"split":{"unit":"a","arms":[{"variant":"on"},{"variant":"off"}]}}]}}}"#;
    let native = Native::new(datafile).unwrap();
    let long = "é".repeat(500_000);
    for id in ["😀", "\0", "a\0b", "__proto__", "constructor", "\u{feff}", "👩‍👩‍👧", &long] {
        let context = Map::from_iter([("a".to_owned(), json!(id))]);
        let answer = native.decide_with("f", &context, Given::default()).unwrap();
        assert_eq!((answer.reason, answer.bucket.is_some()), ("split", true), "{id:.20}");
    }
}

#[test]
fn names_of_every_kind_are_only_names() {
    for name in ["__proto__", "constructor", "toString", "\0", "😀", "a.b", "\u{2028}", &"n".repeat(100_000)] {
        let datafile = json!({ "version": 1, "flags": { (name): { "type": "string", "variants": { (name): name, "other": "" }, "off": "other",
            "rules": [{ "if": { "attribute": name, "equals": name }, "variant": name }] } } });
        let native = Native::new(&datafile.to_string()).unwrap();
        let context = Map::from_iter([(name.to_owned(), json!(name))]);
        assert_eq!(native.decide(name, &context).unwrap().variant.as_deref(), Some(name));
        assert_eq!(native.decide(name, &Map::new()).unwrap().variant.as_deref(), Some("other"));
        assert_eq!(native.decide(&format!("{name} "), &context).unwrap().reason, "unknown_flag");
    }
}
