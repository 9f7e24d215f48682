use crate::bytes::{u8_at, u16_at, u32_at};
use crate::capability::{FLAGS, has};
use crate::condition::holds;
use crate::evaluation::Evaluation;
use crate::layout::{MAX_DEPTH, OUTCOME_SPLIT, OUTCOME_VARIANT};
use crate::split::{Choice, choose};
use crate::{Attributes, Flag, Input, Observer, Pin, Reason};

/// What was decided, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The number of the variant served; `None` only when the flag is unusable or unknown.
    pub variant: Option<u16>,
    /// Why.
    pub reason: Reason,
    /// The number of the rule that decided, counted from 0.
    pub rule: Option<u16>,
    /// The unit's bucket, 0 to 9999, where the bucket chose the variant.
    pub bucket: Option<u16>,
    /// The attribute whose value was the unit, where a split decided.
    pub unit: Option<u16>,
    /// Whether showing this variant is an exposure to the flag's experiment.
    pub exposed: bool,
}

impl Decision {
    /// A variant that no rule and no unit had a part in.
    pub(crate) const fn plain(variant: u16, reason: Reason) -> Self {
        Self { variant: Some(variant), ..Self::none(reason) }
    }

    /// The decision that is none: there is no variant to serve.
    pub const fn none(reason: Reason) -> Self {
        Self { variant: None, reason, rule: None, bucket: None, unit: None, exposed: false }
    }
}

/// Decides one flag.
#[inline]
pub fn decide<A: Attributes + ?Sized>(flag: &Flag<'_>, input: &Input<'_, A>) -> Decision {
    decide_seen(flag, input, &mut ())
}

#[inline]
pub(crate) fn decide_seen<A: Attributes + ?Sized, O: Observer>(
    flag: &Flag<'_>,
    input: &Input<'_, A>,
    observer: &mut O,
) -> Decision {
    // INVARIANT: whatever depth a flag states, a chain of flags that ask each other is no longer than this.
    let depth = flag.depth().unwrap_or(0).min(MAX_DEPTH);
    let mut evaluation = Evaluation::new(flag.bytes, input.attributes, input.now, observer, depth);
    evaluate(&mut evaluation, flag, input.pin).unwrap_or(Decision::none(Reason::Unusable))
}

/// The order of evaluation. `None` when the flag's bytes are damaged, or it takes too many steps.
#[inline(never)]
pub(crate) fn evaluate<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    flag: &Flag<'_>,
    pin: Pin,
) -> Option<Decision> {
    if let Pin::Override(variant) = pin
        && flag.served(variant).is_some()
    {
        return Some(Decision::plain(variant, Reason::Override));
    }
    if !flag.enabled()? {
        return Some(Decision::plain(flag.off()?, Reason::Off));
    }
    if has(FLAGS)
        && let (table, tests @ 1..) = flag.prerequisites()?
    {
        let hold = holds(evaluation, table, tests)?;
        evaluation.observer.prerequisites(hold);
        if !hold {
            return Some(Decision::plain(flag.off()?, Reason::Prerequisite));
        }
    }
    for index in 0..flag.rules()? {
        let rule = flag.rule(index)?;
        evaluation.observer.rule(index);
        if !holds(evaluation, u32_at(rule, 0)?, u16_at(rule, 4)?)? {
            continue;
        }
        let target = u32_at(rule, 8)?;
        let decision = match u8_at(rule, 6)? {
            OUTCOME_VARIANT => Decision::plain(flag.served(u16::try_from(target).ok()?)?, Reason::Targeted),
            OUTCOME_SPLIT => match choose(evaluation, flag, target, pin)? {
                Choice::Decided(decision) => decision,
                Choice::Outside => continue,
            },
            _ => return None,
        };
        return Some(Decision { rule: Some(index), ..decision });
    }
    Some(Decision::plain(flag.default()?, Reason::Default))
}
