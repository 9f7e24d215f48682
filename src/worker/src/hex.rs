//! SHA-256 and hex, and a comparison that takes the same time whatever differs.

use sha2::{Digest as _, Sha256};

pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| if let [high, low] = pair { Some((high << 4) | low) } else { None }).collect()
}

/// SHA-256 as 64 hex digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    encode(&Sha256::digest(bytes))
}

/// Compares without stopping at the first difference, so that time tells nothing about what is secret.
pub(crate) fn same(left: &str, right: &str) -> bool {
    let difference = left.bytes().zip(right.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    // Through black_box the compiler cannot turn the fold into an early exit.
    left.len() == right.len() && std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_goes_there_and_back() {
        assert_eq!(encode(&[0, 15, 255]), "000fff");
        assert_eq!(decode("000fff").unwrap(), [0, 15, 255]);
        assert_eq!((decode("0"), decode("0g")), (None, None));
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn same_means_equal() {
        for (left, right) in [("", ""), ("ab", "ab"), ("ab", "ac"), ("ab", "abc"), ("", "a")] {
            assert_eq!(same(left, right), left == right, "{left} {right}");
        }
    }
}
