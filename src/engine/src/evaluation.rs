use crate::bucket::{self, Key};
use crate::bytes::u64_at;
use crate::{Attributes, Decision, Observer, Value};

/// How many steps one decision may take, with all the flags it asks: a rule is a step, each of its tests is one, each
/// entry of a split's tables, and every 256 bytes of a text that are looked at. A flag people write takes a few dozen.
/// Jumps only go forward and depth only falls, so every decision ends; this is when. Beyond it the flag is unusable.
pub const STEPS: u32 = 1 << 20;

/// One decision under way: what it may look at, and what it has left to spend.
pub(crate) struct Evaluation<'a, A: ?Sized, O> {
    pub(crate) bytes: &'a [u8],
    pub(crate) attributes: &'a A,
    pub(crate) now: i64,
    pub(crate) observer: &'a mut O,
    steps: u32,
    /// Depth of the flag being decided; those it asks have a smaller one.
    pub(crate) depth: u8,
    /// The flag that was asked last, and how it was decided: a test for each of several variants asks it several times in turn.
    pub(crate) answer: Option<(u32, Decision)>,
}

impl<'a, A: Attributes + ?Sized, O: Observer> Evaluation<'a, A, O> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], attributes: &'a A, now: i64, observer: &'a mut O, depth: u8) -> Self {
        Self { bytes, attributes, now, observer, steps: STEPS, depth, answer: None }
    }

    #[inline(always)]
    pub(crate) fn spend(&mut self, steps: u32) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }

    /// Spends what looking at a text once costs.
    #[inline(always)]
    pub(crate) fn spend_on(&mut self, text: &[u8]) -> Option<()> {
        self.spend((text.len() >> 8) as u32)
    }

    #[inline]
    pub(crate) fn attribute(&self, id: u16) -> Value<'a> {
        self.attributes.get(id)
    }

    /// The position of a unit under the key that stands at `at` of a record.
    #[inline(never)]
    pub(crate) fn position(&mut self, record: &[u8], at: usize, unit: &[u8]) -> Option<u32> {
        self.spend_on(unit)?;
        Some(bucket::position(Key { k0: u64_at(record, at)?, k1: u64_at(record, at + 8)? }, unit))
    }
}
