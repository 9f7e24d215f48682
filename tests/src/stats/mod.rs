//! The reference cases of statistics: from a case's input to our answers, in the vectors' words.
//!
//! One file per family of methods, each a `match` on the method's name. `answer-stats` answers a whole file, `tests/stats_vectors.rs`
//! holds every case of `vectors/stats` to its tolerance. It lives here and not in `isoflag-stats`, so that no shipped wasm carries it; it
//! compiles to wasm as well, where the same cases must give the same bits.

mod answers;
mod input;

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
use serde_json::{Map, Value, json};

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

/// Answers one case.
///
/// # Errors
///
/// When nobody knows the method, or an input is missing or of the wrong kind.
pub fn answer(method: &str, input: &Input<'_>) -> Result<Answers, String> {
    let found = FAMILIES.iter().find_map(|family| family(method, input));
    found.unwrap_or_else(|| Err(format!("no method `{method}`")))
}

/// Answers a whole file, a list of `{id, method, input, …}`: an object of answers by id. A case that cannot be answered says why under `error`.
///
/// # Errors
///
/// When the text is no such list.
pub fn answer_file(text: &str) -> Result<String, String> {
    let cases: Vec<Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut answers = Map::new();
    for case in &cases {
        let part = |key: &str| case.get(key).ok_or_else(|| format!("a case without `{key}`"));
        let id = part("id")?.as_str().ok_or("an id that is no text")?;
        let method = part("method")?.as_str().unwrap_or_default();
        let input = part("input")?.as_object().ok_or_else(|| format!("{id}: `input` is no object"))?;
        let answer = answer(method, &Input::new(input)).map_or_else(|error| json!({ "error": error }), Into::into);
        answers.insert(id.into(), answer);
    }
    serde_json::to_string(&answers).map_err(|error| error.to_string())
}
