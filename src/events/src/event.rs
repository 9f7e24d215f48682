use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::batch::Terms;
use crate::fault::{Code, Fault, shown};
use crate::fields::{Fields, check_key, unit_text};
use crate::limits::{AHEAD, NAME_BYTES, PROPERTIES_BYTES, UNITS};
use crate::uuid;

/// Something happened to a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// UUIDv7 made once by the sender, in lower case. Sent again, it counts once.
    pub id: String,
    /// What happened.
    pub name: String,
    /// To whom, by unit type: `visitorId`, `userId`, ….
    pub units: BTreeMap<String, String>,
    /// When, as the sender states it.
    pub at: i64,
    /// What else is known.
    pub properties: Map<String, Value>,
    /// The experiments the sender was in, and their variants.
    pub experiments: Map<String, Value>,
    /// Brought in from elsewhere, after the fact.
    pub imported: bool,
}

impl Event {
    pub(crate) fn take(mut fields: Fields<'_>, terms: Terms) -> Result<Self, Fault> {
        let event = Event {
            id: id(&mut fields, terms.now)?,
            name: fields.name("name")?,
            units: units(&mut fields)?,
            at: fields.time("at", terms.now)?,
            properties: properties(&mut fields)?,
            experiments: fields.experiments("experiments")?,
            imported: fields.imported(terms.may_import)?,
        };
        if !event.imported {
            fields.recent("id", uuid::time(&event.id), terms.horizon)?;
        }
        fields.finish("`type` `id` `name` `units` `at` `properties` `experiments` `source`")?;
        Ok(event)
    }
}

fn id(fields: &mut Fields<'_>, now: i64) -> Result<String, Fault> {
    let text = fields.text("id")?;
    let id = uuid::v7(&text).ok_or_else(|| {
        fields.fault("id", Code::BadValue, format!("`{}` is not a UUID of version 7; make one per event", shown(&text)))
    })?;
    // An event is kept for so long after the time in its id: one from the year 9000 would be kept for good.
    if uuid::time(&id) > now.saturating_add(AHEAD) {
        let message = format!("`{id}` says it was made more than a year ahead; its first 48 bits are milliseconds");
        return Err(fields.fault("id", Code::BadTime, message));
    }
    Ok(id)
}

fn units(fields: &mut Fields<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let map = match fields.take("units") {
        Some(Value::Object(map)) => map,
        Some(_) => return Err(fields.fault("units", Code::WrongType, "must be an object of unit type to id")),
        None => {
            return Err(fields.fault(
                "units",
                Code::Missing,
                "missing; say whom it happened to, as in {\"visitorId\": \"…\"}",
            ));
        }
    };
    if map.is_empty() {
        return Err(fields.fault(
            "units",
            Code::BadValue,
            "empty; say whom it happened to, as in {\"visitorId\": \"…\"}",
        ));
    }
    if map.len() > UNITS {
        return Err(fields.fault("units", Code::TooLarge, format!("more than {UNITS} units")));
    }
    let mut units = BTreeMap::new();
    for (unit_type, value) in map {
        let place = format!("units.{}", shown(&unit_type));
        check_key(&unit_type).map_err(|(code, message)| fields.fault(&place, code, message))?;
        let unit = unit_text(value).map_err(|(code, message)| fields.fault(&place, code, message))?;
        units.insert(unit_type, unit);
    }
    Ok(units)
}

fn properties(fields: &mut Fields<'_>) -> Result<Map<String, Value>, Fault> {
    let map = match fields.take("properties") {
        None => return Ok(Map::new()),
        Some(Value::Object(map)) => map,
        Some(_) => return Err(fields.fault("properties", Code::WrongType, "must be an object of name to value")),
    };
    for name in map.keys() {
        // A metric names a property in a JSON path, where these two characters cannot be written.
        let writable = !name.contains(['"', '\\']) && !name.chars().any(char::is_control);
        if name.is_empty() || name.len() > NAME_BYTES || !writable {
            let message =
                format!("a property name has 1 to {NAME_BYTES} bytes, no quotes, backslashes or control characters");
            return Err(fields.fault(&format!("properties.{}", shown(name)), Code::BadValue, message));
        }
    }
    let bytes = serde_json::to_string(&map).map_or(usize::MAX, |text| text.len());
    if bytes > PROPERTIES_BYTES {
        return Err(fields.fault(
            "properties",
            Code::TooLarge,
            format!("{bytes} bytes of JSON, {PROPERTIES_BYTES} are allowed"),
        ));
    }
    Ok(map)
}
