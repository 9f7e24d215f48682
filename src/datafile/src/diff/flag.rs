use super::alarms::experiment;
use super::bound::{Bounds, bounds};
use super::explore::{Explorer, Found};
use super::range::{MEASURES, Ranges, share};
use super::report::{ConditionChange, End, FlagDiff, Flow, ForcedChange, Group, Place, ValueChange, When};
use super::same::{Same, asked, tests};
use super::walk;
use super::work::Work;
use crate::decompile::{Ask, Decompiled, Flag, Outcome, Split};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Compares a flag of two programs. `None` when nobody could tell them apart, now or later.
pub(super) fn compare<'a>(
    before: (&'a Decompiled, &'a Flag),
    after: (&'a Decompiled, &'a Flag),
    same: &mut Same<'_>,
    now: i64,
    work: &Rc<Work>,
) -> Option<FlagDiff> {
    let ((old, from), (new, to)) = (before, after);
    let mut explorer = Explorer::new(before, after, now, work);
    let found = explorer.explore();
    let (ranges, complete, exact) = match &found {
        Some(found) => (Ranges::over(found), true, true),
        None => {
            let Bounds { ranges, exact, touched } = bounds(&mut explorer, same);
            // Where nobody comes out otherwise whatever the answers, there are no groups, and all of them are known.
            (ranges, !touched, exact || !touched)
        }
    };
    let found = found.unwrap_or_default();
    let conditions = conditions(&explorer);
    let values = values(from, to);
    let mut later = instants(old, from, now, &mut BTreeSet::new());
    later.extend(instants(new, to, now, &mut BTreeSet::new()));
    let diff = FlagDiff {
        flag: to.key.clone(),
        moved: ranges.moved,
        complete,
        exact,
        groups: found.iter().filter(|found| !found.flows.is_empty()).map(|found| group(found, &explorer)).collect(),
        experiment: experiment(from, to, &ranges, &conditions, &values),
        conditions,
        values,
        forced: forced(from, to),
        later,
    };
    let silent = diff.complete
        && diff.groups.is_empty()
        && diff.conditions.is_empty()
        && diff.values.is_empty()
        && diff.forced.is_empty()
        && diff.later.is_empty()
        && diff.experiment.as_ref().is_none_or(|experiment| experiment.alarms.is_empty());
    if silent { None } else { Some(diff) }
}

fn group(found: &Found<'_>, explorer: &Explorer<'_>) -> Group {
    let questions = &explorer.before.questions;
    let when = found.when.iter().map(|(atom, holds)| When {
        unit: questions.unit_of(*atom).map(str::to_owned),
        attributes: questions.attributes(*atom),
        before: explorer.before.places(*atom),
        after: explorer.after.places(*atom),
        holds: *holds,
    });
    let flows =
        found.flows.iter().map(|((from, to), share)| Flow { from: end(from), to: end(to), share: share.to_f64() });
    let [moved, ..] = MEASURES;
    Group { when: when.collect(), moved: share(&found.flows, moved).to_f64(), flows: flows.collect() }
}

fn end(end: &walk::End<'_>) -> End {
    End { variant: end.variant.to_owned(), reason: end.reason.to_owned(), rule: end.rule, exposed: end.exposed }
}

/// The conditions that one program asked and the other does not have. Two at the same place are one that was changed.
fn conditions(explorer: &Explorer<'_>) -> Vec<ConditionChange> {
    let mut changes: BTreeMap<Place, ConditionChange> = BTreeMap::new();
    let (old, new) = (&explorer.before, &explorer.after);
    let questions = &old.questions;
    for (walk, other, is_old) in [(old, new, true), (new, old, false)] {
        let mut standing: HashMap<String, BTreeSet<u32>> = HashMap::new();
        for (atom, place) in walk.conditions() {
            let flag = || other.program.find(&place.flag).map(|flag| questions.of(flag)).unwrap_or_default();
            if standing.entry(place.flag.clone()).or_insert_with(flag).contains(&atom) {
                continue;
            }
            let change = changes.entry(place.clone()).or_insert_with(|| ConditionChange {
                attributes: BTreeSet::new(),
                before: None,
                after: None,
            });
            change.attributes.extend(questions.attributes(atom));
            *(if is_old { &mut change.before } else { &mut change.after }) = Some(place);
        }
    }
    changes.into_values().collect()
}

fn values(from: &Flag, to: &Flag) -> Vec<ValueChange> {
    let read = |literal: &str| serde_json::from_str(literal).unwrap_or_default();
    let old: BTreeMap<&str, &str> = from.variants.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let changed = to.variants.iter().filter_map(|(name, after)| {
        let before = *old.get(name.as_str())?;
        (before != after).then(|| ValueChange { variant: name.clone(), before: read(before), after: read(after) })
    });
    changed.collect()
}

fn splits(flag: &Flag) -> impl Iterator<Item = &Split> {
    flag.rules.iter().filter_map(|rule| match &rule.outcome {
        Outcome::Split(split) => Some(&**split),
        Outcome::Variant(_) => None,
    })
}

/// A unit may be forced in several splits, of which another one counts for other contexts: each is compared with its like.
fn forced(from: &Flag, to: &Flag) -> Vec<ForcedChange> {
    let (old, new) = (lists(from), lists(to));
    let units: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut changes = Vec::new();
    for unit in units {
        let [old, new] = [&old, &new].map(|lists| lists.get(unit).map(Vec::as_slice).unwrap_or_default());
        let pairs = (0..old.len().max(new.len())).map(|at| (old.get(at).copied(), new.get(at).copied()));
        changes.extend(pairs.filter(|(before, after)| before != after).map(|(before, after)| ForcedChange {
            unit: unit.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        }));
    }
    changes
}

/// For every unit in forced lists its variants, in the order of the splits.
fn lists(flag: &Flag) -> BTreeMap<&str, Vec<&str>> {
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (variant, units) in splits(flag).flat_map(|split| &split.forced) {
        let Some(variant) = flag.variant(*variant) else { continue };
        for unit in units {
            lists.entry(unit).or_default().push(variant);
        }
    }
    lists
}

/// The instants after `now` at which a flag, or one that it asks, comes out otherwise by itself.
fn instants(program: &Decompiled, flag: &Flag, now: i64, seen: &mut BTreeSet<String>) -> BTreeSet<i64> {
    if !seen.insert(flag.key.clone()) {
        return BTreeSet::new();
    }
    let windows = tests(flag).filter_map(|test| match test.ask {
        Ask::NowBefore(time) | Ask::NowNotBefore(time) => Some(time),
        _ => None,
    });
    let steps =
        splits(flag).filter_map(|split| split.gate.as_ref()).flat_map(|gate| gate.steps.iter().map(|(from, _)| *from));
    let mut found: BTreeSet<i64> = windows.chain(steps).filter(|time| *time > now).collect();
    for flag in asked(flag).into_iter().filter_map(|key| program.find(key)) {
        found.append(&mut instants(program, flag, now, seen));
    }
    found
}
