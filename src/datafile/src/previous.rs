//! Compiling while another program is in force: whoever need not move keeps what they have.

use crate::decompile::{Decompiled, Outcome as Found, POSITIONS};
use crate::encode::{Outcome, ProgramCode};
use crate::experiment::Experiment;
use crate::rearrange::{MOST_RANGES, rearrange};
use crate::run::rearranged;
use isoflag_engine::bucket::Key;
use isoflag_written::{Problems, member};

/// Gives every split whose flag, salt and unit are those of a split in force the ranges that move the fewest units, and a
/// run of its own to an experiment whose ranges are not the canonical ones of its weights.
pub(crate) fn keep(
    previous: &Decompiled,
    code: &mut ProgramCode,
    experiments: &mut [Experiment],
    problems: &mut Problems,
) {
    let ProgramCode { flags, attributes, .. } = code;
    for flag in flags {
        for rule in &mut flag.rules {
            let Outcome::Split(split) = &mut rule.outcome else { continue };
            let units = split.units.iter().map(|unit| attributes.get(usize::from(*unit)).map(String::as_str));
            let Some(units) = units.collect::<Option<Vec<&str>>>() else { continue };
            let Some(before) = ranges(previous, &flag.key, split.key, &units) else { continue };
            let name = |variant: u16| flag.variants.get(usize::from(variant)).map(|(name, _)| name.as_str());
            let canonical = split.ranges.iter().map(|(cut, variant)| Some((*cut, name(*variant)?)));
            let Some(canonical) = canonical.collect::<Option<Vec<_>>>() else { continue };
            let Some(kept) = rearrange(&before, &canonical) else {
                let text = format!(
                    "after so many changes of weights the arms would lie in more than {MOST_RANGES} pieces; they are laid \
                     out anew, which moves more units than the weights ask for"
                );
                problems.warn(member("$.flags", &flag.key), text);
                continue;
            };
            if kept == canonical {
                continue;
            }
            let experiment = flag.experiment.as_mut().filter(|_| split.experiment);
            if let Some(experiment) = experiment {
                experiment.run = rearranged(&experiment.run, &kept);
                for known in experiments.iter_mut().filter(|known| known.flag == flag.key) {
                    known.run.clone_from(&experiment.run);
                }
            }
            let number = |name: &str| flag.variants.iter().position(|(known, _)| known == name);
            let kept = kept.into_iter().map(|(cut, name)| Some((cut, u16::try_from(number(name)?).ok()?)));
            // INVARIANT: a variant that has a range is an arm, so it is found.
            if let Some(kept) = kept.collect::<Option<Vec<_>>>() {
                split.ranges = kept;
            }
        }
    }
}

/// The ranges in force for a flag, salt and unit. Under another salt or for other units the positions are other people's,
/// and there is nothing to keep.
fn ranges<'a>(previous: &'a Decompiled, flag: &str, key: Key, units: &[&str]) -> Option<Vec<(u32, &'a str)>> {
    let flag = previous.find(flag)?;
    let split = flag.rules.iter().find_map(|rule| match &rule.outcome {
        Found::Split(split) if split.key == key && split.units == units => Some(split),
        _ => None,
    })?;
    let cut = |end: u64| if end == POSITIONS { Some(u32::MAX) } else { u32::try_from(end).ok() };
    split.ranges.iter().map(|(end, variant)| Some((cut(*end)?, flag.variant(*variant)?))).collect()
}
