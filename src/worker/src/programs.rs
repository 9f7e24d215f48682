//! Programs by their digest, as an isolate keeps them: they are immutable, so nothing kept is ever wrong.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Host;
use crate::registry::Ask;

/// One for each environment, and a few that are on their way out.
const KEPT: usize = 16;
/// Digests known to name nothing, and for how long: a program published since then is found after that time.
const ABSENT: usize = 1_000;
const ABSENT_MS: i64 = 30_000;
/// The most programs asked for at once. An honest batch names the one in force, and for a while the one before.
const ASKED: usize = 8;

/// Environment and digest: what another environment published is unknown to this one.
type Name = (String, String);

#[derive(Default)]
struct Memory {
    programs: HashMap<Name, Rc<[u8]>>,
    absent: HashMap<Name, i64>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// One program, if the environment ever published it.
pub(crate) async fn one(host: &Host, environment: &str, digest: &str) -> Result<Option<Rc<[u8]>>> {
    Ok(some(host, environment, [digest].into()).await?.remove(digest))
}

/// Those of the programs that the environment ever published.
pub(crate) async fn some(
    host: &Host,
    environment: &str,
    digests: BTreeSet<&str>,
) -> Result<BTreeMap<String, Rc<[u8]>>> {
    let now = host.now();
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
    MEMORY.with_borrow(|memory| {
        for digest in digests {
            let name = (environment.to_owned(), digest.to_owned());
            if let Some(bytes) = memory.programs.get(&name) {
                found.insert(name.1, Rc::clone(bytes));
            } else if memory.absent.get(&name).is_none_or(|until| *until <= now) && missing.len() < ASKED {
                missing.push(name.1);
            }
        }
    });
    if missing.is_empty() {
        return Ok(found);
    }
    let stored: Option<BTreeMap<String, String>> =
        host.registry(environment, &Ask::Programs { digests: missing.clone() }).await?;
    let mut stored = stored.unwrap_or_default();
    for digest in missing {
        let bytes = match stored.remove(&digest) {
            Some(text) => {
                Some(hex::decode(&text).ok_or_else(|| Error::internal("a program is stored that is no hex"))?)
            }
            None => None,
        };
        let name = (environment.to_owned(), digest.clone());
        MEMORY.with_borrow_mut(|memory| memory.keep(name, bytes.clone(), now));
        if let Some(bytes) = bytes {
            found.insert(digest, bytes.into());
        }
    }
    Ok(found)
}

impl Memory {
    fn keep(&mut self, name: Name, bytes: Option<Vec<u8>>, now: i64) {
        match bytes {
            Some(bytes) => {
                if self.programs.len() >= KEPT {
                    self.programs.clear();
                }
                self.programs.insert(name, bytes.into());
            }
            None => {
                if self.absent.len() >= ABSENT {
                    self.absent.clear();
                }
                self.absent.insert(name, now + ABSENT_MS);
            }
        }
    }
}
