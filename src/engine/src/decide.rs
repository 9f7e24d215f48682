use crate::bytes::{u8_at, u32_at};
use crate::condition::holds;
use crate::layout::{OUTCOME_SPLIT, OUTCOME_VARIANT};
use crate::split::{Choice, choose};
use crate::{Attributes, Flag, Input, Pin, Reason};

/// What was decided, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The number of the variant served; `None` only when the flag is unusable or unknown.
    pub variant: Option<u16>,
    /// Why.
    pub reason: Reason,
    /// The number of the rule that decided, counted from 0.
    pub rule: Option<u16>,
    /// The unit's bucket in the split that chose the variant, 0 to 9999.
    pub bucket: Option<u16>,
    /// The attribute whose value was the unit of the split that decided.
    pub unit: Option<u16>,
    /// Whether showing this variant is an exposure to the flag's experiment.
    pub exposed: bool,
}

impl Decision {
    /// A variant that no rule and no unit had a part in.
    const fn plain(variant: u16, reason: Reason) -> Self {
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
    evaluate(flag, input).unwrap_or(Decision::none(Reason::Unusable))
}

/// The order of evaluation. `None` when the flag's bytes are damaged.
#[inline(always)]
fn evaluate<A: Attributes + ?Sized>(flag: &Flag<'_>, input: &Input<'_, A>) -> Option<Decision> {
    if let Pin::Override(variant) = input.pin {
        return Some(Decision::plain(flag.served(variant)?, Reason::Override));
    }
    if !flag.enabled()? {
        return Some(Decision::plain(flag.off()?, Reason::Off));
    }
    for index in 0..flag.rules()? {
        let rule = flag.rule(index)?;
        if !holds(flag.bytes, rule, input.attributes)? {
            continue;
        }
        let target = u32_at(rule, 8)?;
        match u8_at(rule, 6)? {
            OUTCOME_VARIANT => {
                let variant = flag.served(u16::try_from(target).ok()?)?;
                return Some(Decision { rule: Some(index), ..Decision::plain(variant, Reason::Targeted) });
            }
            OUTCOME_SPLIT => match choose(flag, target, input.attributes)? {
                Choice::Outside => {}
                Choice::MissingUnit => {
                    return Some(Decision {
                        rule: Some(index),
                        ..Decision::plain(flag.default()?, Reason::MissingUnit)
                    });
                }
                Choice::Arm { variant, bucket, experiment, unit } => {
                    return Some(Decision {
                        rule: Some(index),
                        bucket: Some(bucket),
                        unit: Some(unit),
                        exposed: experiment,
                        ..Decision::plain(variant, Reason::Split)
                    });
                }
            },
            _ => return None,
        }
    }
    Some(Decision::plain(flag.default()?, Reason::Default))
}
