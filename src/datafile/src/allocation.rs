use crate::encode::{FlagCode, Outcome, ProgramCode, SplitCode};
use isoflag_engine::bucket::{Key, position};
use serde::{Deserialize, Serialize};

/// Who gets which arm in a run: what the run is named by, and so the same in every program that has it.
///
/// Gate, conditions, forced lists, layer and holdout are no part of it. They decide who takes part, and may change while the run
/// goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// The attributes a unit is taken from.
    pub units: Vec<String>,
    /// The key of the split's salt, in two halves.
    pub key: (u64, u64),
    /// Exclusive cuts, ascending, and their variants; the last range takes the rest.
    pub ranges: Vec<(u32, String)>,
}

impl Allocation {
    /// The variant a unit gets if it takes part; none when the run does not split by its type.
    #[must_use]
    pub fn variant(&self, unit_type: &str, unit: &str) -> Option<&str> {
        if unit.is_empty() || !self.units.iter().any(|known| known == unit_type) {
            return None;
        }
        let (k0, k1) = self.key;
        let position = position(Key { k0, k1 }, unit.as_bytes());
        let found = self.ranges.iter().find(|(cut, _)| position < *cut).or(self.ranges.last());
        found.map(|(_, variant)| variant.as_str())
    }
}

/// The allocations of the experiments, by their flags.
pub(crate) fn allocations(code: &ProgramCode) -> Vec<(String, Allocation)> {
    let of = |flag: &FlagCode| {
        let split = flag.rules.iter().find_map(|rule| match &rule.outcome {
            Outcome::Split(split) if split.experiment => Some(split),
            _ => None,
        })?;
        Some((flag.key.clone(), allocation(flag, split, &code.attributes)?))
    };
    code.flags.iter().filter_map(of).collect()
}

fn allocation(flag: &FlagCode, split: &SplitCode, attributes: &[String]) -> Option<Allocation> {
    let units = split.units.iter().map(|unit| attributes.get(usize::from(*unit)).cloned());
    let ranges = split.ranges.iter().map(|(cut, variant)| {
        let (name, _) = flag.variants.get(usize::from(*variant))?;
        Some((*cut, name.clone()))
    });
    let key = (split.key.k0, split.key.k1);
    Some(Allocation { units: units.collect::<Option<_>>()?, key, ranges: ranges.collect::<Option<_>>()? })
}
