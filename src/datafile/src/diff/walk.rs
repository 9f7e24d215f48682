use super::cell::{Cell, Hash, outside};
use super::question::{Asks, Questions, StepAsk, reached};
use super::report::Place;
use super::work::Work;
use crate::decompile::{Decompiled, Flag, Gate, Outcome, Slice, Split};
use isoflag_engine::Reason;
use isoflag_engine::layout::{ACCEPT, MAX_DEPTH, REJECT};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Why a walk did not come to an end.
pub(super) enum Stop {
    /// The answer to this question is needed.
    Unknown(u32),
    /// The positions fall into more parts than are carried on, or the work allowed is done.
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
pub(super) const MOST_CELLS: usize = 1 << 14;

/// Walks through the decisions of a program as [`isoflag_engine::decide`] does, for all positions at once and for the
/// contexts that give certain answers.
pub(super) struct Walk<'a> {
    pub(super) program: &'a Decompiled,
    pub(super) questions: Rc<Questions<'a>>,
    pub(super) now: i64,
    /// Where each condition was asked: its number, the flag and the rule.
    asked: BTreeSet<(u32, &'a str, Option<u16>)>,
    /// Whether some split had no unit, of this flag or of one that it asks, since this was last set to false.
    pub(super) missing: bool,
    pub(super) work: Rc<Work>,
}

pub(super) type Answers = BTreeMap<u32, bool>;

/// The parts a cell falls into at one step, and how the flag comes out in those that do not go on.
type Parts<'a> = Vec<(Cell, Option<End<'a>>)>;

impl<'a> Walk<'a> {
    pub(super) fn new(program: &'a Decompiled, questions: &Rc<Questions<'a>>, work: &Rc<Work>, now: i64) -> Self {
        let (questions, work) = (Rc::clone(questions), Rc::clone(work));
        Self { program, questions, now, asked: BTreeSet::new(), missing: false, work }
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
        let mut ended = Vec::new();
        let mut going = vec![cell];
        for step in 0..steps(flag) {
            for cell in std::mem::take(&mut going) {
                for (cell, end) in self.step_at(flag, step, cell, answers, depth)? {
                    match end {
                        Some(end) => ended.push((cell, end)),
                        None => going.push(cell),
                    }
                }
            }
            if going.len() + ended.len() > MOST_CELLS {
                return Err(Stop::TooMany);
            }
        }
        Ok(ended)
    }

    /// One step of a decision: first the prerequisites, then each rule, behind them the default.
    pub(super) fn step(
        &mut self,
        flag: &'a Flag,
        step: usize,
        cell: Cell,
        answers: &Answers,
    ) -> Result<Parts<'a>, Stop> {
        self.step_at(flag, step, cell, answers, MAX_DEPTH)
    }

    fn step_at(
        &mut self,
        flag: &'a Flag,
        step: usize,
        cell: Cell,
        answers: &Answers,
        depth: u8,
    ) -> Result<Parts<'a>, Stop> {
        self.work.spend(1 + cell.extent())?;
        let end = |variant: u16, reason: Reason, rule| End {
            variant: flag.variant(variant).unwrap_or_default(),
            reason: reason.name(),
            rule,
            exposed: false,
        };
        let Some(number) = step.checked_sub(1) else {
            let off = |reason| Some(end(flag.off, reason, None));
            if !flag.enabled {
                return Ok(vec![(cell, off(Reason::Off))]);
            }
            let parts = self.holds(flag, None, cell, answers, depth)?;
            let going = |(cell, holds)| (cell, if holds { None } else { off(Reason::Prerequisite) });
            return Ok(parts.into_iter().map(going).collect());
        };
        let Some(rule) = flag.rules.get(number) else {
            return Ok(vec![(cell, Some(end(flag.default, Reason::Default, None)))]);
        };
        // INVARIANT: a program counts its rules in 16 bits.
        let number = number as u16;
        let mut parts = Vec::new();
        for (cell, holds) in self.holds(flag, Some(number), cell, answers, depth)? {
            match &rule.outcome {
                _ if !holds => parts.push((cell, None)),
                Outcome::Variant(variant) => parts.push((cell, Some(end(*variant, Reason::Targeted, Some(number))))),
                Outcome::Split(split) => match self.unit(split, answers)? {
                    None => {
                        self.missing = true;
                        parts.push((cell, Some(end(flag.default, Reason::MissingUnit, Some(number)))));
                    }
                    Some(unit) => {
                        let mut passing = Vec::new();
                        let decided = self.split(split, unit, cell, &mut passing)?;
                        parts.extend(passing.into_iter().map(|cell| (cell, None)));
                        parts.extend(decided.into_iter().map(|(cell, variant)| {
                            let (variant, reason, exposed) = match variant {
                                None => (flag.default, Reason::Holdout, false),
                                Some(variant) => (variant, Reason::Split, split.experiment),
                            };
                            (cell, Some(End { exposed, ..end(variant, reason, Some(number)) }))
                        }));
                    }
                },
            }
        }
        Ok(parts)
    }

    /// The parts of a cell that a split decides, each with the variant, or none for those held out. What lies outside its
    /// layer or gate goes on.
    fn split(
        &mut self,
        split: &Split,
        unit: u32,
        cell: Cell,
        passing: &mut Vec<Cell>,
    ) -> Result<Vec<(Cell, Option<u16>)>, Stop> {
        let slices = split.layer.iter().chain(&split.holdout).map(|slice| slice.intervals.len()).sum::<usize>();
        self.work.spend(slices + split.ranges.len() + 3 * cell.extent())?;
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
        let Some(inside) = inside else { return Ok(parts) };
        let mut arms: BTreeMap<u16, Vec<(u64, u64)>> = BTreeMap::new();
        let mut start = 0;
        for (end, variant) in &split.ranges {
            if *end > start {
                arms.entry(*variant).or_default().push((start, *end));
                start = *end;
            }
        }
        let hash = Hash::new(unit, split.key);
        self.work.spend(arms.len() * (1 + inside.extent()))?;
        parts.extend(arms.iter().filter_map(|(variant, ranges)| Some((inside.within(&hash, ranges)?, Some(*variant)))));
        Ok(parts)
    }

    /// The parts of a cell where the prerequisites or a rule's conditions hold and where they do not.
    fn holds(
        &mut self,
        flag: &'a Flag,
        rule: Option<u16>,
        cell: Cell,
        answers: &Answers,
        depth: u8,
    ) -> Result<Vec<(Cell, bool)>, Stop> {
        let rules = rule.map(|rule| flag.rules.get(usize::from(rule)).map(|rule| rule.tests.as_slice()));
        let tests = rules.unwrap_or(Some(&flag.prerequisites)).unwrap_or_default();
        let questions = Rc::clone(&self.questions);
        let steps = match questions.asks(tests) {
            Asks::Always => return Ok(vec![(cell, true)]),
            Asks::Never => return Ok(vec![(cell, false)]),
            Asks::Atom(atom) => return Ok(vec![(cell, self.answer(*atom, (&flag.key, rule), answers)?)]),
            Asks::Steps(steps) => steps,
        };
        let mut done = Vec::new();
        let mut going = vec![(cell, 0_u16)];
        while let Some((cell, at)) = going.pop() {
            let Some(step) = steps.get(usize::from(at)) else {
                done.push((cell, at == ACCEPT));
                continue;
            };
            self.work.spend(1)?;
            let parts = match step.ask {
                StepAsk::Flag { key, variant } => self.asked(key, variant, cell, answers, depth)?,
                StepAsk::Atom(atom) => vec![(cell, self.answer(atom, (&flag.key, rule), answers)?)],
            };
            for (cell, holds) in parts {
                // INVARIANT: the compiler's jumps go forward; a damaged one ends the walk.
                let next = if holds { step.on_true } else { step.on_false };
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

    fn answer(&mut self, atom: u32, (flag, rule): (&'a str, Option<u16>), answers: &Answers) -> Result<bool, Stop> {
        self.asked.insert((atom, flag, rule));
        answers.get(&atom).copied().ok_or(Stop::Unknown(atom))
    }

    /// The unit of a split; none when the context has none.
    fn unit(&self, split: &Split, answers: &Answers) -> Result<Option<u32>, Stop> {
        for unit in split.units.iter().map(|unit| self.questions.unit(unit)) {
            match answers.get(&unit) {
                Some(true) => return Ok(Some(unit)),
                Some(false) => {}
                None => return Err(Stop::Unknown(unit)),
            }
        }
        Ok(None)
    }

    /// Whether a question is one for a unit.
    pub(super) fn is_unit(&self, atom: u32) -> bool {
        self.questions.unit_of(atom).is_some()
    }

    /// Takes every condition of a flag, and of those it asks, as asked.
    pub(super) fn ask_everything(&mut self, flag: &'a Flag) {
        let questions = Rc::clone(&self.questions);
        for flag in reached(self.program, &flag.key).into_iter().filter_map(|key| self.program.find(key)) {
            let rules = flag.rules.iter().zip(0..).map(|(rule, number)| (&rule.tests, Some(number)));
            for (tests, rule) in rules.chain([(&flag.prerequisites, None)]) {
                self.asked.extend(questions.asks(tests).atoms().map(|atom| (atom, flag.key.as_str(), rule)));
            }
        }
    }

    /// The conditions that were asked, each with where.
    pub(super) fn conditions(&self) -> impl Iterator<Item = (u32, Place)> {
        self.asked.iter().map(|(atom, flag, rule)| (*atom, Place { flag: (*flag).to_owned(), rule: *rule }))
    }

    /// Where a condition was asked.
    pub(super) fn places(&self, atom: u32) -> BTreeSet<Place> {
        let asked = self.asked.range((atom, "", None)..).take_while(|(other, ..)| *other == atom);
        asked.map(|(_, flag, rule)| Place { flag: (*flag).to_owned(), rule: *rule }).collect()
    }
}

/// The number of steps of a decision.
pub(super) fn steps(flag: &Flag) -> usize {
    flag.rules.len() + 2
}

/// The exclusive end of what a gate lets in at an instant.
pub(super) fn open(gate: &Gate, now: i64) -> u64 {
    gate.steps.iter().rev().find(|(from, _)| now >= *from).map_or(0, |(_, end)| *end)
}
