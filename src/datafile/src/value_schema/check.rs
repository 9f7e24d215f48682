use super::{Type, ValueSchema};
use isoflag_written::{Problems, did_you_mean, member};
use serde_json::{Map, Value};

impl ValueSchema {
    /// Reports everything in `value` that is not as the schema says.
    pub(crate) fn check(&self, value: &Value, path: &str, problems: &mut Problems) {
        let narrow = Type::of(value);
        if !self.types.is_empty() && !self.types.iter().any(|one| one.covers(narrow)) {
            let types = names(&self.types);
            return problems.error(path, format!("the schema asks for {types}, this is {value}"));
        }
        if let Some(allowed) = &self.one_of
            && !allowed.iter().any(|one| same(one, value))
        {
            let allowed: Vec<String> = allowed.iter().map(Value::to_string).collect();
            let allowed = allowed.join(", ");
            return problems.error(path, format!("{value} is not one of the values the schema allows: {allowed}"));
        }
        match value {
            Value::Number(number) => self.check_number(number.as_f64().unwrap_or(f64::NAN), path, problems),
            Value::String(text) => {
                let length = text.chars().count() as u64;
                if self.length.least.is_some_and(|least| length < least)
                    || self.length.greatest.is_some_and(|greatest| length > greatest)
                {
                    problems.error(path, count("the text has", length, "characters", &self.length));
                }
            }
            Value::Array(values) => {
                let length = values.len() as u64;
                if self.count.least.is_some_and(|least| length < least)
                    || self.count.greatest.is_some_and(|greatest| length > greatest)
                {
                    problems.error(path, count("the list has", length, "members", &self.count));
                }
                let Some(items) = &self.items else { return };
                for (index, value) in values.iter().enumerate() {
                    items.check(value, &format!("{path}[{index}]"), problems);
                }
            }
            Value::Object(members) => self.check_members(members, path, problems),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn check_number(&self, number: f64, path: &str, problems: &mut Problems) {
        for (broken, bound, text) in [
            (self.number.least.is_some_and(|bound| number < bound), self.number.least, "is below the minimum"),
            (self.number.greatest.is_some_and(|bound| number > bound), self.number.greatest, "is above the maximum"),
            (self.exclusive.least.is_some_and(|bound| number <= bound), self.exclusive.least, "is not above"),
            (self.exclusive.greatest.is_some_and(|bound| number >= bound), self.exclusive.greatest, "is not below"),
        ] {
            if let (true, Some(bound)) = (broken, bound) {
                problems.error(path, format!("{number} {text} {bound}"));
            }
        }
    }

    fn check_members(&self, members: &Map<String, Value>, path: &str, problems: &mut Problems) {
        for name in self.required.iter().filter(|name| !members.contains_key(*name)) {
            problems.error(path, format!("`{name}` is missing, the schema requires it"));
        }
        for (name, value) in members {
            let path = member(path, name);
            match self.property(name) {
                Some(schema) => schema.check(value, &path, problems),
                None if self.closed => {
                    let near = did_you_mean(name, self.properties.iter().map(|(name, _)| name.as_str()));
                    problems.error(&path, format!("the schema has no property `{name}`{near}"));
                }
                None => {}
            }
        }
    }

    pub(super) fn property(&self, name: &str) -> Option<&Self> {
        self.properties.iter().find_map(|(known, schema)| (known == name).then_some(schema))
    }
}

pub(super) fn names(types: &[Type]) -> String {
    types.iter().map(|one| one.name()).collect::<Vec<_>>().join(" or ")
}

fn count(what: &str, found: u64, of: &str, bounds: &super::Bounds<u64>) -> String {
    match (bounds.least, bounds.greatest) {
        (Some(least), _) if found < least => format!("{what} {found} {of}, at least {least} are asked for"),
        (_, Some(greatest)) => format!("{what} {found} {of}, at most {greatest} are allowed"),
        _ => format!("{what} {found} {of}"),
    }
}

/// Equality as JSON Schema has it: 1 and 1.0 are the same number.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
