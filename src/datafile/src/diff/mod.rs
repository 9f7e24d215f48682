//! The blast radius of a change: who gets another variant when one program replaces another.
//!
//! Two programs are compared, not two datafiles: the program says where each arm really lies, also when it was compiled to
//! replace another one and its arms have kept what they had.
//!
//! # Exact where it can be
//!
//! Within contexts that answer every condition alike, a decision depends on positions only, and positions are spread
//! evenly. So both programs are walked through for all 2³² positions of every hash at once, with intervals: holdout, layer,
//! gate and split under salts of their own are independent and their shares multiply, the same salt and unit on both
//! sides are the same positions. The shares are exact integers until they are printed.
//!
//! How many contexts answer a condition in which way, no program says. Shares are therefore given for each group of
//! contexts, and over all of them as a [range](Range) from the least to the most. A condition that was changed is named with
//! its attributes, and both its answers are followed on either side: if nobody moves however it is answered, nobody
//! moves; if somebody could, the range says so. It is never taken to be answered as before.
//!
//! Conditions combine in 2ⁿ ways. Up to some thousand combinations are followed one by one, and those with which somebody
//! comes out otherwise are listed. Of more, only the ranges are found, by what combinations have in common: exactly as a
//! rule, and otherwise as bounds, see [`FlagDiff::exact`]. All of it is limited by work that is counted, never by a clock.
//!
//! [`diff_contexts`] decides real contexts with both programs and counts.
//!
//! # What it leaves out
//!
//! What the host hands in (overrides, stickiness) is not known here. Forced units are listed, not counted. Conditions are
//! questions without meaning: that `plan` cannot be both `pro` and `free` is not seen, so a range may be wider than it is
//! in life, never narrower. Everything is compared at one instant; [`FlagDiff::later`] names those at which it would come
//! out otherwise.

mod alarms;
mod align;
mod bound;
mod cell;
mod condition;
mod contexts;
mod explore;
mod flag;
mod live;
mod question;
mod range;
mod report;
mod same;
mod share;
mod states;
#[cfg(test)]
mod tests;
mod walk;
mod work;

pub use contexts::{ContextFlow, ContextsDiff, FlagMoves, diff_contexts};
pub use report::{
    Alarm, AlarmKind, ConditionChange, Diff, End, ExperimentDiff, FlagDiff, Flow, ForcedChange, Group, Place, Range,
    ValueChange, When,
};

use crate::decompile::{Flag, decompile};
use flag::compare;
use isoflag_engine::LoadError;
use same::Same;
use std::rc::Rc;
use work::Work;

/// Compares two programs at an instant, in milliseconds since 1970.
///
/// # Errors
///
/// When one of them is no program, or damaged.
pub fn diff(before: &[u8], after: &[u8], now: i64) -> Result<Diff, LoadError> {
    let (before, after) = (decompile(before)?, decompile(after)?);
    let mut same = Same::new(&before, &after);
    let work = Rc::new(Work::new());
    let mut diff = Diff { now, added: Vec::new(), removed: Vec::new(), changed: Vec::new(), unchanged: 0 };
    for flag in &after.flags {
        let Some(old) = before.find(&flag.key) else {
            diff.added.push(flag.key.clone());
            continue;
        };
        let changed =
            if same.flag(&flag.key) { None } else { compare((&before, old), (&after, flag), &mut same, now, &work) };
        match changed {
            Some(changed) => diff.changed.push(changed),
            None => diff.unchanged += 1,
        }
    }
    let mut same = Same::new(&before, &before);
    for flag in before.flags.iter().filter(|flag| after.find(&flag.key).is_none()) {
        diff.removed.push(flag.key.clone());
        if flag.experiment.is_some() {
            let off = Flag { enabled: false, ..flag.clone() };
            diff.changed.extend(compare((&before, flag), (&before, &off), &mut same, now, &work));
        }
    }
    Ok(diff)
}
