//! Every mistake is named where it stands, with what to do about it.

use isoflag_datafile::compile;

/// A datafile around one flag; `flag` is the inside of its object.
fn with_flag(flag: &str) -> String {
    format!(
        r#"{{"version":1,"attributes":{{"id":"string","age":"number","staff":"boolean"}},"flags":{{"my-flag":{{
           "type":"string","variants":{{"a":"A","b":"B"}},"off":"a",{flag}}}}}}}"#
    )
}

fn rule(rule: &str) -> String {
    with_flag(&format!(r#""rules":[{rule}]"#))
}

fn split(split: &str) -> String {
    rule(&format!(r#"{{"split":{{"unit":"id",{split}}}}}"#))
}

#[test]
fn whole_numbers_that_a_double_holds_are_taken_however_large() {
    for number in ["9007199254740992", "-9007199254740994", "10000000000000000", "18446744073709549568", "1e300", "0.1"]
    {
        for test in ["equals", "atLeast"] {
            let whom = format!(r#"{{"if":{{"attribute":"age","{test}":{number}}},"variant":"b"}}"#);
            assert!(compile(&rule(&whom)).is_ok(), "{number}");
        }
    }
}

#[test]
fn a_double_is_taken_as_it_is_printed() {
    let doubles = (0..1000_u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 << 53) as f64);
    let printed: Vec<String> = doubles.map(|double| double.to_string()).collect();
    assert!(
        printed.contains(&"11400714819323200000".to_owned()),
        "none is printed with other digits than it has: {printed:?}"
    );
    let numbers = printed.join(",");
    let whom = format!(r#"{{"if":{{"attribute":"age","in":[{numbers}]}},"variant":"b"}}"#);
    assert!(compile(&rule(&whom)).is_ok());
    let values =
        format!(r#"{{"version":1,"flags":{{"f":{{"type":"json","off":"a","variants":{{"a":[{numbers}]}}}}}}}}"#);
    assert!(compile(&values).is_ok());
}

#[test]
fn a_whole_number_is_one_however_it_is_written() {
    let program = |version: &str, restart: &str| {
        let split =
            split(&format!(r#""control":"a","restart":{restart},"arms":[{{"variant":"a"}},{{"variant":"b"}}]"#));
        compile(&split.replace(r#""version":1"#, &format!(r#""version":{version}"#))).map(|compiled| compiled.program)
    };
    assert_eq!(program("1.0", "2.0"), program("1", "2"));
    assert!(program("1", "2").is_ok() && program("1.5", "2").is_err() && program("1", "2.5").is_err());
}

#[test]
fn each_mistake_is_named_where_it_stands() {
    let flag = r#"$.flags["my-flag"]"#;
    let cases: Vec<(String, String, &str)> = vec![
        ("{".into(), "$".into(), "this is not JSON"),
        (r#"{"version":2,"flags":{}}"#.into(), "$.version".into(), "only version 1 is known"),
        (r#"{"version":1,"flags":{},"flag":{}}"#.into(), "$.flag".into(), "unknown field `flag`"),
        (r#"{"version":1,"flags":{"x":{},"x":{}}}"#.into(), "$.flags".into(), "`x` is written twice"),
        (with_flag(r#""expires":"next week""#), format!("{flag}.expires"), "`next week` is not a date, write `2026-03-01`"),
        (with_flag(r#""expires":"2026-13-45""#), format!("{flag}.expires"), "is not a date"),
        (with_flag(r#""default":null"#), format!("{flag}.default"), "invalid type: null, expected a string"),
        (
            r#"{"version":1,"flags":{"f":{"type":"json","off":"a","variants":{"a":{"ids":[1,12345678901234567891]}}}}}"#.into(),
            r#"$.flags["f"].variants.a.ids[1]"#.into(),
            "no program reads 12345678901234567891 as it stands here, write it as a text",
        ),
        (
            r#"{"version":1,"flags":{"f":{"type":"number","off":"a","variants":{"a":-9007199254740993}}}}"#.into(),
            r#"$.flags["f"].variants.a"#.into(),
            "no program reads -9007199254740993",
        ),
        (
            rule(r#"{"if":{"attribute":"age","in":[1,9007199254740993]},"variant":"b"}"#),
            format!("{flag}.rules[0].if.in[1]"),
            "no program reads 9007199254740993",
        ),
        (
            rule(r#"{"if":{"attribute":"age","atLeast":1234567890123456789},"variant":"b"}"#),
            format!("{flag}.rules[0].if.atLeast"),
            "no program reads 1234567890123456789 as it stands here, write the number it would become, 1234567890123456800",
        ),
        (
            r#"{"version":1,"flags":{"f":{"type":"json","off":"a","schema":{"minimum":-9007199254740993},"variants":{"a":1}}}}"#.into(),
            r#"$.flags["f"].schema.minimum"#.into(),
            "write the number it would become, -9007199254740992",
        ),
        (split(r#""gate":null,"arms":[{"variant":"a"}]"#), format!("{flag}.rules[0].split.gate"), "invalid type: null"),
        (
            r#"{"version":1,"flags":{"f":{"type":"json","off":"a","variants":{"a":{"x":[{"y":1,"y":2}]}}}}}"#.into(),
            r#"$.flags["f"].variants.a.x[0]"#.into(),
            "`y` is written twice",
        ),
        (
            r#"{"version":1,"flags":{"f":{"type":"json","off":"a","variants":{"a":1},"schema":{"type":"number","type":"null"}}}}"#
                .into(),
            r#"$.flags["f"].schema"#.into(),
            "`type` is written twice",
        ),
        (r#"{"version":1,"flags":{"f":{"type":"json",,}}}"#.into(), r#"$.flags["f"]"#.into(), "this is not JSON: a key stands in double quotes"),
        (with_flag(r#""default":"c""#), format!("{flag}.default"), "no variant `c`"),
        (with_flag(r#""enabled":"yes""#), format!("{flag}.enabled"), "expected a boolean"),
        (with_flag(r#""ruels":[]"#), format!("{flag}.ruels"), "unknown field `ruels`"),
        // What a writer makes of a number that is none: passed over, the rule would be for more people than was meant.
        (
            rule(r#"{"if":{"attribute":"age","atLeast":18,"lessThan":null},"variant":"a"}"#),
            format!("{flag}.rules[0].if.lessThan"),
            "expected a number",
        ),
        (rule(r#"{"if":null,"variant":"a"}"#), format!("{flag}.rules[0].if"), "expected a"),
        (
            split(r#""gate":null,"arms":[{"variant":"a"}]"#),
            format!("{flag}.rules[0].split.gate"),
            "expected a percentage or a list",
        ),
        (rule("{}"), format!("{flag}.rules[0]"), "either a `variant` or a `split`"),
        (rule(r#"{"variant":"a"},{"variant":"b"}"#), format!("{flag}.rules[1]"), "never reached"),
        (
            rule(r#"{"if":{"attribute":"ages","exists":true},"variant":"a"}"#),
            format!("{flag}.rules[0].if.attribute"),
            "did you mean `age`?",
        ),
        (
            rule(r#"{"if":{"attribute":"age","equals":"18"},"variant":"a"}"#),
            format!("{flag}.rules[0].if.equals"),
            "is declared as a number, \"18\" never equals it",
        ),
        (
            rule(r#"{"if":{"attribute":"id","atLeast":18},"variant":"a"}"#),
            format!("{flag}.rules[0].if.atLeast"),
            "`id` is declared as a string, `atLeast` never holds",
        ),
        (
            rule(r#"{"if":{"attribute":"age","in":[]},"variant":"a"}"#),
            format!("{flag}.rules[0].if.in"),
            "could never hold",
        ),
        (rule(r#"{"if":{"attribute":"age"},"variant":"a"}"#), format!("{flag}.rules[0].if"), "nothing is asked"),
        (rule(r#"{"if":{"all":[]},"variant":"a"}"#), format!("{flag}.rules[0].if.all"), "the list is empty"),
        (
            rule(r#"{"if":{"not":{"any":[{"attribute":"x","exists":true}]}},"variant":"a"}"#),
            format!("{flag}.rules[0].if.not.any[0].attribute"),
            "is not declared",
        ),
        (
            split(r#""arms":[{"variant":"a","weight":50},{"variant":"b","weight":49.99}]"#),
            format!("{flag}.rules[0].split.arms"),
            "the weights sum to 99.99 %",
        ),
        (
            split(r#""arms":[{"variant":"a","weight":33.333},{"variant":"b","weight":66.667}]"#),
            format!("{flag}.rules[0].split.arms[0].weight"),
            "more than two decimals",
        ),
        (
            split(r#""arms":[{"variant":"a","weight":50},{"variant":"b"}]"#),
            format!("{flag}.rules[0].split.arms"),
            "give all or none",
        ),
        (
            split(r#""arms":[{"variant":"a"},{"variant":"a"}]"#),
            format!("{flag}.rules[0].split.arms[1].variant"),
            "stands here twice",
        ),
        (split(r#""gate":101,"arms":[{"variant":"a"}]"#), format!("{flag}.rules[0].split.gate"), "from 0 to 100"),
        (
            split(r#""control":"a","arms":[{"variant":"a"}]"#),
            format!("{flag}.rules[0].split.arms"),
            "at least 2 needed",
        ),
        (
            split(r#""control":"c","arms":[{"variant":"a"},{"variant":"b"}]"#),
            format!("{flag}.rules[0].split.control"),
            "not an arm of this split",
        ),
        (
            split(r#""salt":"s","gateSalt":"s","gate":50,"arms":[{"variant":"a"},{"variant":"b"}]"#),
            format!("{flag}.rules[0].split.gateSalt"),
            "the gate has the salt of the split",
        ),
        (
            rule(r#"{"split":{"unit":"staff","arms":[{"variant":"a"}]}}"#),
            format!("{flag}.rules[0].split.unit"),
            "is declared as a boolean",
        ),
    ];
    for (datafile, path, message) in cases {
        let problems = compile(&datafile).expect_err(&datafile);
        assert!(
            problems.iter().any(|problem| problem.path == path && problem.message.contains(message)),
            "expected {path}: …{message}…, found {problems:?}"
        );
    }
}

#[test]
fn one_bad_flag_hides_no_other() {
    let problems = compile(r#"{"version":1,"flags":{"one":{"type":"text"},"two":{"type":"boolean"}}}"#).unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, [r#"$.flags["one"].type"#, r#"$.flags["two"]"#]);
}

#[test]
fn a_shared_salt_is_a_warning() {
    let flag = r#"{"type":"boolean","variants":{"on":true,"off":false},"off":"off",
        "rules":[{"split":{"unit":"id","salt":"same","arms":[{"variant":"on"},{"variant":"off"}]}}]}"#;
    let compiled = compile(&format!(r#"{{"version":1,"flags":{{"one":{flag},"two":{flag}}}}}"#)).unwrap();
    assert_eq!(compiled.warnings.len(), 1);
    assert_eq!(compiled.warnings[0].path, r#"$.flags["two"].rules[0].split.salt"#);
}

#[test]
fn a_run_follows_what_decides_who_sees_what() {
    let run = |inside: &str| compile(&split(inside)).unwrap().experiments[0].run.clone();
    let even = r#""control":"a","arms":[{"variant":"a","weight":50},{"variant":"b","weight":50}]"#;
    let first = run(even);
    // Made by an implementation of SipHash-2-4-128 written from the paper.
    assert_eq!(first, "a5857cd8", "runs are stored with every exposure: this value never changes");
    assert_eq!(run(&format!(r#""gate":25,{even}"#)), first, "a gate opens no run");
    assert_eq!(run(&format!(r#""salt":"my-flag",{even}"#)), first, "nor does writing the default salt down");
    let others = [
        format!(r#""salt":"other",{even}"#),
        format!(r#""restart":1,{even}"#),
        even.replace("50", "49.99").replacen("49.99", "50.01", 1),
        even.replace(r#""control":"a""#, r#""control":"b""#),
    ];
    for other in others {
        assert_ne!(run(&other), first, "{other}");
    }
}

#[test]
fn the_same_datafile_gives_the_same_bytes() {
    let text = split(r#""arms":[{"variant":"a"},{"variant":"b"}]"#);
    let (one, other) = (compile(&text).unwrap(), compile(&text.replace(',', " ,\n ")).unwrap());
    assert_eq!(one.program, other.program);
    assert_eq!(one.digest.len(), 64);
}

#[test]
fn the_values_of_a_json_flag_are_held_to_its_schema() {
    let flag = |kind: &str, schema: &str, value: &str| {
        let json = format!(
            r#"{{"version":1,"flags":{{"theme":{{"type":"{kind}","schema":{schema},"variants":{{"a":{value}}},"off":"a"}}}}}}"#
        );
        compile(&json).map(|_| ()).map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let schema = r#"{"type":"object","properties":{"columns":{"type":"integer","minimum":1}},"required":["columns"]}"#;
    assert_eq!(flag("json", schema, r#"{"columns":3}"#), Ok(()));
    for (kind, schema, value, expected) in [
        ("json", schema, r#"{"columns":0}"#, r#"$.flags["theme"].variants.a.columns: 0 is below the minimum 1"#),
        (
            "json",
            r#"{"type":"object","propertys":{}}"#,
            "3",
            r#"$.flags["theme"].schema.propertys: `propertys` is not a keyword of value schemas, did you mean `properties`?"#,
        ),
        (
            "number",
            "{}",
            "3",
            r#"$.flags["theme"].schema: a schema describes values of type json, the flag's type is number"#,
        ),
    ] {
        assert_eq!(flag(kind, schema, value), Err(vec![expected.to_owned()]), "{schema}");
    }
}

#[test]
fn all_slips_of_a_datafile_are_told_at_once() {
    let datafile = r#"{
      "version": 1,
      "falgs": {},
      "segments": { "adults": { "if": { "attribute": "age", "atLeast": "18", "lessThen": 99 } } },
      "flags": {
        "one": {
          "type": "string", "variants": { "a": "A", "b": "B" }, "off": "smal", "defualt": "a", "enabled": "no",
          "rules": [
            { "split": { "unit": "id", "arms": [{ "variant": "a", "weight": 40 }, { "variant": "b", "weight": 50 }] } },
            { "if": { "segment": "adults" }, "varaint": "a", "name": 7 }
          ]
        },
        "two": { "type": "text", "off": "x", "prerequisites": [{ "flag": "one", "variant": "a" }, { "flg": "one" }] }
      }
    }"#;
    let problems = compile(datafile).unwrap_err();
    let told: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.path, problem.message.split([',', ';']).next().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            "$.falgs: unknown field `falgs`",
            r#"$.segments["adults"].if.atLeast: invalid type: string "18""#,
            r#"$.segments["adults"].if.lessThen: unknown field `lessThen`"#,
            r#"$.flags["one"].defualt: unknown field `defualt`"#,
            r#"$.flags["one"].enabled: invalid type: string "no""#,
            r#"$.flags["two"].type: unknown value `text`"#,
            r#"$.flags["two"].prerequisites[1].flg: unknown field `flg`"#,
            r#"$.flags["one"].off: the flag has no variant `smal`"#,
            r#"$.flags["one"].rules[0].split.arms: the weights sum to 90 %"#,
            r#"$.flags["one"].rules[1].varaint: unknown field `varaint`"#,
            r#"$.flags["one"].rules[1].name: invalid type: integer `7`"#,
        ]
    );
}

#[test]
fn a_table_that_is_not_there_is_one_problem_and_not_one_for_each_name() {
    let datafile = with_flag(r#""rules":[{"if":{"segment":"adults"},"variant":"b"}]"#)
        .replace(r#""flags""#, r#""segmnets":{"adults":{"if":{"attribute":"age","atLeast":18}}},"flags""#);
    let problems = compile(&datafile).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].path, "$.segmnets");
}
