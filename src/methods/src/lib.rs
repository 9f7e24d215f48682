//! Every method of statistics by its name, plain values in and out.
//!
//! [`answer`] is given the words of a reference case, a method and an object of inputs, and returns an object of answers in the same words. It is the one
//! adapter between `isoflag-stats` and everything that has names instead of types: the vectors, the wasm that the console and the command line call,
//! a file answered by the row. One file per family of methods, each a `match` on the method's name.
//!
//! - A wrong or missing input is an error that names it; so is an input nobody asked for, which would be a misspelt one.
//! - What does not exist is `null` or `{"defined": false}`; an infinite end of an interval is an infinite number.
//!
//! ```
//! use isoflag_methods::{Value, call};
//! let input = Value::Object(vec![
//!     ("information_fractions".into(), Value::Array(vec![Value::Number(0.5), Value::Number(1.0)])),
//!     ("nominal_alpha".into(), Value::Number(0.05)),
//!     ("sides".into(), Value::Number(2.0)),
//! ]);
//! let answer = call("peeking_fpr", &input);
//! let rate = answer.as_ref().ok().and_then(|answer| answer.get("false_positive_rate")).and_then(Value::as_f64);
//! assert!(rate.is_some_and(|rate| (rate - 0.0831).abs() < 5e-5));
//! assert_eq!(call("peaking_fpr", &input), Err("no method `peaking_fpr`".into()));
//! ```
//!
//! What it deliberately does not do: compute, choose a method, or read JSON.

mod answers;
mod input;
mod value;

mod bayes;
mod clusters;
mod group_sequential;
mod guardrails;
mod means;
mod multiple;
mod planning;
mod proportions;
mod quantiles;
mod sequential;
mod special;
mod switchback;
mod trust;
mod variance_reduction;

pub use answers::Answers;
pub use input::Input;
pub use value::Value;

/// What a family says to a method: nothing when it is not its own.
type Outcome = Option<Result<Answers, String>>;

/// Every family, asked in turn.
const FAMILIES: &[fn(&str, &Input<'_>) -> Outcome] = &[
    special::answer,
    proportions::answer,
    means::answer,
    quantiles::answer,
    variance_reduction::answer,
    clusters::answer,
    switchback::answer,
    guardrails::answer,
    trust::answer,
    planning::answer,
    sequential::answer,
    group_sequential::answer,
    multiple::answer,
    bayes::answer,
];

/// Answers one question.
///
/// # Errors
///
/// When nobody knows the method, or an input is missing, of the wrong kind or not known.
pub fn call(method: &str, input: &Value) -> Result<Value, String> {
    let input = Input::new(input.as_object().ok_or("the input is no object")?);
    let answers = answer(method, &input)?;
    // A question without an answer may be known to have none before everything is read.
    if answers.get("defined") != Some(&Value::Bool(false)) {
        input.done()?;
    }
    Ok(answers.into())
}

/// Answers one question, leaving it to the caller what unread inputs mean.
///
/// # Errors
///
/// When nobody knows the method, or an input is missing or of the wrong kind.
pub fn answer(method: &str, input: &Input<'_>) -> Result<Answers, String> {
    let found = FAMILIES.iter().find_map(|family| family(method, input));
    let answers = found.unwrap_or_else(|| Err(format!("no method `{method}`")))?;
    // Always said, so that a type can tell the two shapes apart.
    Ok(if answers.get("defined").is_none() { answers.with("defined", true) } else { answers })
}
