//! The arms of runs, as an isolate keeps them: a run is named by its arms among other things, so nothing kept is ever wrong.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::errors::Result;
use crate::host::Host;
use crate::registry::Ask;

/// More runs than an environment has open; an environment that has more asks again.
const KEPT: usize = 1_000;
/// For how long a run nobody published is believed to be none.
const ABSENT_MS: i64 = 30_000;

/// Environment, experiment, run.
type Name = (String, String, String);

#[derive(Default)]
struct Memory {
    arms: HashMap<Name, Rc<[String]>>,
    absent: HashMap<Name, i64>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// The arms of those of the runs, by experiment and run, that the environment ever had.
pub(crate) async fn some(
    host: &Host,
    environment: &str,
    runs: BTreeSet<(&str, &str)>,
) -> Result<HashMap<(String, String), Rc<[String]>>> {
    let now = host.now();
    let mut found = HashMap::new();
    let mut missing = Vec::new();
    MEMORY.with_borrow(|memory| {
        for (experiment, run) in runs {
            let name = (environment.to_owned(), experiment.to_owned(), run.to_owned());
            if let Some(arms) = memory.arms.get(&name) {
                found.insert((name.1, name.2), Rc::clone(arms));
            } else if memory.absent.get(&name).is_none_or(|until| *until <= now) {
                missing.push((name.1, name.2));
            }
        }
    });
    if missing.is_empty() {
        return Ok(found);
    }
    let known: Option<Vec<(String, String, Vec<String>)>> =
        host.registry(environment, &Ask::Arms { runs: missing.clone() }).await?;
    for (experiment, run, arms) in known.unwrap_or_default() {
        found.insert((experiment, run), arms.into());
    }
    MEMORY.with_borrow_mut(|memory| {
        for (experiment, run) in missing {
            let arms = found.get(&(experiment.clone(), run.clone())).cloned();
            memory.keep((environment.to_owned(), experiment, run), arms, now);
        }
    });
    Ok(found)
}

impl Memory {
    fn keep(&mut self, name: Name, arms: Option<Rc<[String]>>, now: i64) {
        if let Some(arms) = arms {
            if self.arms.len() >= KEPT {
                self.arms.clear();
            }
            self.arms.insert(name, arms);
        } else {
            if self.absent.len() >= KEPT {
                self.absent.clear();
            }
            self.absent.insert(name, now.saturating_add(ABSENT_MS));
        }
    }
}
