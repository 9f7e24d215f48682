use crate::value::Value;
use isoflag_stats::{Interval, PValue};

/// Answers by key; what does not exist is `Null`.
#[derive(Clone, Debug, Default)]
pub struct Answers(Vec<(String, Value)>);

impl Answers {
    /// Only that there is no result.
    #[inline(never)]
    pub(crate) fn undefined() -> Self {
        Self::default().with("defined", false)
    }

    /// The same with one more answer, or another one to the same key.
    pub(crate) fn with(self, key: &str, value: impl Say) -> Self {
        self.put(key, value.say())
    }

    /// The same with one more value, or another one under the same key.
    // Not inlined, as all that follows: hundreds of calls would be most of the wasm.
    #[inline(never)]
    #[must_use]
    pub fn put(mut self, key: &str, value: Value) -> Self {
        self.0.retain(|(name, _)| name != key);
        self.0.push((key.into(), value));
        self
    }

    /// The same with all of `other`.
    #[inline(never)]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.retain(|(key, _)| other.get(key).is_none());
        self.0.extend(other.0);
        self
    }

    /// The answer to `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

impl From<Answers> for Value {
    fn from(answers: Answers) -> Self {
        Self::Object(answers.0)
    }
}

/// What can be said.
pub(crate) trait Say {
    fn say(self) -> Value;
}

impl Say for f64 {
    fn say(self) -> Value {
        Value::Number(self)
    }
}

impl Say for bool {
    fn say(self) -> Value {
        Value::Bool(self)
    }
}

impl Say for &str {
    fn say(self) -> Value {
        Value::String(self.into())
    }
}

impl Say for usize {
    fn say(self) -> Value {
        Value::Number(self as f64)
    }
}

impl<T: Say> Say for Option<T> {
    fn say(self) -> Value {
        self.map_or(Value::Null, Say::say)
    }
}

impl<T: Say> Say for Vec<T> {
    #[inline(never)]
    fn say(self) -> Value {
        Value::Array(self.into_iter().map(Say::say).collect())
    }
}

/// `answers! { "key": value, … }`
macro_rules! answers {
    ($($key:literal: $value:expr),* $(,)?) => {
        crate::Answers::default()$(.with($key, $value))*
    };
}
pub(crate) use answers;

/// Both ends under the vectors' names.
#[inline(never)]
pub(crate) fn ends(interval: Interval) -> Answers {
    answers! { "ci_low": interval.low, "ci_high": interval.high }
}

/// The chance and its logarithm under the vectors' names.
#[inline(never)]
pub(crate) fn chance(p: PValue) -> Answers {
    answers! { "p_value": p.p_value, "log_p_value": p.log_p_value }
}
