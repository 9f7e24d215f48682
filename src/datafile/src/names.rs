use isoflag_written::{Entries, Problems, did_you_mean, member, salvage};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// Things with names, found by their name: flags, segments, layers, holdouts, attributes.
#[derive(Debug)]
pub(crate) struct Names<T> {
    /// `None` for one that could not be read; the problems say why.
    entries: Vec<(String, Option<T>)>,
    index: HashMap<String, usize>,
}

impl<T: DeserializeOwned> Names<T> {
    /// Reads each entry by itself.
    pub(crate) fn read(entries: &Entries<Box<RawValue>>, path: &str, what: &str, problems: &mut Problems) -> Self {
        let read = |(name, json): &(String, Box<RawValue>)| {
            let before = problems.errors.len();
            let value = entry(name, json, path, what, problems);
            (name.clone(), value.filter(|_| problems.errors.len() == before))
        };
        Self::of(entries.0.iter().map(read))
    }
}

impl<T> Names<T> {
    pub(crate) fn of(entries: impl Iterator<Item = (String, Option<T>)>) -> Self {
        let entries: Vec<(String, Option<T>)> = entries.collect();
        let index = entries.iter().enumerate().map(|(number, (name, _))| (name.clone(), number)).collect();
        Self { entries, index }
    }

    /// The number of a name, or what to say of a name that is not there.
    pub(crate) fn number(&self, name: &str, what: &str) -> Result<usize, String> {
        self.find(name).ok_or_else(|| format!("there is no {what} `{name}`{}", self.near(name)))
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// `, did you mean …?`
    pub(crate) fn near(&self, name: &str) -> String {
        did_you_mean(name, self.entries.iter().map(|(known, _)| known.as_str()))
    }

    pub(crate) fn get(&self, number: usize) -> Option<&T> {
        self.entries.get(number)?.1.as_ref()
    }

    pub(crate) fn name(&self, number: usize) -> &str {
        self.entries.get(number).map_or("", |(name, _)| name)
    }

    pub(crate) fn into_entries(self) -> impl Iterator<Item = (String, Option<T>)> {
        self.entries.into_iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Option<&T>)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }
}

/// Reads one entry of a table as far as it can be read.
pub(crate) fn entry<T: DeserializeOwned>(
    name: &str,
    json: &RawValue,
    table: &str,
    what: &str,
    problems: &mut Problems,
) -> Option<T> {
    let path = member(table, name);
    if name.is_empty() {
        problems.error(&path, format!("the name of {what} is not empty"));
    }
    let (value, found) = salvage(json.get(), &path);
    problems.errors.extend(found);
    value
}
