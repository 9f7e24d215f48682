use super::explore::Explorer;
use super::question::{Asks, StepAsk};
use super::same::Same;
use super::walk::steps;
use crate::decompile::{Outcome, Rule, Split};

/// More pairs of rules than this are not compared to find which belong together.
const MOST_PAIRS: usize = 250_000;

/// The steps of two decisions in one order. Those that ask the same are gone side by side, so that what a context answers
/// to one it answers to the other.
pub(super) struct Timeline {
    /// Which step of either side is gone.
    pub(super) events: Vec<(Option<usize>, Option<usize>)>,
    /// From this event on, whoever is still undecided on both sides is decided alike.
    pub(super) settled: usize,
}

impl Timeline {
    pub(super) fn new(explorer: &Explorer<'_>, same: &mut Same<'_>) -> Self {
        let (old, new) = (steps(explorer.from), steps(explorer.to));
        let mut alike = |from, to| alike(explorer, same, from, to);
        let tail = (0..old.min(new)).take_while(|back| alike(old - 1 - back, new - 1 - back)).count();
        let head = (0..old.min(new) - tail).take_while(|step| alike(*step, *step)).count();
        // The prerequisites and the default belong together, whatever they say.
        let (first, last) = (head.max(1), tail.max(1));
        let (rows, columns) = ((old - last).saturating_sub(first), (new - last).saturating_sub(first));
        let weight = |row, column| {
            let (from, to) = (first + row, first + column);
            let asked = asks(explorer, from, to).is_some_and(|(from, to)| from == to);
            usize::from(asked) * (1 + usize::from(alike(from, to)))
        };
        let middle = chain(rows, columns, weight).into_iter().map(|(row, column)| (first + row, first + column));
        let ends =
            (0..last).rev().map(|back| (old - 1 - back, new - 1 - back)).filter(|(old, new)| *old.min(new) >= first);
        let pairs = (0..first).map(|step| (step, step)).chain(middle).chain(ends);
        let mut events = Vec::new();
        let (mut old, mut new) = (0, 0);
        for (from, to) in pairs {
            events.extend((old..from).map(|step| (Some(step), None)));
            events.extend((new..to).map(|step| (None, Some(step))));
            events.push((Some(from), Some(to)));
            (old, new) = (from + 1, to + 1);
        }
        let settled = events.len() - tail;
        Self { events, settled }
    }
}

/// Pairs of a row and a column, both ascending, of the greatest weight together. Where they are too many, each with its like
/// by number.
fn chain(rows: usize, columns: usize, mut weight: impl FnMut(usize, usize) -> usize) -> Vec<(usize, usize)> {
    if rows.saturating_mul(columns) > MOST_PAIRS {
        return (0..rows.min(columns))
            .filter(|number| weight(*number, *number) > 0)
            .map(|number| (number, number))
            .collect();
    }
    // What the rows and columns from here on weigh at most, the last ones first.
    let mut best = vec![vec![0; columns + 1]; rows + 1];
    let at = |best: &[Vec<usize>], row: usize, column: usize| {
        best.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0)
    };
    let weights: Vec<Vec<usize>> =
        (0..rows).map(|row| (0..columns).map(|column| weight(row, column)).collect()).collect();
    let pair = |best: &[Vec<usize>], row, column| match at(&weights, row, column) {
        0 => 0,
        weight => weight + at(best, row + 1, column + 1),
    };
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let most = pair(&best, row, column).max(at(&best, row + 1, column)).max(at(&best, row, column + 1));
            if let Some(cell) = best.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = most;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut chain = Vec::new();
    while row < rows && column < columns {
        let most = at(&best, row, column);
        if most > 0 && most == pair(&best, row, column) {
            chain.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if most == at(&best, row + 1, column) {
            row += 1;
        } else {
            column += 1;
        }
    }
    chain
}

fn rules<'a>(explorer: &Explorer<'a>, from: usize, to: usize) -> Option<(&'a Rule, &'a Rule)> {
    Some((explorer.from.rules.get(from.checked_sub(1)?)?, explorer.to.rules.get(to.checked_sub(1)?)?))
}

fn asks<'e>(explorer: &'e Explorer<'_>, from: usize, to: usize) -> Option<(&'e Asks<'e>, &'e Asks<'e>)> {
    let (from, to) = rules(explorer, from, to)?;
    Some((explorer.before.questions.asks(&from.tests), explorer.after.questions.asks(&to.tests)))
}

/// Whether two steps decide everybody alike. Units that are forced are no share of them. Steps that end at the default do
/// so only when the defaults are alike, which are steps of their own, behind them.
fn alike(explorer: &Explorer<'_>, same: &mut Same<'_>, old: usize, new: usize) -> bool {
    let (from, to) = (explorer.from, explorer.to);
    let mut asked_alike = |old: &Asks<'_>, new: &Asks<'_>| {
        let flags = |steps: &[super::question::Step<'_>], same: &mut Same<'_>| {
            steps.iter().all(|step| match step.ask {
                StepAsk::Flag { key, .. } => same.flag(key),
                StepAsk::Atom(_) => true,
            })
        };
        old == new && if let Asks::Steps(steps) = old { flags(steps, same) } else { true }
    };
    if let Some((one, other)) = rules(explorer, old, new) {
        let outcome = match (&one.outcome, &other.outcome) {
            (Outcome::Variant(old), Outcome::Variant(new)) => from.variant(*old) == to.variant(*new),
            (Outcome::Split(old), Outcome::Split(new)) => {
                let ranges = old.ranges.len() == new.ranges.len()
                    && old.ranges.iter().zip(&new.ranges).all(|((end, variant), (other_end, other))| {
                        end == other_end && from.variant(*variant) == to.variant(*other)
                    });
                ranges && without_variants(old) == without_variants(new)
            }
            _ => false,
        };
        return outcome && asks(explorer, old, new).is_some_and(|(old, new)| asked_alike(old, new));
    }
    match (old, new) {
        (0, 0) => {
            let questions = &explorer.before.questions;
            from.enabled == to.enabled
                && from.variant(from.off) == to.variant(to.off)
                && asked_alike(questions.asks(&from.prerequisites), questions.asks(&to.prerequisites))
        }
        (old, new) if old > from.rules.len() && new > to.rules.len() => {
            from.variant(from.default) == to.variant(to.default)
        }
        _ => false,
    }
}

fn without_variants(split: &Split) -> impl PartialEq + use<'_> {
    let Split { units, experiment, key, gate, layer, holdout, .. } = split;
    (units, experiment, key, gate, layer, holdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_are_chained_by_what_they_weigh() {
        let of =
            |old: &[u8], new: &[u8]| chain(old.len(), new.len(), |row, column| usize::from(old[row] == new[column]));
        assert_eq!(of(b"abc", b"abc"), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(of(b"abc", b"xaybc"), [(0, 1), (1, 3), (2, 4)]);
        assert_eq!(of(b"ab", b"ba").len(), 1);
        assert_eq!(of(b"abcd", b"bd"), [(1, 0), (3, 1)]);
        assert!(of(b"", b"ab").is_empty());
    }
}
