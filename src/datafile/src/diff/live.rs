use super::cell::Hash;
use super::question::{Asks, StepAsk};
use super::walk::{End, Walk, open};
use crate::decompile::{Flag, Outcome, Slice, Split, Test};
use isoflag_engine::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// What a decision goes on asking: for every question, every hash and every end the last event of a timeline that it can come
/// up at, in this flag or in one that it asks there. What is not asked any more need not be remembered.
#[derive(Default)]
pub(super) struct Live<'a> {
    pub(super) atoms: BTreeMap<u32, usize>,
    pub(super) hashes: BTreeMap<Hash, usize>,
    pub(super) ends: BTreeMap<End<'a>, usize>,
}

/// Where the positions under each hash are cut.
pub(super) type Cuts = BTreeMap<Hash, BTreeSet<u64>>;

impl<'a> Live<'a> {
    /// The steps of a flag, each with its event.
    pub(super) fn new(
        walk: &Walk<'a>,
        flag: &'a Flag,
        steps: impl DoubleEndedIterator<Item = (usize, usize)>,
        cuts: &mut Cuts,
    ) -> Self {
        let mut live = Self::default();
        let mut seen = BTreeSet::from([flag.key.as_str()]);
        // From the last step on, so that whatever is met for the first time is met where it is last asked.
        for (event, step) in steps.rev() {
            let mut ahead = Vec::new();
            match step.checked_sub(1).map(|rule| flag.rules.get(rule)) {
                None => {
                    live.tests(walk, &flag.prerequisites, event, &mut ahead);
                    live.end(flag, flag.off, false, event);
                }
                Some(None) => live.end(flag, flag.default, false, event),
                Some(Some(rule)) => {
                    live.tests(walk, &rule.tests, event, &mut ahead);
                    match &rule.outcome {
                        Outcome::Variant(variant) => live.end(flag, *variant, false, event),
                        Outcome::Split(split) => {
                            live.split(walk, split, event, cuts);
                            live.end(flag, flag.default, false, event);
                            for (_, variant) in &split.ranges {
                                live.end(flag, *variant, split.experiment, event);
                            }
                        }
                    }
                }
            }
            while let Some(key) = ahead.pop() {
                let Some(flag) = walk.program.find(key).filter(|flag| seen.insert(&flag.key)) else { continue };
                live.tests(walk, &flag.prerequisites, event, &mut ahead);
                for rule in &flag.rules {
                    live.tests(walk, &rule.tests, event, &mut ahead);
                    if let Outcome::Split(split) = &rule.outcome {
                        live.split(walk, split, event, cuts);
                    }
                }
            }
        }
        live
    }

    fn tests<'q>(&mut self, walk: &'q Walk<'a>, tests: &[Test], event: usize, ahead: &mut Vec<&'q str>) {
        let asks = walk.questions.asks(tests);
        for atom in asks.atoms() {
            self.atoms.entry(atom).or_insert(event);
        }
        if let Asks::Steps(steps) = asks {
            ahead.extend(steps.iter().filter_map(|step| match step.ask {
                StepAsk::Flag { key, .. } => Some(key),
                StepAsk::Atom(_) => None,
            }));
        }
    }

    fn end(&mut self, flag: &'a Flag, variant: u16, exposed: bool, event: usize) {
        let end = End { variant: flag.variant(variant).unwrap_or_default(), exposed, ..End::UNTOLD };
        self.ends.entry(end).or_insert(event);
    }

    fn split(&mut self, walk: &Walk<'a>, split: &Split, event: usize, cuts: &mut Cuts) {
        for unit in split.units.iter().map(|unit| walk.questions.unit(unit)) {
            self.atoms.entry(unit).or_insert(event);
            let mut asked = |key, at: &mut dyn Iterator<Item = u64>| {
                let hash = Hash::new(unit, key);
                self.hashes.entry(hash).or_insert(event);
                cuts.entry(hash).or_default().extend(at);
            };
            for Slice { key, intervals } in split.layer.iter().chain(&split.holdout) {
                asked(*key, &mut intervals.iter().flat_map(|(first, end)| [*first, *end]));
            }
            if let Some(gate) = &split.gate {
                asked(gate.key, &mut [open(gate, walk.now)].into_iter());
            }
            asked(split.key, &mut split.ranges.iter().map(|(end, _)| *end));
        }
    }
}

impl End<'_> {
    /// An end without what nobody counts: by which reason and rule it came.
    pub(super) const UNTOLD: Self = Self { variant: "", reason: Reason::Default.name(), rule: None, exposed: false };
}
