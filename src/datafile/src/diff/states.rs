use super::align::Timeline;
use super::cell::{Cell, Hash};
use super::explore::Explorer;
use super::live::{Cuts, Live};
use super::range::MEASURES;
use super::walk::{Answers, End, MOST_CELLS, Stop, Walk};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a state and each of its parts costs to keep, in work: it bounds memory as well.
const KEPT: usize = 200;

/// People who gave answers that agree in all that is asked again.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State<'a> {
    /// The event of the timeline that is next.
    pub(super) time: usize,
    pub(super) parts: Vec<Part<'a>>,
    answers: Answers,
}

/// Some of them, by their positions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part<'a> {
    /// How either side decided them, if it did.
    old: Option<End<'a>>,
    new: Option<End<'a>>,
    pub(super) cell: Cell,
    /// The numbers of positions under hashes that are not asked again, ascending.
    pub(super) sizes: Vec<u64>,
}

/// What a state comes to with certain answers.
pub(super) struct Choice {
    /// Whether a split has no unit.
    pub(super) lacks: bool,
    /// What becomes of the numbers of positions under hashes that are not asked again. Parts of which nobody moves are
    /// left out.
    pub(super) parts: Vec<(Vec<u64>, Next)>,
}

pub(super) enum Next {
    /// Which measures count them.
    Done([bool; MEASURES.len()]),
    State(usize),
}

pub(super) struct States<'s, 'a> {
    timeline: &'s Timeline,
    live: &'s [Live<'a>; 2],
    cuts: &'s Cuts,
    together: bool,
    remembered: usize,
    numbers: BTreeMap<Rc<State<'a>>, usize>,
    pub(super) states: Vec<Rc<State<'a>>>,
    /// By their time, so that each is followed after all that lead to it.
    ahead: BTreeSet<(usize, usize)>,
    /// In the order they were followed; without choices where the work was done before.
    pub(super) followed: Vec<(usize, Option<Vec<Choice>>)>,
    pub(super) cut: bool,
    /// Whether some part comes out otherwise.
    pub(super) touched: bool,
}

impl<'s, 'a> States<'s, 'a> {
    pub(super) fn new(
        timeline: &'s Timeline,
        live: &'s [Live<'a>; 2],
        cuts: &'s Cuts,
        together: bool,
        remembered: usize,
    ) -> Self {
        Self {
            timeline,
            live,
            cuts,
            together,
            remembered,
            numbers: BTreeMap::new(),
            states: Vec::new(),
            ahead: BTreeSet::new(),
            followed: Vec::new(),
            cut: false,
            touched: false,
        }
    }

    /// Follows everybody from the first event on.
    pub(super) fn follow(&mut self, explorer: &mut Explorer<'a>) {
        let all = Part { old: None, new: None, cell: Cell::default(), sizes: Vec::new() };
        self.next(0, vec![all], &Answers::new(), &explorer.after).ok();
        while let Some((_, number)) = self.ahead.pop_first() {
            let Some(state) = self.states.get(number).cloned() else { continue };
            let choices = self.choices(explorer, &state).ok();
            if choices.is_none() {
                self.cut = true;
                self.touched |= state.parts.iter().any(|part| self.possible(state.time, part).contains(&true));
            }
            self.followed.push((number, choices));
        }
    }

    /// What a state comes to, for all answers that the next event asks for.
    fn choices(&mut self, explorer: &mut Explorer<'a>, state: &State<'a>) -> Result<Vec<Choice>, Stop> {
        let mut choices = Vec::new();
        let mut ahead = vec![state.answers.clone()];
        while let Some(answers) = ahead.pop() {
            match self.choice(explorer, state, &answers) {
                Ok(choice) => choices.push(choice),
                Err(Stop::Unknown(atom)) => ahead.extend([true, false].map(|holds| {
                    let mut answers = answers.clone();
                    answers.insert(atom, holds);
                    answers
                })),
                Err(Stop::TooMany) => return Err(Stop::TooMany),
            }
        }
        Ok(choices)
    }

    fn choice(&mut self, explorer: &mut Explorer<'a>, state: &State<'a>, answers: &Answers) -> Result<Choice, Stop> {
        let Some((old, new)) = self.timeline.events.get(state.time).copied() else { return Err(Stop::TooMany) };
        let (before, after) = (&mut explorer.before, &mut explorer.after);
        (before.missing, after.missing) = (false, false);
        let mut parts = Vec::new();
        for part in &state.parts {
            for (cell, old) in one_side(before, explorer.from, old, (part.cell.clone(), part.old), answers)? {
                for (cell, new) in one_side(after, explorer.to, new, (cell, part.new), answers)? {
                    parts.push(Part { old, new, cell, sizes: part.sizes.clone() });
                }
            }
        }
        let lacks = before.missing || after.missing;
        Ok(Choice { lacks, parts: self.next(state.time + 1, parts, answers, after)? })
    }

    /// What becomes of parts at a time: without what is not asked any more, and cut where they will be cut.
    fn next(
        &mut self,
        time: usize,
        parts: Vec<Part<'a>>,
        answers: &Answers,
        walk: &Walk<'a>,
    ) -> Result<Vec<(Vec<u64>, Next)>, Stop> {
        let (mut next, mut going) = (Vec::new(), Vec::new());
        for part in parts {
            walk.work.spend(8 * (1 + part.cell.extent() + part.sizes.len()))?;
            let (Some(from), Some(to)) = (&part.old, &part.new) else {
                going.push(part);
                continue;
            };
            let counts = MEASURES.map(|counts| counts(from, to));
            if counts.contains(&true) {
                self.touched = true;
                let Part { mut cell, mut sizes, .. } = part;
                sizes.extend(cell.forget(|_| false));
                next.push((sizes, Next::Done(counts)));
            }
        }
        let groups = if self.together { vec![going] } else { going.into_iter().map(|part| vec![part]).collect() };
        for parts in groups {
            let kept = self.kept(time, &parts, answers, walk);
            // Who lacks a unit is followed to the end, with all that may come to lack one: it decides whether a share counts.
            let undecided = parts.iter().all(|part| part.old.is_none() && part.new.is_none());
            let lacks = kept.iter().any(|(atom, holds)| !holds && walk.is_unit(*atom));
            if time >= self.timeline.settled && undecided && !lacks {
                continue;
            }
            if let Some(found) = self.state(time, parts, kept, walk)? {
                next.push(found);
            }
        }
        Ok(next)
    }

    /// The answers that are asked again.
    fn kept(&self, time: usize, parts: &[Part<'a>], answers: &Answers, walk: &Walk<'a>) -> Answers {
        let going = [parts.iter().any(|part| part.old.is_none()), parts.iter().any(|part| part.new.is_none())];
        let last = |atom| {
            let sides = self.live.iter().zip(going).filter(|(_, going)| *going);
            sides.filter_map(|(live, _)| live.atoms.get(atom)).copied().filter(|last| *last >= time).max()
        };
        let asked = answers.iter().filter_map(|(atom, holds)| Some((last(atom)?, *atom, *holds)));
        let (units, mut conditions): (Vec<_>, Vec<_>) = asked.partition(|(_, atom, _)| walk.is_unit(*atom));
        conditions.sort_unstable();
        conditions.truncate(self.remembered);
        units.into_iter().chain(conditions).map(|(_, atom, holds)| (atom, holds)).collect()
    }

    /// The state of parts that go on together, and the numbers of positions that they have in common.
    fn state(
        &mut self,
        time: usize,
        parts: Vec<Part<'a>>,
        answers: Answers,
        walk: &Walk<'a>,
    ) -> Result<Option<(Vec<u64>, Next)>, Stop> {
        let mut pieces = Vec::new();
        for mut part in parts {
            let live = self.live.iter().zip([&part.old, &part.new]).filter(|(_, end)| end.is_none());
            let live: Vec<_> = live.map(|(live, _)| live).collect();
            let asked = |hash: &Hash| live.iter().any(|live| live.hashes.get(hash).is_some_and(|last| *last >= time));
            part.sizes.extend(part.cell.forget(asked));
            part.sizes.sort_unstable();
            let cells = std::mem::take(&mut part.cell).parted(self.cuts, MOST_CELLS).ok_or(Stop::TooMany)?;
            for cell in cells {
                walk.work.spend(8 * (1 + cell.extent() + part.sizes.len()))?;
                pieces.push(Part { cell, ..part.clone() });
            }
        }
        let Some((first, rest)) = pieces.split_first() else { return Ok(None) };
        let common = rest.iter().fold(first.sizes.clone(), |common, part| shared(&common, &part.sizes).0);
        for part in &mut pieces {
            part.sizes = shared(&part.sizes, &common).1;
        }
        pieces.sort_unstable();
        let state = State { time, parts: pieces, answers };
        let number = match self.numbers.get(&state) {
            Some(number) => *number,
            None => {
                walk.work.spend(KEPT * (1 + state.parts.len()))?;
                let (number, state) = (self.states.len(), Rc::new(state));
                self.numbers.insert(Rc::clone(&state), number);
                self.ahead.insert((time, number));
                self.states.push(state);
                number
            }
        };
        Ok(Some((common, Next::State(number))))
    }

    /// Which measures may come to count a part, by the ends that are ahead of it.
    pub(super) fn possible(&self, time: usize, part: &Part<'a>) -> [bool; MEASURES.len()] {
        let ends = |end: &Option<End<'a>>, live: &Live<'a>| match end {
            Some(end) => vec![*end],
            None => live.ends.iter().filter(|(_, last)| **last >= time).map(|(end, _)| *end).collect(),
        };
        let [old, new] = self.live;
        let (from, to) = (ends(&part.old, old), ends(&part.new, new));
        MEASURES.map(|counts| from.iter().any(|from| to.iter().any(|to| counts(from, to))))
    }
}

/// One step of one side, for those it has not decided yet. Of an end only what is counted is kept.
fn one_side<'a>(
    walk: &mut Walk<'a>,
    flag: &'a crate::decompile::Flag,
    step: Option<usize>,
    (cell, end): (Cell, Option<End<'a>>),
    answers: &Answers,
) -> Result<Vec<(Cell, Option<End<'a>>)>, Stop> {
    let (Some(step), None) = (step, end) else { return Ok(vec![(cell, end)]) };
    let mut parts = walk.step(flag, step, cell, answers)?;
    for (_, end) in &mut parts {
        *end = end.map(|End { variant, exposed, .. }| End { variant, exposed, ..End::UNTOLD });
    }
    Ok(parts)
}

/// What two ascending lists have in common, and what the first has more.
fn shared(one: &[u64], other: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let (mut common, mut more) = (Vec::new(), Vec::new());
    let mut other = other.iter().peekable();
    for size in one {
        while other.next_if(|other| *other < size).is_some() {}
        if other.next_if_eq(&size).is_some() { common.push(*size) } else { more.push(*size) }
    }
    (common, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_sizes_are_taken_out_as_often_as_both_have_them() {
        assert_eq!(shared(&[1, 2, 2, 5], &[2, 3, 5, 5]), (vec![2, 5], vec![1, 2]));
        assert_eq!(shared(&[], &[1]), (vec![], vec![]));
        assert_eq!(shared(&[7, 7], &[7, 7]), (vec![7, 7], vec![]));
    }
}
