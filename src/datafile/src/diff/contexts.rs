use super::report::End;
use super::same::Same;
use crate::context::Attributes;
use crate::decompile::decompile;
use isoflag_engine::{Flag, Input, LoadError, Program, decide};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How often decisions come out one way before and another way after, and for which contexts first.
type Counts = BTreeMap<(End, End), (usize, Vec<usize>)>;

/// So many contexts are named for each way in which people move.
const EXAMPLES: usize = 3;

/// What becomes of real contexts.
#[derive(Debug, Serialize)]
pub struct ContextsDiff {
    /// How many contexts were decided.
    pub contexts: usize,
    /// The flags that come out otherwise for some of them, in the order of the new program.
    pub flags: Vec<FlagMoves>,
}

/// One flag that comes out otherwise for some contexts.
#[derive(Debug, Serialize)]
pub struct FlagMoves {
    /// Its key.
    pub flag: String,
    /// How many contexts get another variant.
    pub moved: usize,
    /// From what to what: where variant or exposure differ.
    pub flows: Vec<ContextFlow>,
}

/// Contexts that come out one way before and another way after.
#[derive(Debug, Serialize)]
pub struct ContextFlow {
    /// Before.
    pub from: End,
    /// After.
    pub to: End,
    /// How many.
    pub count: usize,
    /// The first of them, counted from 0.
    pub examples: Vec<usize>,
}

/// Decides contexts with both programs, at an instant in milliseconds since 1970, and counts who moves.
///
/// # Errors
///
/// When one of them is no program, or damaged.
pub fn diff_contexts(
    before: &[u8],
    after: &[u8],
    contexts: &[Map<String, Value>],
    now: i64,
) -> Result<ContextsDiff, LoadError> {
    let (old_flags, new_flags) = (decompile(before)?, decompile(after)?);
    let (before, after) = (Program::open(before)?, Program::open(after)?);
    let mut same = Same::new(&old_flags, &new_flags);
    let differing: Vec<&str> =
        new_flags.flags.iter().map(|flag| flag.key.as_str()).filter(|key| !same.flag(key)).collect();
    let pairs: Vec<(&str, Flag<'_>, Flag<'_>)> =
        differing.into_iter().filter_map(|key| Some((key, find(&before, key)?, find(&after, key)?))).collect();
    let mut flows = vec![Counts::new(); pairs.len()];
    for (index, context) in contexts.iter().enumerate() {
        let (old, new) = (Attributes::read(&before, context), Attributes::read(&after, context));
        for ((_, from, to), flows) in pairs.iter().zip(&mut flows) {
            let (from, to) = (end(from, &old, now), end(to, &new, now));
            if from.variant != to.variant || from.exposed != to.exposed {
                let (count, examples) = flows.entry((from, to)).or_default();
                *count += 1;
                if examples.len() < EXAMPLES {
                    examples.push(index);
                }
            }
        }
    }
    let flags = pairs.iter().zip(flows).filter(|(_, flows)| !flows.is_empty()).map(|((key, ..), flows)| FlagMoves {
        flag: (*key).to_owned(),
        moved: flows.iter().filter(|((from, to), _)| from.variant != to.variant).map(|(_, (count, _))| count).sum(),
        flows: flows
            .into_iter()
            .map(|((from, to), (count, examples))| ContextFlow { from, to, count, examples })
            .collect(),
    });
    Ok(ContextsDiff { contexts: contexts.len(), flags: flags.collect() })
}

fn find<'a>(program: &Program<'a>, key: &str) -> Option<Flag<'a>> {
    program.flag(program.find(key.as_bytes())?)
}

fn end(flag: &Flag<'_>, attributes: &Attributes<'_>, now: i64) -> End {
    let decision = decide(flag, &Input::new(attributes, now));
    let name = decision.variant.and_then(|variant| flag.variant(variant)).map(|variant| variant.name);
    End {
        variant: String::from_utf8_lossy(name.unwrap_or_default()).into_owned(),
        reason: decision.reason.name().to_owned(),
        rule: decision.rule,
        exposed: decision.exposed,
    }
}
