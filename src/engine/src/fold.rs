//! Case folding without a Unicode table: ASCII is lower-cased in code, and the program brings the few other characters
//! that could equal one of its own operands.

use crate::bytes::{record, table, text, text_ref_at, u8_at, u32_at};
use crate::layout::{self, op};
use crate::set::search;
use crate::substring::includes;
use core::cmp::Ordering;

/// Whether a text, folded, is or starts with or ends with or includes the operand, which is folded already.
pub(crate) fn passes(bytes: &[u8], test: &[u8], value: &[u8]) -> Option<bool> {
    let folded = Folded::new(bytes, value)?;
    let operand = || text(bytes, text_ref_at(test, 8)?);
    Some(match u8_at(test, 0)? {
        op::FOLD_EQUALS => folded.eq(operand()?.iter().copied()),
        op::FOLD_IN => search(test, 8, |table, index| {
            let member: &[u8; layout::TEXT] = record(bytes, table, index)?;
            Some(text(bytes, text_ref_at(member, 0)?)?.iter().copied().cmp(folded.clone()))
        })?,
        op::FOLD_STARTS => starts(folded, operand()?),
        op::FOLD_ENDS => {
            // Both are UTF-8: where the last bytes are equal, they begin with a whole character.
            let (operand, length) = (operand()?, folded.clone().count());
            length >= operand.len() && starts(folded.skip(length - operand.len()), operand)
        }
        _ => includes(bytes, u32_at(test, 8)?, folded)?,
    })
}

fn starts(mut folded: impl Iterator<Item = u8>, operand: &[u8]) -> bool {
    operand.iter().all(|byte| folded.next() == Some(*byte))
}

/// The bytes of a text, folded on the way.
#[derive(Clone)]
struct Folded<'a> {
    rest: &'a [u8],
    /// The pairs of the program: character, and what it folds to.
    pairs: &'a [u8],
    /// A character that was folded, most significant byte first, as far as it is not handed out.
    pending: u32,
    /// Bytes of `rest` that are handed out as they are.
    plain: usize,
}

impl<'a> Folded<'a> {
    fn new(bytes: &'a [u8], rest: &'a [u8]) -> Option<Self> {
        let count = u32_at(bytes, 52)? as usize;
        Some(Self { rest, pairs: table(bytes, u32_at(bytes, 48)?, count, layout::FOLD)?, pending: 0, plain: 0 })
    }

    fn lookup(&self, character: u32) -> Option<u32> {
        let (mut low, mut high) = (0, self.pairs.len() / layout::FOLD);
        while low < high {
            let middle = low + (high - low) / 2;
            match u32_at(self.pairs, middle * layout::FOLD)?.cmp(&character) {
                Ordering::Equal => return u32_at(self.pairs, middle * layout::FOLD + 4),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }
}

impl Iterator for Folded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.pending != 0 {
            let byte = self.pending as u8;
            self.pending >>= 8;
            return Some(byte);
        }
        let (first, rest) = self.rest.split_first()?;
        if self.plain == 0 && *first >= 0x80 {
            let (character, length) = decode(self.rest);
            if let Some(folded) = self.lookup(character).and_then(char::from_u32) {
                self.rest = self.rest.get(length..)?;
                let mut utf8 = [0; 4];
                folded.encode_utf8(&mut utf8);
                self.pending = u32::from_le_bytes(utf8) >> 8;
                return Some(utf8[0]);
            }
            self.plain = length;
        }
        self.plain = self.plain.saturating_sub(1);
        self.rest = rest;
        Some(first.to_ascii_lowercase())
    }
}

/// The character at the start of a text that does not begin with ASCII, and its length in bytes. What is no UTF-8 is a
/// character of one byte that folds to nothing else.
fn decode(text: &[u8]) -> (u32, usize) {
    const INVALID: (u32, usize) = (u32::MAX, 1);
    let Some(first) = text.first().copied() else { return INVALID };
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return INVALID,
    };
    let Some(tail) = text.get(1..length) else { return INVALID };
    if tail.iter().any(|byte| byte & 0xc0 != 0x80) {
        return INVALID;
    }
    let head = u32::from(first) & (0x7f >> length);
    (tail.iter().fold(head, |character, byte| character << 6 | u32::from(byte & 0x3f)), length)
}
