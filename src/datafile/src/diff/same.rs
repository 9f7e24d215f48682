use crate::decompile::{Ask, Decompiled, Flag, Test};
use std::collections::HashMap;

/// Which flags are word for word the same in two programs, with all the flags they ask.
pub(super) struct Same<'a> {
    before: &'a Decompiled,
    after: &'a Decompiled,
    known: HashMap<String, bool>,
}

impl<'a> Same<'a> {
    pub(super) fn new(before: &'a Decompiled, after: &'a Decompiled) -> Self {
        Self { before, after, known: HashMap::new() }
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        if let Some(known) = self.known.get(key) {
            return *known;
        }
        // Flags that ask each other in a circle are not compiled; damaged ones are not followed twice.
        self.known.insert(key.to_owned(), false);
        let same = match (self.before.find(key), self.after.find(key)) {
            (Some(before), Some(after)) => before == after && asked(after).iter().all(|key| self.flag(key)),
            _ => false,
        };
        self.known.insert(key.to_owned(), same);
        same
    }
}

/// Every test of a flag: its prerequisites, and those of its rules.
pub(super) fn tests(flag: &Flag) -> impl Iterator<Item = &Test> {
    flag.prerequisites.iter().chain(flag.rules.iter().flat_map(|rule| &rule.tests))
}

/// The flags that a flag asks.
pub(super) fn asked(flag: &Flag) -> Vec<&str> {
    let keys = tests(flag).filter_map(|test| match &test.ask {
        Ask::Flag { key, .. } => Some(key.as_str()),
        _ => None,
    });
    keys.collect()
}
