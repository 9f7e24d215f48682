//! Texts nobody would write by hand, and as many flags as nobody has: a clean answer, soon.

#![cfg(test)]

use isoflag_datafile::compile;
use isoflag_engine::{Input, Observer, Program, Value, decide, explain};
use std::fmt::Write;

fn one(inside: &str) -> String {
    format!(r#"{{"version":1,"flags":{{"f":{{"type":"json","variants":{{"a":1,"b":2}},"off":"a",{inside}}}}}}}"#)
}

fn refusal(text: &str) -> String {
    compile(text).unwrap_err()[0].to_string()
}

#[test]
fn depth_ends_in_a_problem() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let value = one(r#""rules":[]"#).replacen(r#""a":1"#, &format!(r#""a":{}"#, deep("[", "]")), 1);
    assert!(refusal(&value).contains("recursion limit"), "{}", refusal(&value));
    let rule = format!(
        r#"{{"if":{}{{"attribute":"x","exists":true}}{},"variant":"b"}}"#,
        r#"{"not":"#.repeat(10_000),
        "}".repeat(10_000)
    );
    assert!(refusal(&one(&format!(r#""rules":[{rule}]"#))).contains("recursion limit"));
    assert!(compile(&deep("[", "]")).is_err() && compile(&"{\"flags\":".repeat(10_000)).is_err());
}

#[test]
fn strange_texts_are_texts_or_are_refused() {
    let flags = r#"{"version":1,"flags":{"__proto__":{"type":"string","variants":{"constructor":"\u0000","😀":"😀"},"off":"😀",
        "rules":[{"if":{"attribute":"__proto__","equals":"\u0000"},"variant":"constructor"}]}}}"#;
    assert_eq!(compile(flags).unwrap().experiments, []);
    assert!(refusal(&flags.replace(r#""\u0000","😀""#, r#""\ud800","😀""#)).contains("this is not JSON"));
    assert!(refusal(&flags.replace(r#"equals":"\u0000"#, r#"equals":"\udc00"#)).contains("this is not JSON"));
}

#[test]
fn a_large_set_in_a_segment_is_stored_once() {
    let set: Vec<String> = (0..100_000).map(|number| format!(r#""user-{number}""#)).collect();
    let flag = r#"{"type":"boolean","variants":{"a":true,"b":false},"off":"b","rules":[{"if":{"segment":"s"},"variant":"a"}]}"#;
    let flags: Vec<String> = (0..2000).map(|number| format!(r#""f{number}":{flag}"#)).collect();
    let text = format!(
        r#"{{"version":1,"segments":{{"s":{{"if":{{"attribute":"id","in":[{}]}}}}}},"flags":{{{}}}}}"#,
        set.join(","),
        flags.join(",")
    );
    let program = compile(&text).unwrap().program;
    assert!(program.len() < 2_600_000, "{} bytes", program.len());
}

#[test]
fn segments_that_multiply_are_stopped() {
    let mut segments = String::from(r#""s0":{"if":{"attribute":"x","exists":true}}"#);
    for number in 1..16 {
        let before = format!(r#"{{"segment":"s{}"}}"#, number - 1);
        let ten = vec![before; 10].join(",");
        write!(segments, r#","s{number}":{{"if":{{"any":[{ten}]}}}}"#).unwrap();
    }
    let text = format!(
        r#"{{"version":1,"segments":{{{segments}}},"flags":{{"f":{{"type":"boolean","variants":{{"a":true}},"off":"a",
        "rules":[{{"if":{{"segment":"s15"}},"variant":"a"}}]}}}}}}"#
    );
    assert!(refusal(&text).contains("tests, 65533 are possible"), "{}", refusal(&text));
}

#[test]
fn ten_thousand_flags_are_two_megabytes() {
    let mut flags = String::new();
    for number in 0..10_000 {
        let comma = if number == 0 { "" } else { "," };
        let asked = if number == 0 {
            String::new()
        } else {
            format!(r#","prerequisites":[{{"flag":"flag-{}","variant":"on"}}]"#, number / 2)
        };
        let asked = if number % 10 == 1 { asked } else { String::new() };
        write!(
            flags,
            r#"{comma}"flag-{number}":{{"type":"boolean","variants":{{"on":true,"off":false}},"off":"off"{asked},"rules":[
            {{"if":{{"attribute":"plan","in":["pro","team"]}},"variant":"on"}},{{"split":{{"unit":"id","gate":50,
            "arms":[{{"variant":"on","weight":50}},{{"variant":"off","weight":50}}]}}}}]}}"#
        )
        .unwrap();
    }
    let text = format!(r#"{{"version":1,"flags":{{{flags}}}}}"#);
    let program = compile(&text).unwrap().program;
    assert!(program.len() < 2_500_000, "{} bytes", program.len());
}

/// Flags `f0` to `f16`, each asking the one before, and beside them `g0` to `g16`, which ask nobody.
fn chain(rules: impl Fn(&str) -> String) -> String {
    let flags = (0..=16).map(|number| {
        let asked = format!("f{}", number - 1);
        let rules = if number == 0 { r#"{"variant":"b"}"#.to_owned() } else { rules(&asked) };
        format!(
            r#""f{number}":{{"type":"string","variants":{{"a":"A","b":"B","c":"C","d":"D"}},"off":"a","rules":[{rules}]}},
            "g{number}":{{"type":"string","variants":{{"a":"A","b":"B"}},"off":"a"}}"#
        )
    });
    format!(r#"{{"version":1,"flags":{{{}}}}}"#, flags.collect::<Vec<_>>().join(","))
}

/// Counts the rules that are tried.
#[derive(Default)]
struct Rules(u32);

impl Observer for Rules {
    fn rule(&mut self, _: u16) {
        self.0 += 1;
    }
}

#[test]
fn a_flag_that_is_asked_for_one_of_several_variants_is_decided_once() {
    let compiled = compile(&chain(|asked| {
        format!(r#"{{"if":{{"flag":"{asked}","variant":["d","c","b"]}},"variant":"b"}},{{"variant":"c"}}"#)
    }))
    .unwrap();
    let program = Program::open(&compiled.program).unwrap();
    let flag = program.flag(program.find(b"f16").unwrap()).unwrap();
    let (mut rules, nothing) = (Rules::default(), [Value::Missing; 0]);
    let decision = explain(&flag, &Input::new(nothing.as_slice(), 0), &mut rules);
    assert_eq!((decision.variant, rules.0), (Some(1), 17), "each of the chain once");
    assert_eq!(decide(&flag, &Input::new(nothing.as_slice(), 0)), decision);
}

#[test]
fn what_would_take_too_many_steps_is_refused() {
    let text = chain(|asked| {
        let other = asked.replace('f', "g");
        let ask =
            |flag: &str, variant: &str| format!(r#"{{"if":{{"flag":"{flag}","variant":"{variant}"}},"variant":"b"}}"#);
        [ask(asked, "d"), ask(&other, "b"), ask(asked, "c"), ask(&other, "a"), ask(asked, "a")].join(",")
    });
    assert!(refusal(&text).contains("ask each flag at one place"), "{}", refusal(&text));
}
