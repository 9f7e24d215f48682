use crate::batch::Terms;
use crate::fault::Fault;
use crate::fields::Fields;
use crate::limits::LINK_LATE;

/// Two names of one and the same: this device is this user's. A fact like any other, never taken back; of several links the
/// earliest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// What is randomised before one knows who it is: `visitorId`.
    pub unit_type: String,
    /// Which one.
    pub unit: String,
    /// What it turned out to be: `userId`.
    pub to_type: String,
    /// Which one.
    pub to: String,
    /// Since when it counts: when the sender says it was made, and unless a server says it no earlier than a day before it came in.
    pub at: i64,
}

impl Alias {
    pub(crate) fn take(mut fields: Fields<'_>, Terms { now, may_import, .. }: Terms) -> Result<Self, Fault> {
        let earliest = if may_import { i64::MIN } else { now.saturating_sub(LINK_LATE) };
        let alias = Alias {
            unit_type: fields.key("unitType")?,
            unit: fields.unit("unit")?,
            to_type: fields.key("toType")?,
            to: fields.unit("to")?,
            at: fields.time("at", now)?.max(earliest),
        };
        if alias.unit_type == alias.to_type {
            let message = format!("is `{}` like `unitType`; link units of two types", alias.to_type);
            return Err(fields.fault("toType", crate::Code::BadValue, message));
        }
        fields.finish("`type` `unitType` `unit` `toType` `to` `at`")?;
        Ok(alias)
    }
}
