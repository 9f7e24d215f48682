use isoflag_stats::{Interval, PValue};
use serde_json::{Map, Value};

/// Answers by key, in JSON as the vectors have it: infinities are texts, what does not exist is `null`.
#[derive(Clone, Debug, Default)]
pub struct Answers(Map<String, Value>);

impl Answers {
    /// Only that there is no result.
    pub(super) fn undefined() -> Self {
        Self::default().with("defined", false)
    }

    /// The same with one more answer.
    pub(super) fn with(mut self, key: &str, value: impl Say) -> Self {
        self.0.insert(key.into(), value.say());
        self
    }

    /// The same with all of `other`.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The answer to `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }
}

impl From<Answers> for Value {
    fn from(answers: Answers) -> Self {
        Self::Object(answers.0)
    }
}

/// What can be said in JSON.
pub(super) trait Say {
    fn say(self) -> Value;
}

impl Say for f64 {
    fn say(self) -> Value {
        if self.is_infinite() { Value::from(if self > 0.0 { "inf" } else { "-inf" }) } else { Value::from(self) }
    }
}

impl Say for bool {
    fn say(self) -> Value {
        Value::from(self)
    }
}

impl Say for &str {
    fn say(self) -> Value {
        Value::from(self)
    }
}

impl Say for usize {
    fn say(self) -> Value {
        Value::from(self)
    }
}

impl<T: Say> Say for Option<T> {
    fn say(self) -> Value {
        self.map_or(Value::Null, Say::say)
    }
}

impl<T: Say> Say for Vec<T> {
    fn say(self) -> Value {
        self.into_iter().map(Say::say).collect()
    }
}

/// `answers! { "key": value, … }`
macro_rules! answers {
    ($($key:literal: $value:expr),* $(,)?) => {
        crate::stats::Answers::default()$(.with($key, $value))*
    };
}
pub(super) use answers;

/// Both ends under the vectors' names.
pub(super) fn ends(interval: Interval) -> Answers {
    answers! { "ci_low": interval.low, "ci_high": interval.high }
}

/// The chance and its logarithm under the vectors' names.
pub(super) fn chance(p: PValue) -> Answers {
    answers! { "p_value": p.p_value, "log_p_value": p.log_p_value }
}
