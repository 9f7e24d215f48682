//! Compiling while another program is in force: whoever need not move keeps what they have.

use crate::decompile::{Decompiled, Flag, Outcome as Found, POSITIONS, Rule, Split};
use crate::encode::{FlagCode, Outcome, ProgramCode, RuleCode, SplitCode};
use crate::rearrange::{MOST_RANGES, Stretch, rearrange, same_shares};
use isoflag_written::{Problems, member};

/// Gives every split whose flag, salt and unit are those of a split in force the ranges that move the fewest units.
pub(crate) fn keep(previous: &Decompiled, code: &mut ProgramCode, problems: &mut Problems) {
    let ProgramCode { flags, attributes, .. } = code;
    for flag in flags {
        let Some(before) = previous.find(&flag.key) else { continue };
        for (index, kept) in arrangements(before, flag, attributes) {
            let Some(kept) = kept else {
                let text = format!(
                    "after so many changes of weights the arms would lie in more than {MOST_RANGES} pieces; they are laid \
                     out anew, which moves more units than the weights ask for"
                );
                problems.warn(member("$.flags", &flag.key), text);
                continue;
            };
            if let Some(Outcome::Split(split)) = flag.rules.get_mut(index).map(|rule| &mut rule.outcome) {
                split.ranges = kept;
            }
        }
    }
}

/// The ranges of a split that goes on with one in force; `None` when they would be too many.
type Arrangement = Option<Vec<(u32, u16)>>;

/// The rules that go on with a split in force, and their ranges.
///
/// Several splits of a flag may divide the same units under the same salt, that of the flag. Each in force goes on in one split
/// at most: an experiment in the experiment, then shares in equal shares, where nobody moves, then by their order.
fn arrangements(before: &Flag, flag: &FlagCode, attributes: &[String]) -> Vec<(usize, Arrangement)> {
    let mut open: Vec<_> = before.rules.iter().filter_map(|rule| in_force(before, rule)).collect();
    let mut waiting: Vec<_> = flag.rules.iter().enumerate().filter_map(|(at, rule)| laid_out(flag, at, rule)).collect();
    let mut found = Vec::new();
    for (alike, unmoved) in [(true, true), (true, false), (false, true), (false, false)] {
        waiting.retain(|(at, split, canonical)| {
            let goes_on = |(other, stretches): &(&Split, Vec<Stretch<'_>>)| {
                same_units(split, other, attributes)
                    && (!alike || split.experiment == other.experiment)
                    && (!unmoved || same_shares(stretches, canonical))
            };
            let Some(place) = open.iter().position(goes_on) else { return true };
            let (_, stretches) = open.remove(place);
            found.push((*at, rearrange(&stretches, canonical).and_then(|kept| numbered(flag, kept))));
            false
        });
    }
    found
}

/// The variants of ranges as numbers. INVARIANT: a variant that has a range is an arm, so it is found.
fn numbered(flag: &FlagCode, ranges: Vec<Stretch<'_>>) -> Arrangement {
    let number = |name: &str| flag.variants.iter().position(|(known, _)| known == name);
    ranges.into_iter().map(|(cut, name)| Some((cut, u16::try_from(number(name)?).ok()?))).collect()
}

/// A split of the flag, at which rule it stands, and the ranges its weights alone give it.
fn laid_out<'a>(flag: &'a FlagCode, at: usize, rule: &'a RuleCode) -> Option<(usize, &'a SplitCode, Vec<Stretch<'a>>)> {
    let Outcome::Split(split) = &rule.outcome else { return None };
    let name = |variant: u16| flag.variants.get(usize::from(variant)).map(|(name, _)| name.as_str());
    let ranges = split.ranges.iter().map(|(cut, variant)| Some((*cut, name(*variant)?)));
    Some((at, split, ranges.collect::<Option<_>>()?))
}

/// A split in force and its ranges.
fn in_force<'a>(flag: &'a Flag, rule: &'a Rule) -> Option<(&'a Split, Vec<Stretch<'a>>)> {
    let Found::Split(split) = &rule.outcome else { return None };
    let cut = |end: u64| if end == POSITIONS { Some(u32::MAX) } else { u32::try_from(end).ok() };
    let ranges = split.ranges.iter().map(|(end, variant)| Some((cut(*end)?, flag.variant(*variant)?)));
    Some((split, ranges.collect::<Option<_>>()?))
}

/// Under another salt or for other units the positions are other people's, and there is nothing to keep.
fn same_units(split: &SplitCode, found: &Split, attributes: &[String]) -> bool {
    let units = split.units.iter().map(|unit| attributes.get(usize::from(*unit)));
    split.key == found.key && units.eq(found.units.iter().map(Some))
}
