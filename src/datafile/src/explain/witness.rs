use super::seen::{
    Explanation, GateSeen, PositionSeen, PrerequisitesSeen, RangeSeen, RuleSeen, SliceSeen, SplitSeen, TestSeen,
    UnitSeen,
};
use super::words::words;
use crate::context::find;
use crate::decompile::{Ask, Decompiled, Flag, Outcome, POSITIONS, Slice, Split};
use isoflag_engine::{Decision, Observer, Program, Tested};
use serde_json::{Map, Value};

/// Looks on while a flag is decided, and the flags that one asks.
pub(super) struct Witness<'a> {
    known: &'a Decompiled,
    program: &'a Program<'a>,
    context: &'a Map<String, Value>,
    /// The flag being decided, behind those that ask it.
    frames: Vec<Frame<'a>>,
    /// The flag that was just decided; the test that asked it follows.
    answer: Option<Explanation>,
}

struct Frame<'a> {
    flag: &'a Flag,
    seen: Explanation,
}

impl<'a> Witness<'a> {
    pub(super) fn new(
        known: &'a Decompiled,
        program: &'a Program<'a>,
        context: &'a Map<String, Value>,
        flag: &'a Flag,
    ) -> Self {
        Self { known, program, context, frames: vec![Frame::new(flag)], answer: None }
    }

    pub(super) fn finish(mut self, decision: &Decision) -> Explanation {
        self.frames.pop().map(|frame| frame.close(Some(decision))).unwrap_or_default()
    }

    fn frame(&mut self, see: impl FnOnce(&'a Flag, &mut Explanation)) {
        if let Some(Frame { flag, seen }) = self.frames.last_mut() {
            see(flag, seen);
        }
    }

    /// Hands over what is written of the current rule's split and what was seen of it.
    fn split(&mut self, see: impl FnOnce(&'a Flag, &'a Split, &mut SplitSeen)) {
        self.frame(|flag, seen| {
            let Some(rule) = seen.rules.last_mut() else { return };
            let written = flag.rules.get(usize::from(rule.rule)).map(|rule| &rule.outcome);
            if let (Some(Outcome::Split(split)), Some(seen)) = (written, &mut rule.split) {
                see(flag, split, seen);
            }
        });
    }
}

impl<'a> Frame<'a> {
    fn new(flag: &'a Flag) -> Self {
        let run = flag.experiment.as_ref().map(|experiment| experiment.run.clone());
        Self { flag, seen: Explanation { flag: flag.key.clone(), run, ..Explanation::default() } }
    }

    fn close(self, decision: Option<&Decision>) -> Explanation {
        let Self { flag, mut seen } = self;
        let decision = decision.copied().unwrap_or(Decision::none(isoflag_engine::Reason::Unusable));
        if let Some((name, literal)) = decision.variant.and_then(|number| flag.variants.get(usize::from(number))) {
            seen.variant = Some(name.clone());
            seen.value = serde_json::from_str(literal).ok();
        }
        seen.reason = decision.reason.name();
        seen.rule = decision.rule;
        seen.bucket = decision.bucket;
        seen.exposed = decision.exposed;
        for rule in &mut seen.rules {
            rule.decided = decision.rule == Some(rule.rule);
            // A split that saw nobody is one whose condition failed, or one without a unit, which then decided.
            rule.holds = rule.decided || rule.split.as_ref().is_some_and(|split| split.unit.is_some());
            if !rule.holds {
                rule.split = None;
            }
        }
        seen.untried = flag.rules.len().saturating_sub(seen.rules.len());
        seen
    }
}

impl Observer for Witness<'_> {
    fn asked(&mut self, flag: u32) {
        let key = self.program.flag(flag).and_then(|flag| flag.key());
        let found = key.and_then(|key| self.known.find(std::str::from_utf8(key).ok()?));
        // INVARIANT: what the program has was decompiled, so a frame is opened for every flag that is closed.
        if let Some(flag) = found {
            self.frames.push(Frame::new(flag));
        }
    }

    fn answered(&mut self, _: u32, decision: Option<&Decision>) {
        self.answer = self.frames.pop().map(|frame| frame.close(decision));
    }

    fn prerequisites(&mut self, hold: bool) {
        self.frame(|_, seen| seen.prerequisites.get_or_insert_default().hold = hold);
    }

    fn rule(&mut self, index: u16) {
        self.frame(|flag, seen| {
            let mut rule = RuleSeen { rule: index, ..RuleSeen::default() };
            match flag.rules.get(usize::from(index)).map(|rule| &rule.outcome) {
                Some(Outcome::Variant(number)) => rule.variant = flag.variant(*number).map(str::to_owned),
                Some(Outcome::Split(split)) => {
                    let (units, experiment) = (split.units.clone(), split.experiment);
                    rule.split = Some(SplitSeen { units, experiment, ..SplitSeen::default() });
                }
                None => {}
            }
            seen.rules.push(rule);
        });
    }

    fn test(&mut self, Tested { index, passed, .. }: Tested) {
        let answer = self.answer.take();
        let context = self.context;
        self.frame(|flag, seen| {
            let (written, tests) = match seen.rules.last_mut() {
                Some(rule) => (flag.rules.get(usize::from(rule.rule)).map(|rule| &rule.tests), &mut rule.tests),
                None => (
                    Some(&flag.prerequisites),
                    &mut seen.prerequisites.get_or_insert_with(PrerequisitesSeen::default).tests,
                ),
            };
            let Some(test) = written.and_then(|tests| tests.get(usize::from(index))) else { return };
            let (operator, operand, ignore_case) = words(&test.ask);
            let attribute = match &test.ask {
                Ask::Attribute { name, .. } => Some(name.clone()),
                _ => None,
            };
            let found = attribute.as_ref().and_then(|name| find(context, name)).cloned();
            let answer = if matches!(test.ask, Ask::Flag { .. }) { answer.map(Box::new) } else { None };
            tests.push(TestSeen { attribute, operator, operand, ignore_case, found, passed, answer });
        });
    }

    fn unit(&mut self, attribute: u16, unit: &[u8]) {
        let name = self.program.attribute(attribute).unwrap_or_default();
        let attribute = String::from_utf8_lossy(name).into_owned();
        let value = String::from_utf8_lossy(unit).into_owned();
        self.split(|_, _, seen| seen.unit = Some(UnitSeen { attribute, value }));
    }

    fn forced(&mut self, variant: u16) {
        self.split(|flag, _, seen| seen.forced = flag.variant(variant).map(str::to_owned));
    }

    fn holdout(&mut self, position: u32, inside: bool) {
        self.split(|_, split, seen| {
            seen.holdout = split.holdout.as_ref().map(|slice| at_slice(slice, position, inside))
        });
    }

    fn layer(&mut self, position: u32, inside: bool) {
        self.split(|_, split, seen| seen.layer = split.layer.as_ref().map(|slice| at_slice(slice, position, inside)));
    }

    fn gate(&mut self, position: u32, cut: Option<u32>, inside: bool) {
        let until = bucket(cut.map_or(POSITIONS, u64::from));
        self.split(|_, _, seen| seen.gate = Some(GateSeen { at: at(position), cut, until, inside }));
    }

    fn position(&mut self, position: u32) {
        self.split(|flag, split, seen| {
            seen.position = Some(at(position));
            let mut from = 0;
            for (end, variant) in &split.ranges {
                let taken = (from..*end).contains(&u64::from(position));
                seen.ranges.push(RangeSeen {
                    variant: flag.variant(*variant).unwrap_or_default().to_owned(),
                    cut: u32::try_from(*end).ok(),
                    from: bucket(from),
                    until: bucket(*end),
                    taken,
                });
                from = *end;
            }
        });
    }
}

fn at(position: u32) -> PositionSeen {
    PositionSeen { position, bucket: bucket(position.into()) }
}

/// The bucket that a position, or the end of some, is shown as: 0 to 10000.
fn bucket(position: u64) -> u16 {
    u16::try_from((position * 10_000) >> 32).unwrap_or(10_000)
}

fn at_slice(slice: &Slice, position: u32, inside: bool) -> SliceSeen {
    let slots = slice.intervals.iter().map(|(first, end)| (bucket(*first), bucket(*end))).collect();
    SliceSeen { at: at(position), slots, inside }
}
