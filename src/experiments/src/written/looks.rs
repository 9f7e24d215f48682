//! When one may look at the planned test before its end, and how alpha is spent on it.

use isoflag_stats::Spending;
use isoflag_written::given;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// The looks of a group sequential test: `4`, or `{ "at": [0.25, 0.5, 1], "spending": "pocock" }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// Shares of the planned sample at which one looks, rising, the last one 1.
    pub at: Vec<f64>,
    /// How alpha is spent on the way.
    pub spending: SpendingName,
    /// Of the spending functions that have one.
    pub parameter: Option<f64>,
}

/// The spending functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SpendingName {
    /// Hardly anything early.
    #[default]
    ObrienFleming,
    /// About evenly.
    Pocock,
    /// A power of the share.
    Power,
    /// Hwang, Shih & DeCani.
    HwangShihDeCani,
}

impl Looks {
    /// The function with its parameter.
    pub(crate) fn spending(&self) -> Spending {
        match self.spending {
            SpendingName::ObrienFleming => Spending::OBrienFleming,
            SpendingName::Pocock => Spending::Pocock,
            SpendingName::Power => Spending::Power(self.parameter.unwrap_or(1.0)),
            SpendingName::HwangShihDeCani => Spending::HwangShihDeCani(self.parameter.unwrap_or(0.0)),
        }
    }

    /// Looks at even distances; more than can be are caught by the check.
    fn even(count: u64) -> Vec<f64> {
        let count = count.min(MOST + 1);
        (1..=count).map(|look| look as f64 / count as f64).collect()
    }
}

/// A look a day for a year.
const MOST: u64 = 365;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Whole {
    #[serde(default, deserialize_with = "given")]
    count: Option<u64>,
    #[serde(default, deserialize_with = "given")]
    at: Option<Vec<f64>>,
    #[serde(default)]
    spending: SpendingName,
    #[serde(default, deserialize_with = "given")]
    parameter: Option<f64>,
}

impl<'de> Deserialize<'de> for Looks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Looks;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of looks, or an object with `count` or `at`")
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<Looks, E> {
        Ok(Looks { at: Looks::even(count), spending: SpendingName::default(), parameter: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Looks, A::Error> {
        let Whole { count, at, spending, parameter } = Whole::deserialize(MapAccessDeserializer::new(map))?;
        let at = match (count, at) {
            (Some(count), None) => Looks::even(count),
            (None, Some(at)) => at,
            _ => return Err(Error::custom("looks need either `count` or `at`")),
        };
        Ok(Looks { at, spending, parameter })
    }
}
