use crate::wire::Split;
use siphasher::sip128::{Hasher128, SipHasher24};
use std::hash::Hasher;

/// The run of an experiment: eight hex digits over everything that decides who sees what inside it. Gate, conditions and
/// the values of variants are not part of it.
pub(crate) fn run(flag: &str, salt: &str, split: &Split, weights: &[u32]) -> String {
    let mut hasher = hasher();
    text(&mut hasher, flag);
    let mut units = split.unit.all().iter();
    text(&mut hasher, units.next().map_or("", String::as_str));
    text(&mut hasher, salt);
    text(&mut hasher, split.control.as_deref().unwrap_or_default());
    for (arm, weight) in split.arms.iter().zip(weights) {
        text(&mut hasher, &arm.variant);
        text(&mut hasher, &weight.to_string());
    }
    text(&mut hasher, &split.restart.unwrap_or(0).to_string());
    // Behind everything there always was, so that runs of one unit stay what they are. No weight is called `units`, so no
    // list of arms reads like this.
    for unit in units {
        text(&mut hasher, "units");
        text(&mut hasher, unit);
    }
    digits(&hasher)
}

/// The run of an experiment whose arms lie elsewhere than their weights alone would put them, because people kept what
/// they had. Going back to former weights by another way is not the former run: other people are in the arms.
pub(crate) fn rearranged(run: &str, ranges: &[(u32, &str)]) -> String {
    let mut hasher = hasher();
    text(&mut hasher, run);
    for (cut, variant) in ranges {
        hasher.write(&cut.to_le_bytes());
        text(&mut hasher, variant);
    }
    digits(&hasher)
}

/// A fixed key of its own: a run must not change with the version of a library or of the program format.
fn hasher() -> SipHasher24 {
    SipHasher24::new_with_keys(u64::from_le_bytes(*b"isoflag."), u64::from_le_bytes(*b"run-id/1"))
}

/// Length first, so that no two lists of texts read alike.
fn text(hasher: &mut SipHasher24, text: &str) {
    hasher.write(&(text.len() as u64).to_le_bytes());
    hasher.write(text.as_bytes());
}

fn digits(hasher: &SipHasher24) -> String {
    format!("{:08x}", hasher.finish128().h1 >> 32)
}
