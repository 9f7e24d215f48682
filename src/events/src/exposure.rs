use serde_json::Value;

use crate::batch::Terms;
use crate::fault::{Code, Fault};
use crate::fields::Fields;

/// A unit was shown a variant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exposure {
    /// Key of the experiment, which is the key of its flag.
    pub experiment: String,
    /// The uninterrupted life of the experiment it belongs to, 8 hex digits.
    pub run: String,
    /// What is randomised, by its attribute's name: `visitorId`.
    pub unit_type: String,
    /// Which one.
    pub unit: String,
    /// What it was shown.
    pub variant: String,
    /// When, as the sender states it.
    pub at: i64,
    /// Digest of the program that decided, 64 hex digits.
    pub program: Option<String>,
    /// Brought in from elsewhere, after the fact.
    pub imported: bool,
    /// A preview or a test: the variant was asked for and not decided.
    pub overridden: bool,
    /// What the server that decided signed it with, base64url.
    pub attestation: Option<String>,
}

impl Exposure {
    pub(crate) fn take(mut fields: Fields<'_>, terms: Terms) -> Result<Self, Fault> {
        let exposure = Exposure {
            experiment: fields.key("experiment")?,
            run: fields.hex("run", 8)?,
            unit_type: fields.key("unitType")?,
            unit: fields.unit("unit")?,
            variant: fields.key("variant")?,
            at: fields.time("at", terms.now)?,
            program: match fields.take("program") {
                None => None,
                Some(Value::String(digest)) if is_digest(&digest) => Some(digest),
                Some(_) => {
                    return Err(fields.fault("program", Code::BadValue, "must be a digest, 64 lower case hex digits"));
                }
            },
            imported: fields.imported(terms.may_import)?,
            overridden: match fields.take("override") {
                None => false,
                Some(Value::Bool(overridden)) => overridden,
                Some(_) => return Err(fields.fault("override", Code::WrongType, "must be true or false, or left out")),
            },
            attestation: match fields.take("attestation") {
                None => None,
                Some(Value::String(tag)) if is_tag(&tag) => Some(tag),
                Some(_) => {
                    let message = "must be 22 letters of base64url, as the snapshot brought it, or left out";
                    return Err(fields.fault("attestation", Code::BadValue, message));
                }
            },
        };
        if !exposure.imported {
            fields.recent("at", exposure.at, terms.horizon)?;
        }
        fields.finish(
            "`type` `experiment` `run` `unitType` `unit` `variant` `at` `program` `attestation` `override` `source`",
        )?;
        Ok(exposure)
    }
}

fn is_tag(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
