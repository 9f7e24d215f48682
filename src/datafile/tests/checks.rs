//! What is well formed and makes no sense is refused where it stands, with what to do about it.

#![cfg(test)]

use isoflag_datafile::{Options, Problem, check, compile, compile_with};

const EVERYTHING: &str = r#"
  "attributes":{"id":"string","user":"string","age":"number","staff":"boolean","plan":{"type":"string","values":["free","pro"]},
    "tags":"list","app":"version","born":"date","ip":"ip"},
  "segments":{"adults":{"if":{"attribute":"age","atLeast":18}}},
  "layers":{"checkout":{"unit":"id"}},
  "holdouts":{"global":{"unit":"id","percent":5},"slots":{"layer":"checkout","slots":[[90,100]]}},"#;

const FLAG: &str = r#""type":"string","variants":{"a":"A","b":"B"},"off":"a""#;
const ARMS: &str = r#""arms":[{"variant":"a"},{"variant":"b"}]"#;

/// A datafile of these flags: key and the inside after type, variants and off.
fn datafile(flags: &[(&str, &str)]) -> String {
    let flags: Vec<String> = flags.iter().map(|(key, inside)| format!(r#""{key}":{{{FLAG},{inside}}}"#)).collect();
    format!(r#"{{"version":1,{EVERYTHING}"flags":{{{}}}}}"#, flags.join(","))
}

fn rule(rule: &str) -> String {
    datafile(&[("f", &format!(r#""rules":[{rule}]"#))])
}

fn condition(condition: &str) -> String {
    rule(&format!(r#"{{"if":{condition},"variant":"b"}}"#))
}

fn split(inside: &str) -> String {
    rule(&format!(r#"{{"split":{{"unit":"id",{inside},{ARMS}}}}}"#))
}

fn refused(datafile: &str, path: &str, message: &str) {
    let problems = compile(datafile).expect_err(datafile);
    let there = |problem: &Problem| problem.path == path && problem.message.contains(message);
    assert!(problems.iter().any(there), "expected {path}: …{message}…, found {problems:#?}");
    for Problem { message, .. } in &problems {
        assert!(!message.ends_with('.') && !message.starts_with(char::is_uppercase), "{message}");
    }
}

#[test]
fn conditions() {
    let cases = [
        (r#"{}"#, "", "found none of them"),
        (r#"{"segment":"adults","attribute":"age","exists":true}"#, "", "found `segment` and `attribute`"),
        (r#"{"segment":"adults","equals":1}"#, "", "`equals` stands beside an `attribute`"),
        (r#"{"segment":"adlts"}"#, ".segment", "did you mean `adults`?"),
        (r#"{"flag":"g","variant":"a"}"#, ".flag", "there is no flag `g`"),
        (r#"{"flag":"f"}"#, ".variant", "say which variant"),
        (r#"{"flag":"f","variant":["a","c"]}"#, ".variant[1]", "has no variant `c`"),
        (r#"{"attribute":"ages","exists":true}"#, ".attribute", "did you mean `age`?"),
        (r#"{"attribute":"plan","equals":"proo"}"#, ".equals", "did you mean `pro`?"),
        (r#"{"attribute":"plan","equals":"PRO"}"#, ".equals", "is not among the declared values"),
        (r#"{"attribute":"age","startsWith":"1"}"#, ".startsWith", "declared as a number"),
        (r#"{"attribute":"app","equals":"1.0.0"}"#, ".equals", "ask `version`"),
        (r#"{"attribute":"tags","in":["x"]}"#, ".in[0]", "ask `contains`"),
        (r#"{"attribute":"id","contains":"x"}"#, ".contains", "declared as a string"),
        (r#"{"attribute":"id","equals":null}"#, ".equals", "give a boolean, a number or a string"),
        (r#"{"attribute":"age","atLeast":1,"ignoreCase":true}"#, ".ignoreCase", "no test here compares texts"),
        (r#"{"attribute":"id","startsWith":[]}"#, ".startsWith", "the list is empty"),
        (r#"{"attribute":"app","version":{}}"#, ".version", "no bound is given"),
        (r#"{"attribute":"app","version":{"atLeast":"v2"}}"#, ".version.atLeast", "without a `v`"),
        (r#"{"attribute":"born","date":{"before":"1.3.2026"}}"#, ".date.before", "write `2026-03-01`"),
        (r#"{"attribute":"born","date":{"before":"2026-02-30"}}"#, ".date.before", "is not a date"),
        (r#"{"attribute":"ip","inNetwork":["10.0.0.0/8","10.0.0.0/40"]}"#, ".inNetwork[1]", "is not a network"),
        (r#"{"attribute":"id","matches":"a(?=b)"}"#, ".matches", "at column 2"),
        (r#"{"attribute":"id","matches":"(a"}"#, ".matches", "unclosed group"),
        (
            r#"{"all":[{"attribute":"plan","equals":"pro"},{"attribute":"plan","equals":"free"}]}"#,
            ".all",
            "no text passes every test of `plan`",
        ),
        (r#"{"attribute":"age","greaterThan":5,"lessThan":5}"#, "", "no number passes"),
        (r#"{"attribute":"age","in":[1,2],"atLeast":3}"#, "", "no number passes"),
        (r#"{"attribute":"age","exists":false,"equals":3}"#, "", "different types"),
        (r#"{"attribute":"app","version":{"atLeast":"2.0.0","lessThan":"2.0.0-rc.1"}}"#, "", "no version lies"),
        (r#"{"attribute":"born","date":{"after":"2026-01-02","before":"2026-01-01"}}"#, "", "no date lies"),
        (r#"{"all":[{"segment":"adults"},{"attribute":"age","lessThan":18}]}"#, ".all", "no number passes"),
        (r#"{"all":[{"segment":"adults"},{"not":{"segment":"adults"}}]}"#, ".all", "a condition and its opposite"),
    ];
    for (written, at, message) in cases {
        refused(&condition(written), &format!(r#"$.flags["f"].rules[0].if{at}"#), message);
    }
    compile(&condition(r#"{"attribute":"plan","equals":"PRO","ignoreCase":true}"#)).unwrap();
    compile(&condition(r#"{"all":[{"attribute":"age","atLeast":5,"atMost":5},{"attribute":"plan","in":["pro"]}]}"#))
        .unwrap();
}

#[test]
fn rules_that_nobody_reaches() {
    let pro = r#"{"attribute":"plan","equals":"pro"}"#;
    let unreachable = [
        format!(r#"{{"if":{pro},"variant":"a"}},{{"if":{pro},"variant":"b"}}"#),
        format!(r#"{{"if":{pro},"variant":"a"}},{{"if":{{"all":[{pro},{{"attribute":"age","exists":true}}]}},"variant":"b"}}"#),
        format!(r#"{{"if":{{"any":[{{"attribute":"staff","equals":true}},{pro}]}},"variant":"a"}},{{"if":{pro},"variant":"b"}}"#),
        r#"{"if":{"segment":"adults"},"variant":"a"},{"if":{"attribute":"age","greaterThan":20},"variant":"b"}"#.into(),
        r#"{"if":{"attribute":"id","startsWith":"u"},"variant":"a"},{"if":{"attribute":"id","in":["u1","u2"]},"variant":"b"}"#.into(),
        format!(r#"{{"split":{{"unit":"id",{ARMS}}}}},{{"variant":"b"}}"#),
        format!(r#"{{"split":{{"unit":"id","gate":[{{"percent":100}}],{ARMS}}}}},{{"if":{pro},"variant":"b"}}"#),
        format!(r#"{{"schedule":{{"from":"2026-01-01"}},"if":{pro},"variant":"a"}},{{"schedule":{{"from":"2026-02-01"}},"if":{pro},"variant":"b"}}"#),
    ];
    for rules in unreachable {
        refused(&rule(&rules), r#"$.flags["f"].rules[1]"#, "never reached");
    }
    let reached = [
        format!(r#"{{"if":{pro},"variant":"a"}},{{"if":{{"not":{pro}}},"variant":"b"}}"#),
        format!(r#"{{"split":{{"unit":"id","gate":50,{ARMS}}}}},{{"variant":"b"}}"#),
        format!(
            r#"{{"split":{{"unit":"id","layer":{{"name":"checkout","slots":[[0,50]]}},{ARMS}}}}},{{"variant":"b"}}"#
        ),
        format!(r#"{{"schedule":{{"until":"2026-01-01"}},"if":{pro},"variant":"a"}},{{"if":{pro},"variant":"b"}}"#),
        r#"{"if":{"attribute":"age","greaterThan":20},"variant":"a"},{"if":{"segment":"adults"},"variant":"b"}"#.into(),
    ];
    for rules in reached {
        compile(&rule(&rules)).unwrap_or_else(|problems| panic!("{rules}: {problems:?}"));
    }
}

#[test]
fn splits_schedules_and_lists() {
    let at = |field: &str| format!(r#"$.flags["f"].rules[0].split{field}"#);
    let cases = [
        (r#""gate":[{"percent":50,"from":"2026-01-01"}]"#, ".gate[0].from", "leave its `from` out"),
        (r#""gate":[{"percent":50},{"percent":75}]"#, ".gate[1]", "says `from`"),
        (
            r#""gate":[{"percent":50},{"percent":75,"from":"2026-02-01"},{"percent":80,"from":"2026-01-01"}]"#,
            ".gate[2].from",
            "put them in order",
        ),
        (r#""gate":[]"#, ".gate", "at least one step"),
        (r#""layer":{"name":"chekout","slots":[[0,50]]}"#, ".layer.name", "did you mean `checkout`?"),
        (r#""layer":{"name":"checkout","slots":[[50,50]]}"#, ".layer.slots[0]", "begins before it ends"),
        (r#""layer":{"name":"checkout","slots":[[0,101]]}"#, ".layer.slots[0][1]", "from 0 to 100"),
        (r#""layer":{"name":"checkout","slots":[[0,50],[40,60]]}"#, ".layer.slots", "overlap each other"),
        (r#""holdout":"globl""#, ".holdout", "did you mean `global`?"),
        (r#""force":{"c":["x"]}"#, ".force.c", "no variant `c`"),
        (r#""force":{"a":["x"],"b":["y","x"]}"#, ".force.b[1]", "forced into `a` and `b`"),
        (r#""force":{"a":[""]}"#, ".force.a[0]", "empty id"),
    ];
    for (inside, field, message) in cases {
        refused(&split(inside), &at(field), message);
    }
    let other_unit = |inside: &str| rule(&format!(r#"{{"split":{{{inside},{ARMS}}}}}"#));
    refused(
        &other_unit(r#""unit":"user","layer":{"name":"checkout","slots":[[0,50]]}"#),
        &at(".layer"),
        "must be the same",
    );
    refused(&other_unit(r#""unit":["id","user"],"holdout":"global""#), &at(".holdout"), "`id` or `user`");
    refused(&other_unit(r#""unit":["id","id"]"#), &at(".unit[1]"), "stands here twice");
    refused(&other_unit(r#""unit":"tags""#), &at(".unit"), "declared as a list");
    let schedule = r#"{"schedule":{"from":"2026-02-01","until":"2026-01-01"},"variant":"b"}"#;
    refused(&rule(schedule), r#"$.flags["f"].rules[0].schedule"#, "ends before it starts");
    // A holdout overlaps a split of its layer.
    let overlap = split(r#""layer":{"name":"checkout","slots":[[80,95]]}"#);
    refused(&overlap, r#"$.holdouts["slots"].slots[0]"#, "takes 90 to 95 % of layer `checkout` too");
}

#[test]
fn across_flags() {
    let slots = |slots: &str| {
        format!(r#""rules":[{{"split":{{"unit":"id","layer":{{"name":"checkout","slots":{slots}}},{ARMS}}}}}]"#)
    };
    let (one, other, apart) = (slots("[[0,50]]"), slots("[[40,60]]"), slots("[[50,60]]"));
    refused(
        &datafile(&[("one", &one), ("two", &other)]),
        r#"$.flags["two"].rules[0].split.layer.slots[0]"#,
        "takes 40 to 50 %",
    );
    compile(&datafile(&[("one", &one), ("two", &apart)])).unwrap();
    compile(&datafile(&[("one", &one), ("two", &format!(r#""enabled":false,{other}"#))])).unwrap();

    let rules = |slots: &str| {
        let rule = format!(r#"{{"split":{{"unit":"id","layer":{{"name":"checkout","slots":{slots}}},{ARMS}}}}}"#);
        format!(r#""rules":[{rule},{rule}]"#)
    };
    let problems = compile(&datafile(&[("one", &rules("[[0,50]]")), ("two", &rules("[[40,60]]"))])).unwrap_err();
    assert_eq!(problems.len(), 1, "what each of two rules takes of one slot is one problem: {problems:?}");

    let asks = |flag: &str| format!(r#""prerequisites":[{{"flag":"{flag}","variant":"a"}}]"#);
    let circle = datafile(&[("a", &asks("b")), ("b", &asks("c")), ("c", &asks("b"))]);
    refused(&circle, r#"$.flags["b"]"#, "b → c → b");
    refused(&datafile(&[("a", &asks("a"))]), r#"$.flags["a"]"#, "a → a");
    let chain = |length: usize| {
        let keys: Vec<String> = (0..=length).map(|number| format!("f{number}")).collect();
        let bodies: Vec<String> =
            (0..length).map(|number| asks(&keys[number + 1])).chain([r#""rules":[]"#.into()]).collect();
        let flags: Vec<(&str, &str)> =
            keys.iter().zip(&bodies).map(|(key, body)| (key.as_str(), body.as_str())).collect();
        datafile(&flags)
    };
    compile(&chain(16)).unwrap();
    refused(&chain(17), r#"$.flags["f0"]"#, "more than 16 flags");

    let salted = |salt: &str| format!(r#""rules":[{{"split":{{"unit":"id","salt":"{salt}","gate":50,{ARMS}}}}}]"#);
    refused(
        &datafile(&[("a", &salted("s")), ("b", &salted("s/gate"))]),
        r#"$.flags["b"].rules[0].split.salt"#,
        "the gate of flag `a` has the salt",
    );
    refused(
        &datafile(&[("a", &salted("holdout/global"))]),
        r#"$.flags["a"].rules[0].split.salt"#,
        "holdout `global` has the salt",
    );
    refused(
        &datafile(&[("a", &salted("layer/checkout"))]),
        r#"$.flags["a"].rules[0].split.salt"#,
        "layer `checkout` has the salt",
    );
}

#[test]
fn segments_layers_holdouts_and_attributes() {
    let with = |tables: &str| format!(r#"{{"version":1,{tables},"flags":{{}}}}"#);
    let cases = [
        (
            r#""segments":{"a":{"if":{"segment":"b"}},"b":{"if":{"not":{"segment":"a"}}}}"#,
            r#"$.segments["a"]"#,
            "a → b → a",
        ),
        (r#""segments":{"a":{"of":1}}"#, r#"$.segments["a"].of"#, "unknown field `of`"),
        (r#""holdouts":{"h":{"percent":5}}"#, r#"$.holdouts["h"]"#, "name the `unit`"),
        (r#""holdouts":{"h":{"unit":"id"}}"#, r#"$.holdouts["h"]"#, "either a `percent`"),
        (r#""holdouts":{"h":{"layer":"l","slots":[[0,5]]}}"#, r#"$.holdouts["h"].layer"#, "there is no layer `l`"),
        (
            r#""layers":{"l":{"unit":"id"}},"holdouts":{"h":{"layer":"l","unit":"id","slots":[[0,5]]}}"#,
            r#"$.holdouts["h"].unit"#,
            "leave it out",
        ),
        (r#""attributes":{"a":"text"}"#, r#"$.attributes["a"]"#, "unknown value `text`"),
        (r#""attributes":{"a":{"type":"number","values":["x"]}}"#, r#"$.attributes["a"].values"#, "only a string"),
        (r#""environments":["a","a"]"#, "$.environments[1]", "stands here twice"),
    ];
    for (tables, path, message) in cases {
        refused(&with(tables), path, message);
    }
}

#[test]
fn environments_are_declared_and_all_of_them_checked() {
    let flag = r#""environments":{"stagin":{}}"#;
    let text = datafile(&[("f", flag)]).replacen(
        r#""attributes""#,
        r#""environments":["staging","production"],"attributes""#,
        1,
    );
    refused(&text, r#"$.flags["f"].environments.stagin"#, "did you mean `staging`?");
    let text = text.replace(r#""stagin":{}"#, r#""staging":{"off":"c"}"#);
    compile(&text).unwrap();
    let problems = check(&text, None).unwrap_err();
    assert_eq!(problems[0].path, r#"$.flags["f"].environments.staging.off"#);
    let wrong = Options { environment: Some("stage"), ..Options::default() };
    assert!(compile_with(&text, wrong).unwrap_err()[0].message.contains("`stage` is not declared"));
}

#[test]
fn what_looks_wrong_is_a_warning() {
    let arms = r#""arms":[{"variant":"a"},{"variant":"b"},{"variant":"c"},{"variant":"d"},{"variant":"e"}]"#;
    let text = format!(
        r#"{{"version":1,"flags":{{"f":{{"type":"number","variants":{{"a":1,"b":2,"c":3,"d":4,"e":5}},"off":"a","rules":[
        {{"split":{{"unit":["sessionId","userId"],"control":"a","gate":[{{"percent":50}},{{"percent":20,"from":"2026-01-01"}}],{arms}}}}}]}}}}}}"#
    );
    let options =
        Options { experiments: Some(r#"{"version":1,"experiments":{"f":{"primary":"x"}}}"#), ..Options::default() };
    let warnings: Vec<String> =
        compile_with(&text, options).unwrap().warnings.iter().map(ToString::to_string).collect();
    for part in ["5 arms", "looks like a session", "several units", "the gate closes", "no guardrails"] {
        assert!(warnings.iter().any(|warning| warning.contains(part)), "{part}: {warnings:#?}");
    }
    assert_eq!(warnings.len(), 5, "{warnings:#?}");
}

#[test]
fn an_experiment_that_compares_nobody_is_warned_of() {
    let arms = |a: u32| format!(r#""arms":[{{"variant":"a","weight":{a}}},{{"variant":"b","weight":{}}}]"#, 100 - a);
    let warnings = |inside: &str| -> Vec<String> {
        let warnings = compile(&rule(&format!(r#"{{"split":{{"unit":"id",{inside}}}}}"#))).unwrap().warnings;
        let paths = warnings.iter().filter_map(|warning| warning.path.strip_prefix(r#"$.flags["f"].rules[0].split"#));
        paths.map(str::to_owned).collect()
    };
    let (half, none, all) = (arms(50), arms(0), arms(100));
    for (inside, path) in [
        (format!(r#""control":"a","gate":0,{half}"#), ".gate"),
        (format!(r#""control":"a","gate":[{{"percent":0}},{{"percent":0,"from":"2026-01-01"}}],{half}"#), ".gate"),
        (format!(r#""control":"a",{none}"#), ".arms[0].weight"),
        (format!(r#""control":"b",{all}"#), ".arms[1].weight"),
        (format!(r#""control":"b",{none}"#), ".arms[0].weight"),
    ] {
        assert_eq!(warnings(&inside), [path], "{inside}");
    }
    for inside in [
        format!(r#""control":"a","gate":[{{"percent":0}},{{"percent":5,"from":"2026-01-01"}}],{half}"#),
        format!(r#""control":"a","gate":[{{"percent":0.01}}],{half}"#),
        format!(r#""gate":0,{none}"#),
    ] {
        assert_eq!(warnings(&inside), [""; 0], "{inside}");
    }
}

#[test]
fn lenient_leaves_out_what_is_wrong_and_what_needs_it() {
    let asks = r#""prerequisites":[{"flag":"bad","variant":"a"}]"#;
    let text = datafile(&[
        ("bad", r#""default":"c""#),
        ("asks", asks),
        ("good", r#""rules":[{"variant":"b"}]"#),
        ("also", r#""prerequisites":[{"flag":"good","variant":"b"}]"#),
    ]);
    assert_eq!(compile(&text).unwrap_err().len(), 1, "what only follows is not told");
    let compiled = compile_with(&text, Options { lenient: true, ..Options::default() }).unwrap();
    assert_eq!(compiled.left_out.flags, ["bad", "asks"]);
    assert_eq!(compiled.left_out.problems.len(), 2);
    let program = isoflag_engine::Program::open(&compiled.program).unwrap();
    assert_eq!(
        (program.len(), program.find(b"bad"), program.find(b"good"), program.find(b"also")),
        (2, None, Some(0), Some(1))
    );
}

#[test]
fn participation_opens_no_run_and_assignment_does() {
    let run = |inside: &str, unit: &str| {
        let text = rule(&format!(r#"{{"split":{{"unit":{unit},"control":"a",{inside}{ARMS}}}}}"#));
        compile(&text).unwrap().experiments[0].run.clone()
    };
    let first = run("", r#""id""#);
    for inside in [
        r#""gate":[{"percent":5},{"percent":50,"from":"2026-01-01"}],"#,
        r#""layer":{"name":"checkout","slots":[[0,50]]},"#,
        r#""holdout":"global","#,
        r#""force":{"b":["x"]},"#,
    ] {
        assert_eq!(run(inside, r#""id""#), first, "{inside}");
    }
    assert_eq!(run("", r#"["id"]"#), first, "a list of one is that one");
    let both = run("", r#"["id","user"]"#);
    assert!(both != first && both != run("", r#"["user","id"]"#));
}

#[test]
fn gates_of_one_flag_do_not_starve_each_other() {
    let flag = |one: &str, two: &str| {
        let split = |more: &str| format!(r#""split":{{"unit":"id",{more},{ARMS}}}"#);
        let rules = [one, two].map(|rule| match rule.split_once('|') {
            None => format!("{{{}}}", split(rule)),
            Some((whom, more)) => format!(r#"{{"if":{{"attribute":"plan","equals":"{whom}"}},{}}}"#, split(more)),
        });
        datafile(&[("a", &format!(r#""rules":[{}]"#, rules.join(",")))])
    };
    let path = r#"$.flags["a"].rules[1].split.gate"#;
    for (one, two, refusal) in [
        (r#""gate":25"#, r#""gate":25"#, "nobody is left"),
        (r#""gate":25"#, r#"pro|"gate":10"#, "nobody is left"),
        (r#"pro|"gate":25"#, r#"pro|"gate":10"#, "nobody is left"),
        (r#""gate":[{"percent":20},{"from":"2026-01-01","percent":50}]"#, r#""gate":20"#, "nobody is left"),
        (r#""gate":25,"gateSalt":"x""#, r#""salt":"x","gate":10"#, "the gate of another rule has the salt `x`"),
        (r#""gate":25,"salt":"x""#, r#""gateSalt":"x","gate":10"#, "the split of another rule has the salt `x`"),
    ] {
        let at = if refusal.starts_with("the gate") { path.replace(".gate", ".salt") } else { path.to_owned() };
        let at = if refusal.starts_with("the split") { path.replace(".gate", ".gateSalt") } else { at };
        refused(&flag(one, two), &at, refusal);
    }
    let warned =
        |one: &str, two: &str| compile(&flag(one, two)).unwrap().warnings.iter().any(|warning| warning.path == path);
    assert!(warned(r#""gate":25"#, r#""gate":50"#));
    assert!(warned(r#""gate":[{"percent":20},{"from":"2026-01-01","percent":50}]"#, r#""gate":30"#));
    for (one, two) in [
        (r#""gate":25"#, r#""gate":25,"gateSalt":"own""#),
        (r#"pro|"gate":25"#, r#""gate":25"#),
        (r#"pro|"gate":25"#, r#"free|"gate":25"#),
        (r#""gate":25"#, r#""salt":"y""#),
    ] {
        assert!(!warned(one, two), "{one} {two}");
    }
}

#[test]
fn what_is_of_no_use_is_a_warning() {
    let told = |text: &str| -> Vec<String> {
        check(text, None).unwrap().iter().map(|warning| format!("{} {}", warning.path, warning.message)).collect()
    };
    let text = r#"{"version":1,"environments":["staging"],
      "segments":{"used":{"if":{"attribute":"a","exists":true}},"there":{"if":{"attribute":"b","exists":true}},"unused":{"if":{"segment":"used"}}},
      "layers":{"idle":{"unit":"id"}},"holdouts":{"idle":{"unit":"id","percent":1}},
      "flags":{"f":{"type":"string","variants":{"a":"A","b":"B","c":"A"},"off":"a",
        "environments":{"staging":{"rules":[{"if":{"segment":"there"},"variant":"b"}]}},
        "rules":[{"split":{"unit":"id","gate":0.25,"control":"a",
          "arms":[{"variant":"a","weight":50},{"variant":"b","weight":50},{"variant":"c","weight":0}]}}]}}}"#;
    let warnings = told(text);
    for (path, part) in [
        (r#"$.flags["f"].variants.c"#, "`c` has the value of `a`"),
        (r#"$.flags["f"].rules[0].split.arms[2].weight"#, "nobody gets `c`"),
        (r#"$.flags["f"].rules[0].split.gate"#, "write 25 for 25 of 100"),
        (r#"$.segments["unused"]"#, "nothing names this segment"),
        (r#"$.layers["idle"]"#, "nothing names this layer"),
        (r#"$.holdouts["idle"]"#, "nothing names this holdout"),
    ] {
        assert!(
            warnings.iter().any(|warning| warning.starts_with(path) && warning.contains(part)),
            "{path}: {warnings:#?}"
        );
    }
    assert_eq!(warnings.len(), 6, "what one environment uses is of use: {warnings:#?}");
    // Meant, and said so.
    let warnings = told(&text.replace(r#""gate":0.25"#, r#""gate":[{"percent":0.25}]"#));
    assert!(!warnings.iter().any(|warning| warning.contains("gate")), "{warnings:#?}");
}
