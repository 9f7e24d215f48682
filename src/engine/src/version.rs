//! Versions as Semantic Versioning 2.0.0 orders them. Minor and patch may be left out and are 0 then; build metadata is
//! read and ignored.

use crate::bytes::{record, text, text_ref_at, u8_at, u32_at, u64_at};
use crate::layout::{self, op};
use crate::reader::Reader;
use core::cmp::Ordering;

/// A version in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version<'a> {
    /// Major, minor and patch.
    pub numbers: [u64; 3],
    /// The pre-release: identifiers between dots, empty if there is none.
    pub pre_release: &'a [u8],
}

/// Reads a version; `None` for a text that is none.
pub fn parse(text: &[u8]) -> Option<Version<'_>> {
    let (text, build) = cut(text, b'+');
    let (core, pre_release) = cut(text, b'-');
    let mut numbers = [0; 3];
    let mut rest = Reader(core);
    let mut more = true;
    for number in &mut numbers {
        if more {
            let part;
            (part, more) = rest.until(b'.');
            *number = numeric(part)?;
        }
    }
    (!more
        && pre_release.is_none_or(|text| identifiers(text, true))
        && build.is_none_or(|text| identifiers(text, false)))
    .then(|| Version { numbers, pre_release: pre_release.unwrap_or_default() })
}

/// Whether a text is a version that stands to the operand as the test asks.
pub(crate) fn passes(bytes: &[u8], test: &[u8], value: &[u8]) -> Option<bool> {
    let operand: &[u8; layout::SEMVER] = record(bytes, u32_at(test, 8)?, 0)?;
    let operand = Version {
        numbers: [u64_at(operand, 0)?, u64_at(operand, 8)?, u64_at(operand, 16)?],
        pre_release: text(bytes, text_ref_at(operand, 24)?)?,
    };
    let Some(version) = parse(value) else { return Some(false) };
    let order = precedence(&version, &operand);
    Some(match u8_at(test, 0)? {
        op::VERSION_EQUALS => order.is_eq(),
        op::VERSION_LESS => order.is_lt(),
        op::VERSION_AT_MOST => order.is_le(),
        op::VERSION_GREATER => order.is_gt(),
        _ => order.is_ge(),
    })
}

/// Which of two versions comes first.
pub fn precedence(one: &Version<'_>, other: &Version<'_>) -> Ordering {
    for (one, other) in one.numbers.iter().zip(&other.numbers) {
        if one != other {
            return one.cmp(other);
        }
    }
    // A version comes after all of its pre-releases.
    let release = one.pre_release.is_empty().cmp(&other.pre_release.is_empty());
    let (mut one, mut other) = (Reader(one.pre_release), Reader(other.pre_release));
    let (mut order, mut more, mut others) = (release, true, true);
    while order.is_eq() && more && others {
        let (part, another);
        (part, more) = one.until(b'.');
        (another, others) = other.until(b'.');
        order = identifier_order(part, another).then(more.cmp(&others));
    }
    order
}

/// Numbers come before words, and are compared as numbers of any length.
fn identifier_order(one: &[u8], other: &[u8]) -> Ordering {
    let (number, another) = (digits(one), digits(other));
    let length = if number && another { one.len().cmp(&other.len()) } else { another.cmp(&number) };
    length.then_with(|| one.cmp(other))
}

/// What stands before the first of a mark, and what behind it.
fn cut(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    let mut rest = Reader(text);
    let (before, found) = rest.until(mark);
    (before, found.then_some(rest.0))
}

/// Whether a text is identifiers between dots; in a pre-release a number has no zero before it.
fn identifiers(text: &[u8], pre_release: bool) -> bool {
    let mut rest = Reader(text);
    loop {
        let (part, more) = rest.until(b'.');
        let word = !part.is_empty() && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        if !word || (pre_release && padded(part)) {
            return false;
        }
        if !more {
            return true;
        }
    }
}

#[inline(never)]
fn digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// A number with a zero before it, which is not written in a version.
fn padded(text: &[u8]) -> bool {
    text.len() > 1 && text.first() == Some(&b'0') && digits(text)
}

#[inline(never)]
fn numeric(text: &[u8]) -> Option<u64> {
    if text.is_empty() || padded(text) {
        return None;
    }
    let (mut rest, mut number) = (Reader(text), 0_u64);
    while !rest.0.is_empty() {
        number = number.checked_mul(10)?.checked_add(rest.digit()?.into())?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_specification() {
        let ascending: [&[u8]; 15] = [
            b"0.9.9",
            b"1-0",
            b"1.0.0-1",
            b"1.0.0-18446744073709551616",
            b"1.0.0-alpha",
            b"1.0.0-alpha.1",
            b"1.0.0-alpha.beta",
            b"1.0.0-beta",
            b"1.0.0-beta.2",
            b"1.0.0-beta.11",
            b"1.0.0-rc.1",
            b"1+build.001",
            b"1.0.1--",
            b"1.0.1",
            b"18446744073709551615.0",
        ];
        let versions: [_; 15] = ascending.map(|text| parse(text).unwrap());
        for (index, one) in versions.iter().enumerate() {
            for (other_index, other) in versions.iter().enumerate() {
                assert_eq!(precedence(one, other), index.cmp(&other_index), "{one:?} {other:?}");
            }
        }
        assert!(precedence(&parse(b"1").unwrap(), &parse(b"1.0.0+x-y").unwrap()).is_eq());
    }

    #[test]
    fn what_is_no_version() {
        let none: [&[u8]; 19] = [
            b"",
            b"v1",
            b"1.",
            b".1",
            b"1..2",
            b"1.2.3.4",
            b"01",
            b"1.02",
            b"1.0.0-",
            b"1.0.0-a..b",
            b"1.0.0-01",
            b"1+",
            b"1.0.0-\xc3\xa9",
            b" 1",
            b"1 ",
            b"-1",
            b"1.x",
            b"18446744073709551616",
            b"1.0.0+a..b",
        ];
        for text in none {
            assert_eq!(parse(text), None, "{:?}", core::str::from_utf8(text));
        }
    }
}
