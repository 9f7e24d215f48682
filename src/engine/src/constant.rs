use crate::bytes::{u8_at, u16_at, u32_at};
use crate::layout::OUTCOME_VARIANT;
use crate::{Decision, Flag, Reason};

impl Flag<'_> {
    /// The decision no context and no time can change, if the flag has one: it is off, or has no rules, or its first rule
    /// takes everybody. A host may keep it and not ask again; an override it was handed comes first all the same.
    pub fn constant(&self) -> Option<Decision> {
        if !self.enabled()? {
            return Some(Decision::plain(self.off()?, Reason::Off));
        }
        if self.prerequisites()?.1 != 0 {
            return None;
        }
        if self.rules()? == 0 {
            return Some(Decision::plain(self.default()?, Reason::Default));
        }
        let rule = self.rule(0)?;
        if u16_at(rule, 4)? != 0 || u8_at(rule, 6)? != OUTCOME_VARIANT {
            return None;
        }
        let variant = self.served(u16::try_from(u32_at(rule, 8)?).ok()?)?;
        Some(Decision { rule: Some(0), ..Decision::plain(variant, Reason::Targeted) })
    }
}
