use super::check::{names, same};
use super::{Bounds, Type, ValueSchema};
use crate::values::bound;
use isoflag_written::{Problems, did_you_mean, member};
use serde_json::Value;
use std::fmt::Display;

/// The keywords, each with the type it speaks of.
const KEYWORDS: [(&str, Option<Type>); 17] = [
    ("type", None),
    ("enum", None),
    ("const", None),
    ("properties", Some(Type::Object)),
    ("required", Some(Type::Object)),
    ("additionalProperties", Some(Type::Object)),
    ("items", Some(Type::Array)),
    ("minItems", Some(Type::Array)),
    ("maxItems", Some(Type::Array)),
    ("minimum", Some(Type::Number)),
    ("maximum", Some(Type::Number)),
    ("exclusiveMinimum", Some(Type::Number)),
    ("exclusiveMaximum", Some(Type::Number)),
    ("minLength", Some(Type::String)),
    ("maxLength", Some(Type::String)),
    ("title", None),
    ("description", None),
];

impl ValueSchema {
    /// Reads a schema, reporting what is not of the subset and what contradicts itself. What is left of a schema with
    /// problems is not to be checked with.
    pub(crate) fn parse(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        let Some(keywords) = json.as_object() else {
            problems.error(path, "a schema is an object of keywords");
            return None;
        };
        let mut schema = Self::default();
        if let Some(types) = keywords.get("type") {
            schema.types = types_of(types, &format!("{path}.type"), problems);
        }
        for (keyword, json) in keywords {
            let path = member(path, keyword);
            schema.keyword(keyword, json, &path, problems);
        }
        if keywords.contains_key("enum") && keywords.contains_key("const") {
            problems.error(format!("{path}.const"), "`enum` and `const` both say what the value is, keep one");
        }
        contradiction(&schema.number, "minimum", path, problems);
        contradiction(&schema.length, "minLength", path, problems);
        contradiction(&schema.count, "minItems", path, problems);
        if schema.closed {
            for (index, name) in schema.required.iter().enumerate().filter(|(_, name)| schema.property(name).is_none())
            {
                let near = did_you_mean(name, schema.properties.iter().map(|(name, _)| name.as_str()));
                let text = format!("`{name}` is required and no property of that name is allowed{near}");
                problems.error(format!("{path}.required[{index}]"), text);
            }
        }
        Some(schema)
    }

    fn keyword(&mut self, keyword: &str, json: &Value, path: &str, problems: &mut Problems) {
        let Some((_, about)) = KEYWORDS.iter().find(|(known, _)| *known == keyword) else {
            let near = match did_you_mean(keyword, KEYWORDS.iter().map(|(known, _)| *known)) {
                near if near.is_empty() => format!("; known are {}", KEYWORDS.map(|(known, _)| known).join(", ")),
                near => near,
            };
            return problems.error(path, format!("`{keyword}` is not a keyword of value schemas{near}"));
        };
        if let Some(about) = about
            && !self.types.is_empty()
            && !self.types.iter().any(|one| about.covers(*one))
        {
            let types = names(&self.types);
            return problems.error(path, format!("`{keyword}` speaks of {}, the type is {types}", about.name()));
        }
        match keyword {
            "enum" => self.one_of = values(json, path, problems),
            "const" => self.one_of = Some(vec![json.clone()]),
            "properties" => self.properties = properties(json, path, problems),
            "required" => self.required = required(json, path, problems),
            "additionalProperties" => match json {
                Value::Bool(open) => self.closed = !open,
                _ => problems.error(path, "give true or false, schemas are not known here"),
            },
            "items" => self.items = Self::parse(json, path, problems).map(Box::new),
            "minimum" => self.number.least = number(json, path, problems),
            "maximum" => self.number.greatest = number(json, path, problems),
            "exclusiveMinimum" => self.exclusive.least = number(json, path, problems),
            "exclusiveMaximum" => self.exclusive.greatest = number(json, path, problems),
            "minLength" => self.length.least = whole(json, path, problems),
            "maxLength" => self.length.greatest = whole(json, path, problems),
            "minItems" => self.count.least = whole(json, path, problems),
            "maxItems" => self.count.greatest = whole(json, path, problems),
            "title" | "description" if !json.is_string() => problems.error(path, "give a text"),
            _ => {}
        }
    }
}

fn types_of(json: &Value, path: &str, problems: &mut Problems) -> Vec<Type> {
    let written: Option<Vec<&str>> = match json {
        Value::String(one) => Some(vec![one]),
        Value::Array(list) if !list.is_empty() => list.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(written) = written else {
        problems.error(path, "give a type or a list of types");
        return Vec::new();
    };
    let mut types = Vec::new();
    for name in written {
        match Type::ALL.iter().find(|(known, _)| *known == name) {
            Some((_, one)) if types.contains(one) => problems.error(path, twice(&format!("`{name}`"))),
            Some((_, one)) => types.push(*one),
            None => {
                let near = match did_you_mean(name, Type::ALL.iter().map(|(known, _)| *known)) {
                    near if near.is_empty() => format!("; there are {}", Type::ALL.map(|(known, _)| known).join(", ")),
                    near => near,
                };
                problems.error(path, format!("`{name}` is not a type{near}"));
            }
        }
    }
    types
}

fn twice(what: &str) -> String {
    format!("{what} is written twice, keep one of the two")
}

fn values(json: &Value, path: &str, problems: &mut Problems) -> Option<Vec<Value>> {
    let Some(list) = json.as_array().filter(|list| !list.is_empty()) else {
        problems.error(path, "give a list of at least one value");
        return None;
    };
    for (index, value) in list.iter().enumerate() {
        if list.iter().take(index).any(|before| same(before, value)) {
            problems.error(format!("{path}[{index}]"), twice(&value.to_string()));
        }
    }
    Some(list.clone())
}

fn properties(json: &Value, path: &str, problems: &mut Problems) -> Vec<(String, ValueSchema)> {
    let Some(members) = json.as_object() else {
        problems.error(path, "give an object of schemas");
        return Vec::new();
    };
    members
        .iter()
        .filter_map(|(name, json)| {
            let schema = ValueSchema::parse(json, &member(path, name), problems)?;
            Some((name.clone(), schema))
        })
        .collect()
}

fn required(json: &Value, path: &str, problems: &mut Problems) -> Vec<String> {
    let names: Option<Vec<&str>> = json.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    let Some(names) = names else {
        problems.error(path, "give a list of names");
        return Vec::new();
    };
    for (index, name) in names.iter().enumerate() {
        if names.iter().take(index).any(|before| before == name) {
            problems.error(format!("{path}[{index}]"), twice(&format!("`{name}`")));
        }
    }
    names.into_iter().map(str::to_owned).collect()
}

fn number(json: &Value, path: &str, problems: &mut Problems) -> Option<f64> {
    let Value::Number(number) = json else {
        problems.error(path, "give a number");
        return None;
    };
    bound(number, path, problems)
}

/// 2.0 is a whole number too.
fn whole(json: &Value, path: &str, problems: &mut Problems) -> Option<u64> {
    let fits = |one: &f64| one.fract() == 0.0 && (0.0..=9_007_199_254_740_991.0).contains(one);
    let number = json.as_f64().filter(fits).map(|one| one as u64);
    if number.is_none() {
        problems.error(path, "give a whole number, 0 or more");
    }
    number
}

fn contradiction<T: PartialOrd + Display>(bounds: &Bounds<T>, least: &str, path: &str, problems: &mut Problems) {
    if let (Some(low), Some(high)) = (&bounds.least, &bounds.greatest)
        && low > high
    {
        let text = format!("the minimum {low} is above the maximum {high}, so nothing fits");
        problems.error(format!("{path}.{least}"), text);
    }
}
