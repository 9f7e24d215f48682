use super::cell::{Cell, Hash, outside};
use super::condition::Condition;
use super::report::Place;
use crate::decompile::{Ask, Decompiled, Flag, Gate, Outcome, Slice, Split, Test};
use isoflag_engine::Reason;
use isoflag_engine::layout::{ACCEPT, MAX_DEPTH, REJECT};
use std::collections::{BTreeMap, BTreeSet};

/// A question about a context that positions do not answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Atom {
    /// The context has an id under this attribute.
    Unit(String),
    /// These tests hold.
    Condition(Vec<Test>),
}

/// Why a walk did not come to an end.
pub(super) enum Stop {
    /// The answer to this question is needed.
    Unknown(Atom),
    /// The positions fall into more parts than are carried on.
    TooMany,
}

/// How the decision of a flag comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct End<'a> {
    pub(super) variant: &'a str,
    /// The name of the reason.
    pub(super) reason: &'static str,
    pub(super) rule: Option<u16>,
    pub(super) exposed: bool,
}

/// More parts than this of the space of positions are not carried on.
const MOST_CELLS: usize = 1 << 14;

/// Walks through the decisions of a program as [`isoflag_engine::decide`] does, for all positions at once and for the
/// contexts that give certain answers.
pub(super) struct Walk<'a> {
    program: &'a Decompiled,
    now: i64,
    /// Where each condition was asked.
    pub(super) places: BTreeMap<Atom, BTreeSet<Place>>,
    /// Whether some split had no unit, of this flag or of one that it asks, since this was last set to false.
    pub(super) missing: bool,
}

type Answers = BTreeMap<Atom, bool>;

impl<'a> Walk<'a> {
    pub(super) fn new(program: &'a Decompiled, now: i64) -> Self {
        Self { program, now, places: BTreeMap::new(), missing: false }
    }

    /// The parts a cell falls into, and how the flag comes out in each. Forced units are passed over: they are some ids,
    /// not a share.
    pub(super) fn decide(
        &mut self,
        flag: &'a Flag,
        cell: Cell,
        answers: &Answers,
    ) -> Result<Vec<(Cell, End<'a>)>, Stop> {
        self.flag(flag, cell, answers, MAX_DEPTH)
    }

    fn flag(&mut self, flag: &'a Flag, cell: Cell, answers: &Answers, depth: u8) -> Result<Vec<(Cell, End<'a>)>, Stop> {
        let end = |variant: u16, reason: Reason, rule| End {
            variant: flag.variant(variant).unwrap_or_default(),
            reason: reason.name(),
            rule,
            exposed: false,
        };
        if !flag.enabled {
            return Ok(vec![(cell, end(flag.off, Reason::Off, None))]);
        }
        let mut ended = Vec::new();
        let mut going = Vec::new();
        for (cell, holds) in self.holds(flag, None, &flag.prerequisites, cell, answers, depth)? {
            if holds { going.push(cell) } else { ended.push((cell, end(flag.off, Reason::Prerequisite, None))) }
        }
        for (rule, number) in flag.rules.iter().zip(0..) {
            let mut passing = Vec::new();
            for cell in going {
                for (cell, holds) in self.holds(flag, Some(number), &rule.tests, cell, answers, depth)? {
                    match &rule.outcome {
                        _ if !holds => passing.push(cell),
                        Outcome::Variant(variant) => ended.push((cell, end(*variant, Reason::Targeted, Some(number)))),
                        Outcome::Split(split) => match unit(split, answers)? {
                            None => {
                                self.missing = true;
                                ended.push((cell, end(flag.default, Reason::MissingUnit, Some(number))));
                            }
                            Some(unit) => {
                                let parts = self.split(split, unit, cell, &mut passing);
                                ended.extend(parts.into_iter().map(|(cell, variant)| {
                                    let (variant, reason, exposed) = match variant {
                                        None => (flag.default, Reason::Holdout, false),
                                        Some(variant) => (variant, Reason::Split, split.experiment),
                                    };
                                    (cell, End { exposed, ..end(variant, reason, Some(number)) })
                                }));
                            }
                        },
                    }
                }
            }
            going = passing;
            if going.len() + ended.len() > MOST_CELLS {
                return Err(Stop::TooMany);
            }
        }
        ended.extend(going.into_iter().map(|cell| (cell, end(flag.default, Reason::Default, None))));
        Ok(ended)
    }

    /// The parts of a cell that a split decides, each with the variant, or none for those held out. What lies outside its
    /// layer or gate goes on.
    fn split(&self, split: &Split, unit: &str, cell: Cell, passing: &mut Vec<Cell>) -> Vec<(Cell, Option<u16>)> {
        let mut parts = Vec::new();
        let mut inside = Some(cell);
        let mut narrow = |key, within: &[(u64, u64)], out: &mut dyn FnMut(Cell)| {
            let hash = Hash::new(unit, key);
            let Some(cell) = inside.take() else { return };
            if let Some(rest) = cell.within(&hash, &outside(within)) {
                out(rest);
            }
            inside = cell.within(&hash, within);
        };
        if let Some(Slice { key, intervals }) = &split.holdout {
            narrow(*key, &outside(intervals), &mut |held| parts.push((held, None)));
        }
        if let Some(Slice { key, intervals }) = &split.layer {
            narrow(*key, &outside(&outside(intervals)), &mut |rest| passing.push(rest));
        }
        if let Some(gate) = &split.gate {
            narrow(gate.key, &[(0, open(gate, self.now))], &mut |rest| passing.push(rest));
        }
        let Some(inside) = inside else { return parts };
        let mut arms: BTreeMap<u16, Vec<(u64, u64)>> = BTreeMap::new();
        let mut start = 0;
        for (end, variant) in &split.ranges {
            if *end > start {
                arms.entry(*variant).or_default().push((start, *end));
                start = *end;
            }
        }
        let hash = Hash::new(unit, split.key);
        parts.extend(arms.iter().filter_map(|(variant, ranges)| Some((inside.within(&hash, ranges)?, Some(*variant)))));
        parts
    }

    /// The parts of a cell where tests hold and where they do not.
    fn holds(
        &mut self,
        flag: &'a Flag,
        rule: Option<u16>,
        tests: &'a [Test],
        cell: Cell,
        answers: &Answers,
        depth: u8,
    ) -> Result<Vec<(Cell, bool)>, Stop> {
        let tests = match Condition::at(tests, self.now) {
            Condition::Always => return Ok(vec![(cell, true)]),
            Condition::Never => return Ok(vec![(cell, false)]),
            Condition::Tests(tests) => tests,
        };
        let place = Place { flag: flag.key.clone(), rule };
        if !tests.iter().any(|test| matches!(test.ask, Ask::Flag { .. })) {
            return Ok(vec![(cell, self.answer(Atom::Condition(tests), place, answers)?)]);
        }
        // Other flags are asked: their decisions are positions again, so the tests are gone through one by one.
        let mut done = Vec::new();
        let mut going = vec![(cell, 0_u16)];
        while let Some((cell, at)) = going.pop() {
            let Some(test) = tests.get(usize::from(at)) else {
                done.push((cell, at == ACCEPT));
                continue;
            };
            let parts = match &test.ask {
                Ask::Flag { key, variant } => self.asked(key, variant, cell, answers, depth)?,
                _ => {
                    let alone = vec![Test { on_true: ACCEPT, on_false: REJECT, ask: test.ask.clone() }];
                    vec![(cell, self.answer(Atom::Condition(alone), place.clone(), answers)?)]
                }
            };
            for (cell, holds) in parts {
                // INVARIANT: the compiler's jumps go forward; a damaged one ends the walk.
                let next = if holds { test.on_true } else { test.on_false };
                going.push((cell, if next > at { next } else { REJECT }));
            }
            if going.len() + done.len() > MOST_CELLS {
                return Err(Stop::TooMany);
            }
        }
        Ok(done)
    }

    fn asked(
        &mut self,
        key: &str,
        variant: &str,
        cell: Cell,
        answers: &Answers,
        depth: u8,
    ) -> Result<Vec<(Cell, bool)>, Stop> {
        let (Some(flag), Some(depth)) = (self.program.find(key), depth.checked_sub(1)) else {
            return Ok(vec![(cell, false)]);
        };
        let parts = self.flag(flag, cell, answers, depth)?;
        Ok(parts.into_iter().map(|(cell, end)| (cell, end.variant == variant)).collect())
    }

    fn answer(&mut self, atom: Atom, place: Place, answers: &Answers) -> Result<bool, Stop> {
        let places = self.places.entry(atom.clone()).or_default();
        places.insert(place);
        answers.get(&atom).copied().ok_or(Stop::Unknown(atom))
    }
}

/// The attribute that is the unit of a split; none when the context has none of them.
fn unit<'s>(split: &'s Split, answers: &Answers) -> Result<Option<&'s str>, Stop> {
    for unit in &split.units {
        let atom = Atom::Unit(unit.clone());
        match answers.get(&atom) {
            Some(true) => return Ok(Some(unit)),
            Some(false) => {}
            None => return Err(Stop::Unknown(atom)),
        }
    }
    Ok(None)
}

/// The exclusive end of what a gate lets in at an instant.
fn open(gate: &Gate, now: i64) -> u64 {
    gate.steps.iter().rev().find(|(from, _)| now >= *from).map_or(0, |(_, end)| *end)
}
