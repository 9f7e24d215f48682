use super::cell::Cell;
use super::question::Questions;
use super::share::Share;
use super::walk::{Answers, End, Stop, Walk};
use super::work::{COMBINATIONS, Work};
use crate::decompile::{Decompiled, Flag};
use std::collections::BTreeMap;
use std::rc::Rc;

/// More groups than this are not followed, nor more answers in a row.
const MOST_GROUPS: usize = 2048;
const MOST_ANSWERS: usize = 256;

/// What differs for a share of units: how it comes out before, and after.
pub(super) type Flows<'a> = BTreeMap<(End<'a>, End<'a>), Share>;

/// Contexts that answer alike, and what changes for them.
pub(super) struct Found<'a> {
    pub(super) when: Vec<(u32, bool)>,
    pub(super) flows: Flows<'a>,
    /// Whether every split that was asked had a unit.
    pub(super) units: bool,
}

/// How far a combination of answers has been followed: what it has in common with all that give more answers.
#[derive(Clone, Default)]
struct Followed<'a> {
    /// The parts of the old decision, as soon as it has come to its end.
    parts: Option<Rc<Vec<(Cell, End<'a>)>>>,
    /// So many of them have been decided anew.
    done: usize,
    flows: Flows<'a>,
    lacks: bool,
}

/// Follows every combination of answers through both programs.
pub(super) struct Explorer<'a> {
    pub(super) before: Walk<'a>,
    pub(super) after: Walk<'a>,
    pub(super) from: &'a Flag,
    pub(super) to: &'a Flag,
    pub(super) work: Rc<Work>,
    answers: Answers,
    groups: usize,
}

impl<'a> Explorer<'a> {
    /// Between a flag of one program and one of another, at an instant.
    pub(super) fn new(
        (old, from): (&'a Decompiled, &'a Flag),
        (new, to): (&'a Decompiled, &'a Flag),
        now: i64,
        work: &Rc<Work>,
    ) -> Self {
        let questions = Rc::new(Questions::new([old, new], &to.key, now));
        let [before, after] = [old, new].map(|program| Walk::new(program, &questions, work, now));
        Self { before, after, from, to, work: Rc::clone(work), answers: Answers::new(), groups: 0 }
    }

    /// The groups of contexts. Where both answers to a question come to the same, it is not a question. `None` when they
    /// are too many, or more work than is allowed.
    pub(super) fn explore(&mut self) -> Option<Vec<Found<'a>>> {
        let work = Rc::clone(&self.work);
        work.allow(COMBINATIONS, || self.groups_from(Followed::default()))
    }

    fn groups_from(&mut self, mut followed: Followed<'a>) -> Option<Vec<Found<'a>>> {
        let atom = match self.follow(&mut followed) {
            Ok(()) => {
                self.groups += 1;
                let Followed { flows, lacks, .. } = followed;
                return (self.groups <= MOST_GROUPS).then(|| vec![Found { when: Vec::new(), flows, units: !lacks }]);
            }
            Err(Stop::Unknown(atom)) if self.answers.len() < MOST_ANSWERS => atom,
            Err(_) => return None,
        };
        let mut answered = |holds, followed| {
            self.answers.insert(atom, holds);
            let found = self.groups_from(followed);
            self.answers.remove(&atom);
            found
        };
        let (mut held, mut not) = (answered(true, followed.clone())?, answered(false, followed)?);
        if let ([one], [other]) = (held.as_mut_slice(), not.as_slice())
            && one.flows == other.flows
        {
            one.units |= other.units;
            return Some(held);
        }
        for (found, holds) in
            held.iter_mut().map(|found| (found, true)).chain(not.iter_mut().map(|found| (found, false)))
        {
            found.when.insert(0, (atom, holds));
        }
        held.append(&mut not);
        Some(held)
    }

    /// What differs for contexts with the answers given so far, and whether they lack a unit.
    fn follow(&mut self, followed: &mut Followed<'a>) -> Result<(), Stop> {
        let parts = match &followed.parts {
            Some(parts) => Rc::clone(parts),
            None => {
                self.before.missing = false;
                let parts = Rc::new(self.before.decide(self.from, Cell::default(), &self.answers)?);
                followed.lacks = self.before.missing;
                Rc::clone(followed.parts.insert(parts))
            }
        };
        for (cell, from) in parts.iter().skip(followed.done) {
            self.after.missing = false;
            for (cell, to) in self.after.decide(self.to, cell.clone(), &self.answers)? {
                if from.variant != to.variant || from.exposed != to.exposed {
                    self.work.spend(cell.hashes() * cell.hashes() / 8)?;
                    followed.flows.entry((*from, to)).or_default().add(&cell.share());
                }
            }
            followed.lacks |= self.after.missing;
            followed.done += 1;
        }
        Ok(())
    }
}
