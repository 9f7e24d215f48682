//! Takes the fields of one JSON object, one rule per kind of field, so that every fault reads alike.

use serde_json::{Map, Value};

use crate::fault::{Code, Fault, shown};
use crate::limits::{AHEAD, EARLIEST, EXPERIMENTS, ID_BYTES, NAME_BYTES, SAFE_INTEGER};

/// The fields not yet taken of the object at `place`.
pub(crate) struct Fields<'a> {
    place: &'a str,
    left: Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(place: &'a str, value: Value) -> Result<Self, Fault> {
        match value {
            Value::Object(left) => Ok(Fields { place, left }),
            _ => Err(Fault::new(place, Code::WrongType, "an event is a JSON object")),
        }
    }

    pub(crate) fn fault(&self, field: &str, code: Code, message: impl Into<String>) -> Fault {
        Fault::new(format!("{}.{field}", self.place), code, message)
    }

    /// Takes a field; `null` is the same as absent, as JavaScript senders mean it.
    pub(crate) fn take(&mut self, field: &str) -> Option<Value> {
        self.left.remove(field).filter(|value| !value.is_null())
    }

    fn must(&mut self, field: &str) -> Result<Value, Fault> {
        self.take(field).ok_or_else(|| self.fault(field, Code::Missing, "missing; every event of this type needs it"))
    }

    pub(crate) fn text(&mut self, field: &str) -> Result<String, Fault> {
        match self.must(field)? {
            Value::String(text) => Ok(text),
            _ => Err(self.fault(field, Code::WrongType, "must be a string")),
        }
    }

    /// A key people chose: an experiment, a variant, a unit type.
    pub(crate) fn key(&mut self, field: &str) -> Result<String, Fault> {
        let text = self.text(field)?;
        check_key(&text).map_err(|(code, message)| self.fault(field, code, message))?;
        Ok(text)
    }

    /// The name of an event.
    pub(crate) fn name(&mut self, field: &str) -> Result<String, Fault> {
        let text = self.text(field)?;
        let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '_');
        let rest = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:/$-".contains(&byte));
        if text.len() > NAME_BYTES {
            return Err(self.fault(field, Code::TooLarge, format!("longer than {NAME_BYTES} bytes")));
        }
        if !starts || !rest {
            let message = format!(
                "`{}` is not an event name; start with a letter, then letters, digits and _ . : / $ -",
                shown(&text)
            );
            return Err(self.fault(field, Code::BadValue, message));
        }
        Ok(text)
    }

    /// A field of lower case hex digits of a fixed length.
    pub(crate) fn hex(&mut self, field: &str, digits: usize) -> Result<String, Fault> {
        let text = self.text(field)?;
        if text.len() != digits || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            let message = format!("`{}` must be {digits} lower case hex digits, as the decision gave it", shown(&text));
            return Err(self.fault(field, Code::BadValue, message));
        }
        Ok(text)
    }

    pub(crate) fn unit(&mut self, field: &str) -> Result<String, Fault> {
        let value = self.must(field)?;
        unit_text(value).map_err(|(code, message)| self.fault(field, code, message))
    }

    /// When it happened, as the sender states it. Kept as it is, or refused when nobody can mean it.
    pub(crate) fn time(&mut self, field: &str, now: i64) -> Result<i64, Fault> {
        let value = self.must(field)?;
        let Some(at) = value.as_i64() else {
            return Err(self.fault(
                field,
                Code::WrongType,
                "must be an integer, milliseconds since the Unix epoch, UTC",
            ));
        };
        if at < EARLIEST {
            let message =
                format!("`{at}` is before the year 2000; send milliseconds since the Unix epoch, not seconds");
            return Err(self.fault(field, Code::BadTime, message));
        }
        if at > now.saturating_add(AHEAD) {
            let message = format!("`{at}` is more than a year ahead; send milliseconds since the Unix epoch");
            return Err(self.fault(field, Code::BadTime, message));
        }
        Ok(at)
    }

    /// Refuses what was made so long ago that the ledger may have counted it and let it go.
    pub(crate) fn recent(&self, field: &str, made: i64, horizon: i64) -> Result<(), Fault> {
        if made < horizon {
            let message = "older than the facts the ledger still keeps, so it cannot tell whether it has counted this one; \
                           a server may bring in the past with `\"source\": \"import\"`";
            return Err(self.fault(field, Code::TooOld, message));
        }
        Ok(())
    }

    /// Where the event comes from, when that is not the moment itself. Only servers may bring in the past.
    pub(crate) fn imported(&mut self, may_import: bool) -> Result<bool, Fault> {
        match self.take("source") {
            None => Ok(false),
            Some(Value::String(source)) if source == "import" && may_import => Ok(true),
            Some(Value::String(source)) if source == "import" => Err(self.fault(
                "source",
                Code::NotAllowed,
                "only a server key may import; use one, or leave `source` out",
            )),
            Some(_) => Err(self.fault("source", Code::BadValue, "must be `import`, or left out")),
        }
    }

    /// The active experiments and their variants.
    pub(crate) fn experiments(&mut self, field: &str) -> Result<Map<String, Value>, Fault> {
        let map = match self.take(field) {
            None => return Ok(Map::new()),
            Some(Value::Object(map)) => map,
            Some(_) => return Err(self.fault(field, Code::WrongType, "must be an object of experiment to variant")),
        };
        if map.len() > EXPERIMENTS {
            return Err(self.fault(field, Code::TooLarge, format!("more than {EXPERIMENTS} experiments")));
        }
        for (experiment, variant) in &map {
            let place = format!("{field}.{}", shown(experiment));
            let Value::String(variant) = variant else {
                return Err(self.fault(&place, Code::WrongType, "must be the name of a variant"));
            };
            for key in [experiment, variant] {
                check_key(key).map_err(|(code, message)| self.fault(&place, code, message))?;
            }
        }
        Ok(map)
    }

    /// Refuses what is left over.
    pub(crate) fn finish(self, known: &str) -> Result<(), Fault> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(field) => {
                let message = format!("unknown field; known here are {known}");
                Err(self.fault(&shown(field), Code::UnknownField, message))
            }
        }
    }
}

type Flaw = (Code, String);

pub(crate) fn check_key(text: &str) -> Result<(), Flaw> {
    if text.is_empty() {
        return Err((Code::BadValue, "must not be empty".to_owned()));
    }
    if text.len() > ID_BYTES {
        return Err((Code::TooLarge, format!("longer than {ID_BYTES} bytes")));
    }
    if text.chars().any(char::is_control) {
        return Err((Code::BadValue, "must not hold control characters".to_owned()));
    }
    Ok(())
}

/// A unit id as the bucketing reads it: text, or a safe integer written in decimal.
pub(crate) fn unit_text(value: Value) -> Result<String, Flaw> {
    let text = match value {
        Value::String(text) => text,
        Value::Number(number) => match number.as_i64() {
            Some(integer) if (-SAFE_INTEGER..=SAFE_INTEGER).contains(&integer) => integer.to_string(),
            _ => return Err((Code::BadValue, format!("`{number}` is not a safe integer; send the id as text"))),
        },
        _ => return Err((Code::WrongType, "must be the id as text, or a safe integer".to_owned())),
    };
    check_key(&text)?;
    Ok(text)
}
