//! Fields that may be written in more than one form.

use super::{Attribute, AttributeType, Step};
use isoflag_written::given;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// One text or a list of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    texts: Vec<String>,
    /// Whether it was written as a list, for the paths of its members.
    listed: bool,
}

impl Texts {
    /// Every text with the path where it stands.
    pub fn each<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a str, String)> {
        self.texts.iter().enumerate().map(move |(index, text)| {
            (text.as_str(), if self.listed { format!("{path}[{index}]") } else { path.to_owned() })
        })
    }

    /// The texts.
    pub fn all(&self) -> &[String] {
        &self.texts
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts { texts: vec![text.to_owned()], listed: false })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Texts { texts, listed: true })
            }
        }
        deserializer.deserialize_any(Visit)
    }
}

/// The share of units let in: one percentage, or steps that open it over time.
#[derive(Debug)]
pub enum Gate {
    /// In percent.
    Whole(f64),
    /// In order of time.
    Ramp(Vec<Step>),
}

impl<'de> Deserialize<'de> for Gate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Gate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a percentage or a list of steps")
            }

            fn visit_f64<E: Error>(self, percent: f64) -> Result<Gate, E> {
                Ok(Gate::Whole(percent))
            }

            fn visit_u64<E: Error>(self, percent: u64) -> Result<Gate, E> {
                Ok(Gate::Whole(percent as f64))
            }

            fn visit_i64<E: Error>(self, percent: i64) -> Result<Gate, E> {
                Ok(Gate::Whole(percent as f64))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Gate, A::Error> {
                let mut steps = Vec::new();
                while let Some(step) = list.next_element()? {
                    steps.push(step);
                }
                Ok(Gate::Ramp(steps))
            }
        }
        deserializer.deserialize_any(Visit)
    }
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct Full {
            #[serde(rename = "type")]
            kind: AttributeType,
            #[serde(default, deserialize_with = "given")]
            description: Option<String>,
            #[serde(default, deserialize_with = "given")]
            values: Option<Vec<String>>,
        }

        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Attribute;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type, or an object with a `type`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Attribute, E> {
                let kind = AttributeType::deserialize(StrDeserializer::new(name))?;
                Ok(Attribute { kind, description: None, values: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Attribute, A::Error> {
                let Full { kind, description, values } = Full::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Attribute { kind, description, values })
            }
        }
        deserializer.deserialize_any(Visit)
    }
}
