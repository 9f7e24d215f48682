//! What moves at least and at most, where the combinations of answers are too many to follow one by one.
//!
//! Both decisions are gone through side by side. What people will come to depends on little: how far both sides are, the
//! answers that will be asked again, the positions under hashes that will be asked again, and how those who part from
//! there weigh against each other. Combinations that agree in that are one [state](states::State) however they got there,
//! and a state has one value: the least and the most of its positions that can move. A flag of forty rules, each with a
//! condition and a gate of its own, has 2⁴⁰ combinations and some hundred states.
//!
//! Where the states are too many as well, cells that part are followed each by itself. Each then takes the answers that are
//! best for it, as no context does: nobody moves outside of such bounds, but they may be wider than need be.

use super::align::Timeline;
use super::explore::Explorer;
use super::live::{Cuts, Live};
use super::range::{MEASURES, Ranges};
use super::same::Same;
use super::share::Share;
use super::states::{Choice, Next, State, States};
use super::work::STATES;
use std::rc::Rc;

/// How states are told apart, the most exact way first: whether cells that part stay together, and how many answers to
/// conditions are remembered. Who forgets one may answer otherwise the next time.
const LEVELS: [(bool, usize); 4] = [(true, usize::MAX), (false, usize::MAX), (false, 8), (false, 0)];

/// Between what the shares lie.
pub(super) struct Bounds {
    pub(super) ranges: Ranges,
    /// Whether there are contexts for which they are as low, and as high.
    pub(super) exact: bool,
    /// Whether anybody comes out otherwise, those without a unit included.
    pub(super) touched: bool,
}

/// The least and the most of every measure, of the positions of a state.
type Value = [(Share, Share); MEASURES.len()];

pub(super) fn bounds(explorer: &mut Explorer<'_>, same: &mut Same<'_>) -> Bounds {
    let timeline = Timeline::new(explorer, same);
    let mut value: Value = MEASURES.map(|_| (Share::default(), Share::all()));
    let mut touched = true;
    for level in LEVELS {
        let found = at(explorer, &timeline, level);
        touched &= found.touched;
        // Each time the bounds are true, so the narrower ones are.
        for ((least, most), (other_least, other_most)) in value.iter_mut().zip(found.value) {
            *least = std::mem::take(least).max(other_least);
            *most = std::mem::take(most).min(other_most);
        }
        if !found.cut {
            return Bounds { ranges: Ranges::of(value), exact: level == LEVELS[0], touched };
        }
    }
    explorer.before.ask_everything(explorer.from);
    explorer.after.ask_everything(explorer.to);
    Bounds { ranges: Ranges::of(value), exact: false, touched }
}

/// What one level finds.
struct Level {
    value: Value,
    touched: bool,
    /// Whether the work was done before the end.
    cut: bool,
}

fn at(explorer: &mut Explorer<'_>, timeline: &Timeline, (together, remembered): (bool, usize)) -> Level {
    let mut cuts = Cuts::new();
    let events = || timeline.events.iter().enumerate();
    let live = [
        Live::new(
            &explorer.before,
            explorer.from,
            events().filter_map(|(at, (old, _))| Some((at, (*old)?))),
            &mut cuts,
        ),
        Live::new(&explorer.after, explorer.to, events().filter_map(|(at, (_, new))| Some((at, (*new)?))), &mut cuts),
    ];
    let mut states = States::new(timeline, &live, &cuts, together, remembered);
    let work = Rc::clone(&explorer.work);
    work.allow(STATES, || states.follow(explorer));
    Level { value: evaluate(&states), touched: states.touched, cut: states.cut }
}

/// The value of the start: over the answers with which no split lacks a unit; over all when one always does.
fn evaluate(states: &States<'_, '_>) -> Value {
    [true, false].into_iter().find_map(|units| value(states, units)).unwrap_or_else(nobody)
}

fn value(states: &States<'_, '_>, units: bool) -> Option<Value> {
    let mut values: Vec<Option<Value>> = vec![None; states.states.len()];
    for (number, choices) in states.followed.iter().rev() {
        let value = match choices {
            None => states.states.get(*number).map(|state| worst(states, state)),
            Some(choices) => {
                let choices = choices.iter().filter(|choice| !(units && choice.lacks));
                choices.filter_map(|choice| sum(choice, &values)).reduce(either)
            }
        };
        if let Some(known) = values.get_mut(*number) {
            *known = value;
        }
    }
    // Without a state nobody is decided otherwise.
    values.first().cloned().unwrap_or_else(|| Some(nobody()))
}

/// The value of a state that was not followed: from none of it to all that may come to what counts.
fn worst(states: &States<'_, '_>, state: &State<'_>) -> Value {
    let mut sum = nobody();
    for part in &state.parts {
        let possible = states.possible(state.time, part);
        let all = part.sizes.iter().fold(part.cell.share(), |share, size| share.of(*size));
        for ((_, most), _) in sum.iter_mut().zip(possible).filter(|(_, possible)| *possible) {
            most.add(&all);
        }
    }
    sum
}

fn nobody() -> Value {
    MEASURES.map(|_| (Share::default(), Share::default()))
}

/// The value of a choice, none when one of its parts has none.
fn sum(choice: &Choice, values: &[Option<Value>]) -> Option<Value> {
    let mut sum = nobody();
    for (sizes, next) in &choice.parts {
        let part = match next {
            Next::Done(counts) => {
                counts.map(|counts| if counts { (Share::all(), Share::all()) } else { Default::default() })
            }
            Next::State(number) => values.get(*number)?.clone()?,
        };
        for ((least, most), (part_least, part_most)) in sum.iter_mut().zip(part) {
            least.add(&sizes.iter().fold(part_least, |share, size| share.of(*size)));
            most.add(&sizes.iter().fold(part_most, |share, size| share.of(*size)));
        }
    }
    Some(sum.map(|(least, most)| (least.rounded_down(), most.rounded_up())))
}

/// The value of whichever of two choices is taken.
fn either(one: Value, other: Value) -> Value {
    let mut other = other.into_iter();
    one.map(|(least, most)| {
        let (other_least, other_most) = other.next().unwrap_or_default();
        (least.min(other_least), most.max(other_most))
    })
}

#[cfg(test)]
mod tests;
