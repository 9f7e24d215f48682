use crate::{Attributes, Decision, Flag, Input, decide};

/// Sees a decision being made, step by step. Every method does nothing unless it is given a body, and deciding is
/// compiled for each observer: for `()`, which sees nothing, nothing of this is left.
pub trait Observer {
    /// A test asks another flag, which is decided now; its rules and tests follow, unless it is the flag that was asked last.
    fn asked(&mut self, flag: u32) {
        let _ = flag;
    }
    /// That flag is decided. `None`: it is unusable, and so is the flag that asked.
    fn answered(&mut self, flag: u32, decision: Option<&Decision>) {
        let _ = (flag, decision);
    }
    /// The prerequisites of a flag were tested, and hold or do not.
    fn prerequisites(&mut self, hold: bool) {
        let _ = hold;
    }
    /// A rule is tried; its tests follow.
    fn rule(&mut self, index: u16) {
        let _ = index;
    }
    /// A test of the rule, or of the prerequisites, was made.
    fn test(&mut self, test: Tested) {
        let _ = test;
    }
    /// A split found its unit: the attribute, and the bytes that are hashed.
    fn unit(&mut self, attribute: u16, unit: &[u8]) {
        let _ = (attribute, unit);
    }
    /// The unit is in a forced list of the split.
    fn forced(&mut self, variant: u16) {
        let _ = variant;
    }
    /// The split has a holdout.
    fn holdout(&mut self, position: u32, inside: bool) {
        let _ = (position, inside);
    }
    /// The split has slots of a layer.
    fn layer(&mut self, position: u32, inside: bool) {
        let _ = (position, inside);
    }
    /// The split has a gate; the cut is that of the step that counts now, `None` when it lets everybody in.
    fn gate(&mut self, position: u32, cut: Option<u32>, inside: bool) {
        let _ = (position, cut, inside);
    }
    /// The position of the unit in the split itself; the ranges it is compared with follow.
    fn position(&mut self, position: u32) {
        let _ = position;
    }
    /// The position was compared with a cut, `None` for the last range, which takes the rest.
    fn range(&mut self, cut: Option<u32>, variant: u16) {
        let _ = (cut, variant);
    }
}

impl Observer for () {}

/// A test that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Its number in the rule.
    pub index: u16,
    /// What was asked, one of [`layout::op`](crate::layout::op).
    pub operation: u8,
    /// Of which attribute; [`layout::NO_ATTRIBUTE`](crate::layout::NO_ATTRIBUTE) of none.
    pub attribute: u16,
    /// What came out.
    pub passed: bool,
}

/// Decides one flag and lets an observer see how. The decision is the one of [`decide`](crate::decide).
pub fn explain<A: Attributes + ?Sized, O: Observer>(
    flag: &Flag<'_>,
    input: &Input<'_, A>,
    observer: &mut O,
) -> Decision {
    decide::decide_seen(flag, input, observer)
}
