//! Who gets which arm in a run, by the compiler's word, held to what the engine decides.
#![expect(clippy::unwrap_used, reason = "a datafile of this file that does not compile is a failed test")]

use isoflag_datafile::{Allocation, Compiled, Options, compile, compile_with};
use isoflag_engine::{Input, Program, Value, decide};

fn datafile(arms: &str, more: &str, enabled: bool) -> String {
    format!(
        r#"{{"version":1,"layers":{{"page":{{"unit":"id"}}}},"holdouts":{{"quiet":{{"percent":10,"unit":"id"}}}},"flags":{{
           "plain":{{"type":"boolean","variants":{{"on":true,"off":false}},"off":"off","rules":[{{"split":{{"unit":"id","arms":[{{"variant":"on"}},{{"variant":"off"}}]}}}}]}},
           "plan":{{"type":"string","enabled":{enabled},"variants":{{"z":"Z","a":"A","b":"B","c":"C"}},"off":"z",
           "rules":[{{"if":{{"attribute":"vip","equals":true}},"split":{{"unit":"other","arms":[{{"variant":"z"}},{{"variant":"a"}}],"salt":"vips"}}}},
             {{"split":{{"unit":["id","device"],"control":"a","arms":[{arms}]{more}}}}}]}}}}}}"#
    )
}

const THREE: &str =
    r#"{"variant":"a","weight":50},{"variant":"b","weight":25},{"variant":"c","weight":25},{"variant":"z","weight":0}"#;
const LESS: &str = r#"{"variant":"a","weight":40},{"variant":"b","weight":25},{"variant":"c","weight":35}"#;

fn only(compiled: &Compiled) -> (&str, &Allocation) {
    assert_eq!(compiled.allocations.len(), 1, "{:?}", compiled.allocations);
    let (flag, allocation) = compiled.allocations.first().unwrap();
    assert_eq!(flag, "plan");
    (&compiled.experiments.first().unwrap().run, allocation)
}

/// How many of many units the engine exposes, each to the variant of the allocation.
fn exposed(compiled: &Compiled, allocation: &Allocation) -> usize {
    let program = Program::open(&compiled.program).unwrap();
    let flag = program.flag(program.find(b"plan").unwrap()).unwrap();
    let id = (0..4).find(|number| program.attribute(*number) == Some(b"id")).unwrap();
    let decided = (0..5_000).filter(|number| {
        let unit = format!("unit-{number}");
        let mut attributes = [Value::Missing; 4];
        *attributes.get_mut(usize::from(id)).unwrap() = Value::Text(unit.as_bytes());
        let decision = decide(&flag, &Input::new(attributes.as_slice(), 0));
        let variant = flag.variant(decision.variant.unwrap()).unwrap().name;
        assert!(!decision.exposed || allocation.variant("id", &unit).map(str::as_bytes) == Some(variant), "{unit}");
        decision.exposed
    });
    decided.count()
}

#[test]
fn what_the_engine_exposes_is_what_the_run_gives() {
    let compiled = compile(&datafile(THREE, "", true)).unwrap();
    let (_, allocation) = only(&compiled);
    assert_eq!(exposed(&compiled, allocation), 5_000);
    assert_eq!(allocation.variant("device", "unit-1"), allocation.variant("id", "unit-1"));
    assert_eq!([allocation.variant("other", "unit-1"), allocation.variant("id", "")], [None, None]);
    let given = |name| (0..5_000).filter(|n| allocation.variant("id", &format!("unit-{n}")) == Some(name)).count();
    assert!(given("a").abs_diff(2_500) < 180 && given("b").abs_diff(1_250) < 155, "{} {}", given("a"), given("b"));
    assert_eq!(given("z"), 0, "an arm of weight 0 serves nobody");
    let json = serde_json::to_string(allocation).unwrap();
    assert_eq!(&serde_json::from_str::<Allocation>(&json).unwrap(), allocation, "it survives the way through a text");
}

#[test]
fn everything_that_has_a_run_has_its_allocation() {
    // Layers and holdouts are of one type of unit, and so is what lies in them.
    let compile = |more, on| compile(&datafile(THREE, more, on).replace(r#"["id","device"]"#, r#""id""#)).unwrap();
    let compiled = compile("", true);
    let (run, allocation) = only(&compiled);
    for more in [
        r#","gate":30"#,
        r#","gate":[{"percent":5},{"from":"2026-01-08","percent":60}],"holdout":"quiet""#,
        r#","layer":{"name":"page","slots":[[10,70]]},"force":{"b":["unit-7","unit-8"]}"#,
    ] {
        let other = compile(more, true);
        assert_eq!(only(&other), (run, allocation), "{more}");
        assert!((1..4_900).contains(&exposed(&other, allocation)), "{more}");
    }
    let off = compile("", false);
    assert_eq!((only(&off), exposed(&off, allocation)), ((run, allocation), 0));
}

#[test]
fn arms_that_keep_their_people_are_another_allocation_of_another_run() {
    let before = compile(&datafile(THREE, "", true)).unwrap();
    let options = Options { previous: Some(&before.program), ..Options::default() };
    let kept = compile_with(&datafile(LESS, "", true), options).unwrap();
    let anew = compile(&datafile(LESS, "", true)).unwrap();
    let ((run, allocation), (other_run, other)) = (only(&kept), only(&anew));
    assert!(run != other_run && allocation != other);
    assert_eq!(exposed(&kept, allocation), 5_000);
}
