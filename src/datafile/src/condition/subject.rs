use crate::wire::Condition;

/// What a condition may be about.
pub(super) const KNOWN: &str = "`all`, `any`, `not`, `segment`, `flag`, `attribute`";

/// The fields given that say what the condition is about.
pub(super) fn subjects(condition: &Condition) -> Vec<&'static str> {
    given(&[
        ("`all`", condition.all.is_some()),
        ("`any`", condition.any.is_some()),
        ("`not`", condition.not.is_some()),
        ("`segment`", condition.segment.is_some()),
        ("`flag`", condition.flag.is_some()),
        ("`attribute`", condition.attribute.is_some()),
    ])
}

/// The tests given.
pub(super) fn tests(condition: &Condition) -> Vec<&'static str> {
    given(&[
        ("`equals`", condition.equals.is_some()),
        ("`in`", condition.one_of.is_some()),
        ("`exists`", condition.exists.is_some()),
        ("`greaterThan`", condition.greater_than.is_some()),
        ("`atLeast`", condition.at_least.is_some()),
        ("`lessThan`", condition.less_than.is_some()),
        ("`atMost`", condition.at_most.is_some()),
        ("`startsWith`", condition.starts_with.is_some()),
        ("`endsWith`", condition.ends_with.is_some()),
        ("`includes`", condition.includes.is_some()),
        ("`matches`", condition.matches.is_some()),
        ("`version`", condition.version.is_some()),
        ("`date`", condition.date.is_some()),
        ("`inNetwork`", condition.in_network.is_some()),
        ("`contains`", condition.contains.is_some()),
        ("`containsAny`", condition.contains_any.is_some()),
        ("`containsAll`", condition.contains_all.is_some()),
    ])
}

/// What stands beside a subject that has no use for it.
pub(super) fn stray(condition: &Condition) -> Option<String> {
    if condition.flag.is_none() && condition.variant.is_some() {
        return Some("`variant` stands beside a `flag`".into());
    }
    if condition.attribute.is_some() {
        return None;
    }
    let mut tests = tests(condition);
    tests.extend(condition.ignore_case.map(|_| "`ignoreCase`"));
    tests.first().map(|test| format!("{test} stands beside an `attribute`"))
}

fn given(fields: &[(&'static str, bool)]) -> Vec<&'static str> {
    fields.iter().filter_map(|(name, given)| given.then_some(*name)).collect()
}
