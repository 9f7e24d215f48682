//! "Did you mean": the nearest of the names that exist.

/// The name closest to `wrong` if it is close enough to be a slip of the pen: a third of its letters, at least two.
pub(crate) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wrong.chars().count() / 3).max(2);
    names.map(|name| (distance(wrong, name), name)).filter(|(d, _)| *d <= limit).min().map(|(_, name)| name)
}

/// Letters to insert, delete or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (pair, to) in row.windows(2).zip(&b) {
            if let [diagonal, above] = *pair {
                left = (left + 1).min(above + 1).min(diagonal + usize::from(from != *to));
                next.push(left);
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let names = ["checkout_completed", "revenue"];
        assert_eq!(nearest("chekout_complete", names.into_iter()), Some("checkout_completed"));
        assert_eq!(nearest("revenues", names.into_iter()), Some("revenue"));
        assert_eq!(nearest("latency", names.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
    }
}
