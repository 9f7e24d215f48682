//! Case folding without a Unicode table: ASCII is lower-cased in code, and the program brings the few other characters
//! that could equal one of its own operands.

use crate::bytes::{table, u32_at};
use crate::capability::{FOLD, has};
use crate::layout;
use core::cmp::Ordering;

/// The bytes of a text: folded on the way, or as they are.
#[derive(Clone)]
pub(crate) struct Folded<'a> {
    rest: &'a [u8],
    folds: bool,
    /// The pairs of the program: character, and what it folds to.
    pairs: &'a [u8],
    /// A character that was folded, as far as it is not handed out: the next byte lowest.
    pending: u32,
    /// Bytes of `rest` that are handed out as they are.
    plain: u32,
}

impl<'a> Folded<'a> {
    pub(crate) fn new(bytes: &'a [u8], rest: &'a [u8], folds: bool) -> Option<Self> {
        let folds = has(FOLD) && folds;
        let pairs =
            if folds { table(bytes, u32_at(bytes, 48)?, u32_at(bytes, 52)? as usize, layout::FOLD)? } else { &[] };
        Some(Self { rest, folds, pairs, pending: 0, plain: 0 })
    }

    /// What a character folds to, if the program has it.
    fn lookup(&self, character: u32) -> Option<char> {
        let (mut low, mut high) = (0, self.pairs.len() / layout::FOLD);
        while low < high {
            let middle = low + (high - low) / 2;
            match u32_at(self.pairs, middle * layout::FOLD)?.cmp(&character) {
                Ordering::Equal => return char::from_u32(u32_at(self.pairs, middle * layout::FOLD + 4)?),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Begins the character at the start of the rest, which is not ASCII. Bytes that are no UTF-8 fold to themselves.
    fn begin(&mut self, first: u8) -> Option<()> {
        self.plain = first.leading_ones().min(4);
        let (whole, behind) = self.rest.split_at_checked(self.plain as usize)?;
        let (head, tail) = whole.split_first()?;
        let mut character = u32::from(head & (0x7f >> self.plain));
        for byte in tail {
            character = character << 6 | u32::from(byte & 0x3f);
        }
        let folded = self.lookup(character)?;
        (self.rest, self.plain) = (behind, 0);
        let mut utf8 = [0; 4];
        folded.encode_utf8(&mut utf8);
        self.pending = u32::from_le_bytes(utf8);
        Some(())
    }
}

impl Iterator for Folded<'_> {
    type Item = u8;

    #[inline(never)]
    fn next(&mut self) -> Option<u8> {
        if self.pending == 0 {
            let (first, rest) = self.rest.split_first()?;
            if !self.folds || first.is_ascii() {
                self.rest = rest;
                return Some(if self.folds { first.to_ascii_lowercase() } else { *first });
            }
            if self.plain > 0 || self.begin(*first).is_none() {
                self.plain = self.plain.saturating_sub(1);
                self.rest = rest;
                return Some(*first);
            }
        }
        let byte = self.pending as u8;
        self.pending >>= 8;
        Some(byte)
    }
}
