use super::alarms::experiment;
use super::condition::{Condition, attributes};
use super::explore::{Explorer, Found};
use super::report::{ConditionChange, End, FlagDiff, Flow, ForcedChange, Group, Place, Range, ValueChange, When};
use super::same::{asked, tests};
use super::share::Share;
use super::walk::{self, Atom, Walk};
use crate::decompile::{Ask, Decompiled, Flag, Outcome, Split, Test};
use std::collections::{BTreeMap, BTreeSet};

/// Compares a flag of two programs. `None` when nobody could tell them apart, now or later.
pub(super) fn compare(before: (&Decompiled, &Flag), after: (&Decompiled, &Flag), now: i64) -> Option<FlagDiff> {
    let ((old, from), (new, to)) = (before, after);
    let mut explorer = Explorer::new((Walk::new(old, now), from), (Walk::new(new, now), to));
    let found = explorer.explore();
    let complete = found.is_some();
    let found = found.unwrap_or_default();
    let conditions = conditions(&explorer, (old, new), now);
    let moved = range(&found, complete, |from, to| from.variant != to.variant);
    let values = values(from, to);
    let mut later = instants(old, from, now, &mut BTreeSet::new());
    later.extend(instants(new, to, now, &mut BTreeSet::new()));
    let diff = FlagDiff {
        flag: to.key.clone(),
        moved,
        complete,
        groups: found.iter().filter(|found| !found.flows.is_empty()).map(|found| group(found, &explorer)).collect(),
        experiment: experiment(from, to, &found, complete, &conditions, &values),
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

/// The least and the most of a share over all groups that have units; over all groups when none has.
pub(super) fn range(
    found: &[Found<'_>],
    complete: bool,
    counts: impl Fn(&walk::End<'_>, &walk::End<'_>) -> bool,
) -> Range {
    if !complete {
        return Range { least: 0.0, most: 1.0 };
    }
    let units = found.iter().any(|found| found.units);
    let shares = found.iter().filter(|found| found.units || !units).map(|found| share(found, &counts));
    let (least, most) = shares.fold((None, Share::default()), |(least, most): (Option<Share>, Share), share| {
        (Some(least.map_or_else(|| share.clone(), |least| least.min(share.clone()))), most.max(share))
    });
    Range { least: least.unwrap_or_default().to_f64(), most: most.to_f64() }
}

fn share(found: &Found<'_>, counts: &impl Fn(&walk::End<'_>, &walk::End<'_>) -> bool) -> Share {
    let mut sum = Share::default();
    for share in found.flows.iter().filter(|((from, to), _)| counts(from, to)).map(|(_, share)| share) {
        sum.add(share);
    }
    sum
}

fn group(found: &Found<'_>, explorer: &Explorer<'_>) -> Group {
    let when = found.when.iter().map(|(atom, holds)| {
        let places = |walk: &Walk<'_>| walk.places.get(atom).cloned().unwrap_or_default();
        let (unit, attributes) = match atom {
            Atom::Unit(unit) => (Some(unit.clone()), BTreeSet::new()),
            Atom::Condition(tests) => (None, attributes(tests).into_iter().map(str::to_owned).collect()),
        };
        When { unit, attributes, before: places(&explorer.before), after: places(&explorer.after), holds: *holds }
    });
    let flows =
        found.flows.iter().map(|((from, to), share)| Flow { from: end(from), to: end(to), share: share.to_f64() });
    Group {
        when: when.collect(),
        moved: share(found, &|from, to| from.variant != to.variant).to_f64(),
        flows: flows.collect(),
    }
}

fn end(end: &walk::End<'_>) -> End {
    End { variant: end.variant.to_owned(), reason: end.reason.to_owned(), rule: end.rule, exposed: end.exposed }
}

/// The conditions that one program asked and the other does not have. Two at the same place are one that was changed.
fn conditions(explorer: &Explorer<'_>, programs: (&Decompiled, &Decompiled), now: i64) -> Vec<ConditionChange> {
    let mut changes: BTreeMap<Place, ConditionChange> = BTreeMap::new();
    for (walk, other, is_old) in [(&explorer.before, programs.1, true), (&explorer.after, programs.0, false)] {
        for (atom, places) in &walk.places {
            let Atom::Condition(tests) = atom else { continue };
            for place in places.iter().filter(|place| !stands(tests, other.find(&place.flag), now)) {
                let change = changes.entry(place.clone()).or_insert_with(|| ConditionChange {
                    attributes: BTreeSet::new(),
                    before: None,
                    after: None,
                });
                change.attributes.extend(attributes(tests).into_iter().map(str::to_owned));
                *(if is_old { &mut change.before } else { &mut change.after }) = Some(place.clone());
            }
        }
    }
    changes.into_values().collect()
}

/// Whether a flag has a condition, at whatever place.
fn stands(wanted: &[Test], flag: Option<&Flag>, now: i64) -> bool {
    let Some(flag) = flag else { return false };
    let mut conditions = flag.rules.iter().map(|rule| &rule.tests).chain([&flag.prerequisites]);
    conditions.any(|tests| match Condition::at(tests, now) {
        // A condition that asks flags is gone through test by test, see `walk`.
        Condition::Tests(tests) if tests.iter().any(|test| matches!(test.ask, Ask::Flag { .. })) => {
            matches!(wanted, [one] if tests.iter().any(|test| test.ask == one.ask))
        }
        Condition::Tests(tests) => tests == wanted,
        Condition::Always | Condition::Never => false,
    })
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
