use serde::Serialize;

/// One thing that is wrong with a datafile, or that looks wrong: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, as a JSON path: `$.flags["checkout"].rules[0].if`.
    pub path: String,
    /// What was found, what is allowed, what to do next.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Collects problems while a walk over the datafile keeps track of where it is.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

impl Problems {
    pub(crate) fn error(&mut self, path: &str, message: impl Into<String>) {
        self.errors.push(Problem::new(path, message));
    }

    pub(crate) fn warn(&mut self, path: &str, message: impl Into<String>) {
        self.warnings.push(Problem::new(path, message));
    }
}

/// `, did you mean …?`, when one of the known words is close enough to what was written.
pub(crate) fn did_you_mean<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known
        .map(|word| (distance(written, word), word))
        .filter(|(distance, word)| *distance < word.chars().count().min(2 + word.chars().count() / 4))
        .min();
    near.map_or_else(String::new, |(_, word)| format!(", did you mean `{word}`?"))
}

/// Levenshtein distance over characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        let mut next = vec![before];
        for (right, above) in b.iter().zip(row.iter().skip(1)) {
            before = (before + 1).min(above + 1).min(diagonal + usize::from(left != *right));
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_offered_and_a_far_one_is_not() {
        let known = ["visitorId", "plan", "country"];
        assert_eq!(did_you_mean("visitorID", known.into_iter()), ", did you mean `visitorId`?");
        assert_eq!(did_you_mean("contry", known.into_iter()), ", did you mean `country`?");
        assert_eq!(did_you_mean("plane", known.into_iter()), ", did you mean `plan`?");
        assert_eq!(did_you_mean("email", known.into_iter()), "");
        assert_eq!(did_you_mean("b", ["a"].into_iter()), "");
    }
}
