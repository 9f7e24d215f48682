//! What a sender lost before it could send it, counted by why.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::limits::{LOST, REASONS};

/// The losses of one sender, from its start to now. Saying the same twice counts once, and a later word replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// A name the sender made up for itself: one page, one process.
    pub sender: String,
    /// How many, by reason.
    pub counts: BTreeMap<String, u64>,
}

/// A field of the batch and what is wrong with it.
type Flaw = (&'static str, String);

impl Dropped {
    pub(crate) fn read(sender: Option<Value>, dropped: Option<Value>) -> Result<Option<Self>, Flaw> {
        let sender = match sender {
            None => None,
            Some(Value::String(name)) if is_name(&name, 64) => Some(name),
            Some(_) => {
                return Err(("sender", "`sender` must be 1 to 64 letters, digits, dashes and underscores".to_owned()));
            }
        };
        let counts = match dropped {
            None => return Ok(None),
            Some(Value::Object(counts)) => counts,
            Some(_) => return Err(("dropped", "`dropped` must be an object of reason to number".to_owned())),
        };
        let sender = sender.ok_or_else(|| {
            (
                "sender",
                "missing; counts in `dropped` need the name of their `sender`, so that they count once".to_owned(),
            )
        })?;
        if counts.len() > REASONS {
            return Err(("dropped", format!("`dropped` has more than {REASONS} reasons")));
        }
        let mut read = BTreeMap::new();
        for (reason, count) in counts {
            match count.as_u64() {
                Some(count) if is_name(&reason, 32) => drop(read.insert(reason, count.min(LOST))),
                _ => {
                    let message = "`dropped` takes reasons of 1 to 32 letters, digits, dashes and underscores, and whole \
                                   numbers";
                    return Err(("dropped", message.to_owned()));
                }
            }
        }
        Ok(Some(Dropped { sender, counts: read }))
    }
}

fn is_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
