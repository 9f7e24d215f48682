use crate::attributes::Attributes;
use crate::check::Claims;
use crate::condition::{MOST_TESTS, Resolved};
use crate::lower::{LoweredHoldout, LoweredLayer};
use crate::pattern::Patterns;
use isoflag_written::{Problem, Problems};
use std::collections::HashSet;
use std::rc::Rc;

/// What comes to be known while a datafile is lowered, and where its problems go.
#[derive(Default)]
pub(crate) struct Compiler {
    pub(crate) problems: Problems,
    /// Problems that only follow from others: of interest where what is wrong is left out and the rest compiled.
    pub(crate) follow_ups: Vec<Problem>,
    /// By the segments' numbers; `None` for one that is wrong.
    pub(crate) segments: Vec<Option<Rc<Resolved>>>,
    pub(crate) attributes: Attributes,
    /// By the layers' numbers; `None` for one that is wrong.
    pub(crate) layers: Vec<Option<LoweredLayer>>,
    /// By the holdouts' numbers; `None` for one that is wrong.
    pub(crate) holdouts: Vec<Option<LoweredHoldout>>,
    pub(crate) claims: Claims,
    /// What is named by something.
    pub(crate) used: Used,
    tests: usize,
    patterns: Patterns,
}

/// The numbers of what is named by something.
#[derive(Default)]
pub(crate) struct Used {
    pub(crate) segments: HashSet<usize>,
    pub(crate) layers: HashSet<usize>,
    pub(crate) holdouts: HashSet<usize>,
}

/// The most tests of all conditions together, segments inlined: with segments in segments a short file could ask for more
/// than a machine has memory for.
const TESTS: usize = 1_000_000;

impl Compiler {
    /// Whether so many more tests can be; a problem if not.
    pub(crate) fn has_room(&mut self, tests: usize, path: &str) -> bool {
        if tests > MOST_TESTS {
            self.error(
                path,
                format!("with its segments the condition has {tests} tests, {MOST_TESTS} are possible; use sets"),
            );
            return false;
        }
        let full = self.tests > TESTS;
        self.tests = self.tests.saturating_add(tests);
        if !full && self.tests > TESTS {
            let text = "with their segments inlined all conditions together have more than a million tests; use sets";
            self.error(path, text);
        }
        self.tests <= TESTS
    }

    pub(crate) fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.error(path, message);
    }

    pub(crate) fn warn(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.warn(path, message);
    }

    /// Notes that something is wrong because something else is.
    pub(crate) fn follows(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.follow_ups.push(Problem::new(path, message));
    }

    /// How many problems there are so far: more of them later means that something between was wrong.
    pub(crate) fn count(&self) -> usize {
        self.problems.errors.len() + self.follow_ups.len()
    }

    /// The table of a pattern, or what is wrong with it.
    pub(crate) fn pattern(&mut self, pattern: &str, ignore_case: bool) -> Result<Rc<[u8]>, String> {
        self.patterns.table(pattern, ignore_case)
    }
}
