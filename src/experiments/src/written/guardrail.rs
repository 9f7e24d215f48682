//! A metric that must not get worse, and by how much it may.

use crate::written::MdeKind;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// A guardrail: its key alone, or with a margin, which makes it possible to show that it is safe.
#[derive(Clone, Debug, PartialEq)]
pub struct Guardrail {
    /// Key of the metric.
    pub metric: String,
    /// How much worse is still acceptable: percent of control, or (absolute) percentage points, or the metric's own unit.
    pub margin: Option<f64>,
    /// What `margin` is a share of.
    pub margin_kind: MdeKind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Whole {
    metric: String,
    margin: f64,
    #[serde(default)]
    margin_kind: MdeKind,
}

impl<'de> Deserialize<'de> for Guardrail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Guardrail;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of a metric, or an object with `metric` and `margin`")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Guardrail, E> {
        Ok(Guardrail { metric: key.into(), margin: None, margin_kind: MdeKind::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Guardrail, A::Error> {
        let Whole { metric, margin, margin_kind } = Whole::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Guardrail { metric, margin: Some(margin), margin_kind })
    }
}
