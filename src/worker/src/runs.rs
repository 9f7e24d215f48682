//! Runs, as an isolate keeps them: a run is named by its arms and by who gets which, so nothing kept is ever wrong.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use isoflag_datafile::Allocation;

use crate::errors::Result;
use crate::host::Host;
use crate::registry::{Ask, RunRow};

/// More runs than an environment has open; an environment that has more asks again.
const KEPT: usize = 1_000;
/// For how long a run nobody published is believed to be none. What comes of it until then is judged later.
const ABSENT_MS: i64 = 30_000;
/// The most runs asked for at once: whoever makes them up by the thousand must not keep the registry busy. An honest batch that names
/// more than this for the first time has the rest judged later.
const ASKED: usize = 64;

/// What exposures of a run are held against.
#[derive(Debug)]
pub(crate) struct Pinned {
    pub(crate) arms: Vec<String>,
    pub(crate) allocation: Option<Allocation>,
}

impl Pinned {
    fn of(row: &RunRow) -> Result<Self> {
        let arms = row.arms()?.into_iter().map(|arm| arm.variant).collect();
        Ok(Pinned { arms, allocation: row.allocation()? })
    }
}

/// Environment, experiment, run.
type Name = (String, String, String);

#[derive(Default)]
struct Memory {
    runs: HashMap<Name, Rc<Pinned>>,
    absent: HashMap<Name, i64>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Those of the runs, by experiment and run, that the environment ever had.
pub(crate) async fn some(
    host: &Host,
    environment: &str,
    runs: BTreeSet<(&str, &str)>,
) -> Result<HashMap<(String, String), Rc<Pinned>>> {
    let now = host.now();
    let mut found = HashMap::new();
    let mut missing = Vec::new();
    MEMORY.with_borrow(|memory| {
        for (experiment, run) in runs {
            let name = (environment.to_owned(), experiment.to_owned(), run.to_owned());
            if let Some(pinned) = memory.runs.get(&name) {
                found.insert((name.1, name.2), Rc::clone(pinned));
            } else if memory.absent.get(&name).is_none_or(|until| *until <= now) && missing.len() < ASKED {
                missing.push((name.1, name.2));
            }
        }
    });
    if missing.is_empty() {
        return Ok(found);
    }
    let known: Option<Vec<RunRow>> = host.registry(environment, &Ask::Runs { runs: missing.clone() }).await?;
    for row in known.unwrap_or_default() {
        let pinned = Rc::new(Pinned::of(&row)?);
        found.insert((row.experiment, row.run), pinned);
    }
    MEMORY.with_borrow_mut(|memory| {
        for (experiment, run) in missing {
            let pinned = found.get(&(experiment.clone(), run.clone())).cloned();
            memory.keep((environment.to_owned(), experiment, run), pinned, now);
        }
    });
    Ok(found)
}

impl Memory {
    fn keep(&mut self, name: Name, pinned: Option<Rc<Pinned>>, now: i64) {
        if let Some(pinned) = pinned {
            if self.runs.len() >= KEPT {
                self.runs.clear();
            }
            self.runs.insert(name, pinned);
        } else {
            if self.absent.len() >= KEPT {
                self.absent.clear();
            }
            self.absent.insert(name, now.saturating_add(ABSENT_MS));
        }
    }
}
