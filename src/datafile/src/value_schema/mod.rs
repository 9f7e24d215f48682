//! The schema a flag of type `json` may declare for the values of its variants: a named subset of JSON Schema 2020-12.
//!
//! | keyword | says |
//! |---|---|
//! | `type` | one of `null` `boolean` `object` `array` `number` `integer` `string`, or a list of them |
//! | `enum`, `const` | the value is one of these, is this |
//! | `properties`, `required`, `additionalProperties` (a boolean) | of objects |
//! | `items`, `minItems`, `maxItems` | of arrays |
//! | `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` | of numbers |
//! | `minLength`, `maxLength` (in code points) | of strings |
//! | `title`, `description` | for people |
//!
//! What is accepted means what JSON Schema means by it, so any other validator agrees. What is not in the table is
//! refused rather than passed over: a keyword nobody checks is a promise nobody keeps. Refused as well are schemas that
//! contradict themselves (a `minimum` above the `maximum`, a keyword that speaks of a type not allowed).
//!
//! *Why no `$ref`, `anyOf`, `pattern`?* The schema describes one configuration value, written beside it. What needs a
//! type system is better checked in the code that reads the value, where [types are generated](crate) for it.

mod check;
mod parse;

use serde_json::Value;

/// A schema, read and found consistent.
#[derive(Debug, Default)]
pub(crate) struct ValueSchema {
    /// The types allowed; any when empty.
    types: Vec<Type>,
    /// `enum`, or `const` as an enumeration of one.
    one_of: Option<Vec<Value>>,
    properties: Vec<(String, ValueSchema)>,
    required: Vec<String>,
    /// `additionalProperties: false`.
    closed: bool,
    items: Option<Box<ValueSchema>>,
    number: Bounds<f64>,
    exclusive: Bounds<f64>,
    length: Bounds<u64>,
    count: Bounds<u64>,
}

/// A least and a greatest value, each if given.
#[derive(Debug, Default)]
struct Bounds<T> {
    least: Option<T>,
    greatest: Option<T>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Null,
    Boolean,
    Object,
    Array,
    Number,
    Integer,
    String,
}

impl Type {
    const ALL: [(&'static str, Self); 7] = [
        ("null", Self::Null),
        ("boolean", Self::Boolean),
        ("object", Self::Object),
        ("array", Self::Array),
        ("number", Self::Number),
        ("integer", Self::Integer),
        ("string", Self::String),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find_map(|(name, one)| (*one == self).then_some(*name)).unwrap_or_default()
    }

    /// The narrowest type of a value.
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Object(_) => Self::Object,
            Value::Array(_) => Self::Array,
            Value::String(_) => Self::String,
            // 3.0 is an integer, as JSON Schema has it.
            Value::Number(number) => {
                let whole = number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|one| one.fract() == 0.0);
                if whole { Self::Integer } else { Self::Number }
            }
        }
    }

    /// Whether a value whose narrowest type is `narrow` is of this type.
    fn covers(self, narrow: Self) -> bool {
        self == narrow || (self == Self::Number && narrow == Self::Integer)
    }
}

#[cfg(test)]
mod tests {
    use super::ValueSchema;
    use isoflag_written::Problems;
    use serde_json::{Value, json};

    fn parse(schema: &Value) -> Result<ValueSchema, Vec<String>> {
        let mut problems = Problems::default();
        let parsed = ValueSchema::parse(schema, "$.schema", &mut problems);
        if problems.errors.is_empty() { Ok(parsed.unwrap()) } else { Err(texts(&problems)) }
    }

    fn texts(problems: &Problems) -> Vec<String> {
        problems.errors.iter().map(ToString::to_string).collect()
    }

    fn check(schema: &Value, value: &Value) -> Vec<String> {
        let mut problems = Problems::default();
        parse(schema).unwrap().check(value, "$.v", &mut problems);
        texts(&problems)
    }

    #[test]
    fn a_value_of_the_schema_passes() {
        let schema = json!({
            "type": "object", "required": ["title", "price"], "additionalProperties": false,
            "properties": {
                "title": { "type": "string", "minLength": 1, "maxLength": 5, "description": "shown" },
                "price": { "type": ["number", "null"], "minimum": 0, "exclusiveMaximum": 100 },
                "count": { "type": "integer" },
                "tags": { "type": "array", "items": { "enum": ["new", "old"] }, "minItems": 1, "maxItems": 2 },
                "kind": { "const": { "a": 1 } }
            }
        });
        for value in [
            json!({ "title": "😀😀😀😀😀", "price": 99.99 }),
            json!({ "title": "a", "price": null, "count": 3.0, "tags": ["new", "old"], "kind": { "a": 1.0 } }),
        ] {
            assert_eq!(check(&schema, &value), [""; 0], "{value}");
        }
    }

    #[test]
    fn every_mistake_in_a_value_is_named_where_it_stands() {
        let closed = json!({ "properties": { "price": {} }, "required": ["price"], "additionalProperties": false });
        for (schema, value, expected) in [
            (json!({ "type": "integer" }), json!(1.5), "$.v: the schema asks for integer, this is 1.5"),
            (json!({ "type": ["string", "null"] }), json!({}), "$.v: the schema asks for string or null, this is {}"),
            (json!({ "enum": [1, "a"] }), json!("b"), r#"$.v: "b" is not one of the values the schema allows: 1, "a""#),
            (json!({ "const": [1] }), json!([1, 2]), "$.v: [1,2] is not one of the values the schema allows: [1]"),
            (json!({ "minimum": 2 }), json!(1), "$.v: 1 is below the minimum 2"),
            (json!({ "maximum": 2 }), json!(2.5), "$.v: 2.5 is above the maximum 2"),
            (json!({ "exclusiveMinimum": 2 }), json!(2), "$.v: 2 is not above 2"),
            (json!({ "exclusiveMaximum": 2 }), json!(2), "$.v: 2 is not below 2"),
            (json!({ "minLength": 2 }), json!("é"), "$.v: the text has 1 characters, at least 2 are asked for"),
            (json!({ "maxLength": 1 }), json!("éé"), "$.v: the text has 2 characters, at most 1 are allowed"),
            (json!({ "minItems": 1 }), json!([]), "$.v: the list has 0 members, at least 1 are asked for"),
            (json!({ "maxItems": 0 }), json!([1]), "$.v: the list has 1 members, at most 0 are allowed"),
            (
                json!({ "items": { "type": "string" } }),
                json!(["a", 1]),
                "$.v[1]: the schema asks for string, this is 1",
            ),
            (closed.clone(), json!({}), "$.v: `price` is missing, the schema requires it"),
            (
                closed,
                json!({ "price": 1, "prise": 2 }),
                "$.v.prise: the schema has no property `prise`, did you mean `price`?",
            ),
        ] {
            assert_eq!(check(&schema, &value), [expected], "{schema} {value}");
        }
    }

    #[test]
    fn a_keyword_says_nothing_of_other_types() {
        let schema =
            json!({ "minimum": 2, "minLength": 2, "minItems": 2, "required": ["a"], "items": { "type": "null" } });
        for value in [json!(true), json!(null)] {
            assert_eq!(check(&schema, &value), [""; 0]);
        }
    }

    #[test]
    fn every_mistake_in_a_schema_is_named_where_it_stands() {
        for (schema, expected) in [
            (json!(true), "$.schema: a schema is an object of keywords"),
            (json!({ "typ": "string" }), "$.schema.typ: `typ` is not a keyword of value schemas, did you mean `type`?"),
            (
                json!({ "pattern": "a" }),
                "$.schema.pattern: `pattern` is not a keyword of value schemas; known are type, enum, const, properties, required, additionalProperties, items, minItems, maxItems, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, title, description",
            ),
            (
                json!({ "type": "int" }),
                "$.schema.type: `int` is not a type; there are null, boolean, object, array, number, integer, string",
            ),
            (json!({ "type": "strng" }), "$.schema.type: `strng` is not a type, did you mean `string`?"),
            (json!({ "type": [] }), "$.schema.type: give a type or a list of types"),
            (json!({ "type": 3 }), "$.schema.type: give a type or a list of types"),
            (json!({ "type": ["null", "null"] }), "$.schema.type: `null` is written twice, keep one of the two"),
            (json!({ "enum": [] }), "$.schema.enum: give a list of at least one value"),
            (json!({ "enum": [1, 1.0] }), "$.schema.enum[1]: 1.0 is written twice, keep one of the two"),
            (
                json!({ "enum": [1], "const": 1 }),
                "$.schema.const: `enum` and `const` both say what the value is, keep one",
            ),
            (json!({ "properties": [] }), "$.schema.properties: give an object of schemas"),
            (json!({ "properties": { "a.b": 1 } }), r#"$.schema.properties["a.b"]: a schema is an object of keywords"#),
            (json!({ "required": "a" }), "$.schema.required: give a list of names"),
            (json!({ "required": ["a", "a"] }), "$.schema.required[1]: `a` is written twice, keep one of the two"),
            (
                json!({ "required": ["prise"], "properties": { "price": {} }, "additionalProperties": false }),
                "$.schema.required[0]: `prise` is required and no property of that name is allowed, did you mean `price`?",
            ),
            (
                json!({ "additionalProperties": {} }),
                "$.schema.additionalProperties: give true or false, schemas are not known here",
            ),
            (json!({ "items": [] }), "$.schema.items: a schema is an object of keywords"),
            (json!({ "minimum": "1" }), "$.schema.minimum: give a number"),
            (json!({ "maxLength": 1.5 }), "$.schema.maxLength: give a whole number, 0 or more"),
            (json!({ "minItems": -1 }), "$.schema.minItems: give a whole number, 0 or more"),
            (
                json!({ "minimum": 2, "maximum": 1 }),
                "$.schema.minimum: the minimum 2 is above the maximum 1, so nothing fits",
            ),
            (
                json!({ "minLength": 2, "maxLength": 1 }),
                "$.schema.minLength: the minimum 2 is above the maximum 1, so nothing fits",
            ),
            (
                json!({ "type": "number", "minLength": 2 }),
                "$.schema.minLength: `minLength` speaks of string, the type is number",
            ),
            (
                json!({ "type": ["array", "null"], "required": [] }),
                "$.schema.required: `required` speaks of object, the type is array or null",
            ),
            (json!({ "description": 1 }), "$.schema.description: give a text"),
        ] {
            assert_eq!(parse(&schema).unwrap_err(), [expected], "{schema}");
        }
    }
}
