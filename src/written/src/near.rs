/// Of so many names only is the nearest looked for: a slip in each of ten thousand flags must not take a minute to name.
const CANDIDATES: usize = 2000;

/// The name closest to what was written, if it is close enough to be a slip of the pen.
pub fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.take(CANDIDATES).filter_map(|word| {
        let letters = word.chars().count();
        let limit = letters.min(2 + letters / 4);
        distance_below(limit, written, word).map(|distance| (distance, word))
    });
    near.min().map(|(_, word)| word)
}

/// `, did you mean …?`, when one of the known words is close enough to what was written.
pub fn did_you_mean<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(written, known).map_or_else(String::new, |word| format!(", did you mean `{word}`?"))
}

/// Letters to insert, delete or replace (Levenshtein), if fewer than `limit`.
fn distance_below(limit: usize, a: &str, b: &str) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) >= limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        let mut next = vec![before];
        for (right, above) in b.iter().zip(row.iter().skip(1)) {
            before = (before + 1).min(above + 1).min(diagonal + usize::from(left != right));
            diagonal = *above;
            next.push(before);
        }
        // A row never gets smaller again than its least.
        if next.iter().all(|distance| *distance >= limit) {
            return None;
        }
        row = next;
    }
    row.last().copied().filter(|distance| *distance < limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_offered_and_a_far_one_is_not() {
        let known = ["visitorId", "plan", "country", "checkout_completed"];
        assert_eq!(did_you_mean("visitorID", known.into_iter()), ", did you mean `visitorId`?");
        assert_eq!(did_you_mean("contry", known.into_iter()), ", did you mean `country`?");
        assert_eq!(did_you_mean("plane", known.into_iter()), ", did you mean `plan`?");
        assert_eq!(nearest("chekout_complete", known.into_iter()), Some("checkout_completed"));
        assert_eq!(did_you_mean("email", known.into_iter()), "");
        assert_eq!(did_you_mean("b", ["a"].into_iter()), "");
    }

    #[test]
    fn the_distance_is_that_of_letters() {
        assert_eq!(distance_below(9, "kitten", "sitting"), Some(3));
        assert_eq!(distance_below(3, "kitten", "sitting"), None);
        assert_eq!(distance_below(9, "", "äb"), Some(2));
    }
}
