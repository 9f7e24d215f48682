use isoflag_experiments::{Problem, parse};
use js_sys::{Error, JSON};
use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("check.d.ts");

#[derive(Serialize)]
#[serde(untagged)]
enum Checked<'a> {
    Sound { ok: bool, experiments: Vec<&'a str> },
    Wrong { ok: bool, problems: Vec<Problem> },
}

/// Checks the text of experiments.json by itself: what is wrong with it is an answer, not an error.
///
/// # Errors
///
/// Only when JavaScript has no memory left.
#[wasm_bindgen(skip_typescript)]
pub fn check(experiments: &str) -> Result<JsValue, JsValue> {
    let parsed = parse(experiments);
    let checked = match &parsed {
        Ok(parsed) => Checked::Sound { ok: true, experiments: parsed.experiments.keys().map(String::as_str).collect() },
        Err(problems) => Checked::Wrong { ok: false, problems: problems.clone() },
    };
    let text = serde_json::to_string(&checked).map_err(|error| Error::new(&error.to_string()))?;
    JSON::parse(&text)
}
