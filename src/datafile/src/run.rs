use crate::wire::Split;
use siphasher::sip128::{Hasher128, SipHasher24};
use std::hash::Hasher;

/// The run of an experiment: eight hex digits over everything that decides who sees what inside it. Gate, conditions and
/// the values of variants are not part of it.
pub(crate) fn run(flag: &str, salt: &str, split: &Split, weights: &[u32]) -> String {
    // A fixed key of its own: a run must not change with the version of a library or of this program format.
    let mut hasher = SipHasher24::new_with_keys(u64::from_le_bytes(*b"isoflag."), u64::from_le_bytes(*b"run-id/1"));
    // Length first, so that no two lists of texts read alike.
    let mut text = |text: &str| {
        hasher.write(&(text.len() as u64).to_le_bytes());
        hasher.write(text.as_bytes());
    };
    text(flag);
    text(&split.unit);
    text(salt);
    text(split.control.as_deref().unwrap_or_default());
    for (arm, weight) in split.arms.iter().zip(weights) {
        text(&arm.variant);
        text(&weight.to_string());
    }
    text(&split.restart.unwrap_or(0).to_string());
    format!("{:08x}", hasher.finish128().h1 >> 32)
}
