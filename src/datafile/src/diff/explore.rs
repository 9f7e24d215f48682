use super::cell::Cell;
use super::share::Share;
use super::walk::{Atom, End, Stop, Walk};
use crate::decompile::Flag;
use std::collections::BTreeMap;

/// More groups than this are not followed, nor more answers in a row.
const MOST_GROUPS: usize = 2048;
const MOST_ANSWERS: usize = 256;

/// What differs for a share of units: how it comes out before, and after.
pub(super) type Flows<'a> = BTreeMap<(End<'a>, End<'a>), Share>;

/// Contexts that answer alike, and what changes for them.
pub(super) struct Found<'a> {
    pub(super) when: Vec<(Atom, bool)>,
    pub(super) flows: Flows<'a>,
    /// Whether every split that was asked had a unit.
    pub(super) units: bool,
}

/// Follows every combination of answers through both programs.
pub(super) struct Explorer<'a> {
    pub(super) before: Walk<'a>,
    pub(super) after: Walk<'a>,
    from: &'a Flag,
    to: &'a Flag,
    answers: BTreeMap<Atom, bool>,
    groups: usize,
}

impl<'a> Explorer<'a> {
    pub(super) fn new(before: (Walk<'a>, &'a Flag), after: (Walk<'a>, &'a Flag)) -> Self {
        let ((before, from), (after, to)) = (before, after);
        Self { before, after, from, to, answers: BTreeMap::new(), groups: 0 }
    }

    /// The groups of contexts. Where both answers to a question come to the same, it is not a question. `None` when they
    /// are too many.
    pub(super) fn explore(&mut self) -> Option<Vec<Found<'a>>> {
        let atom = match self.flows() {
            Ok((flows, units)) => {
                self.groups += 1;
                return (self.groups <= MOST_GROUPS).then(|| vec![Found { when: Vec::new(), flows, units }]);
            }
            Err(Stop::Unknown(atom)) if self.answers.len() < MOST_ANSWERS => atom,
            Err(_) => return None,
        };
        let mut answered = |holds| {
            self.answers.insert(atom.clone(), holds);
            let found = self.explore();
            self.answers.remove(&atom);
            found
        };
        let (mut held, mut not) = (answered(true)?, answered(false)?);
        if let ([one], [other]) = (held.as_mut_slice(), not.as_slice())
            && one.flows == other.flows
        {
            one.units |= other.units;
            return Some(held);
        }
        for (found, holds) in
            held.iter_mut().map(|found| (found, true)).chain(not.iter_mut().map(|found| (found, false)))
        {
            found.when.insert(0, (atom.clone(), holds));
        }
        held.append(&mut not);
        Some(held)
    }

    /// What differs for contexts with the answers given so far, and whether they have their units.
    fn flows(&mut self) -> Result<(Flows<'a>, bool), Stop> {
        let mut flows = Flows::new();
        (self.before.missing, self.after.missing) = (false, false);
        for (cell, from) in self.before.decide(self.from, Cell::default(), &self.answers)? {
            for (cell, to) in self.after.decide(self.to, cell, &self.answers)? {
                if from.variant != to.variant || from.exposed != to.exposed {
                    flows.entry((from, to)).or_default().add(&cell.share());
                }
            }
        }
        Ok((flows, !self.before.missing && !self.after.missing))
    }
}
