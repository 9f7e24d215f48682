use isoflag_experiments::{Observed, Run, parse, report};
use js_sys::{Error, JSON};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("analyze.d.ts");

/// Judges one run of one experiment: the report the worker would give.
///
/// # Errors
///
/// An `Error` that says what is wrong with experiments.json, the run or the cells, one problem a line.
#[wasm_bindgen(skip_typescript)]
pub fn analyze(experiments: &str, key: &str, run: &JsValue, observed: &JsValue, now: f64) -> Result<JsValue, JsValue> {
    let experiments = parse(experiments).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Error::new(&lines.join("\n"))
    })?;
    if !experiments.experiments.contains_key(key) {
        return Err(Error::new(&format!("experiments.json has no experiment `{key}`")).into());
    }
    let run: Run = read("the run", run)?;
    let observed: Observed = read("the cells", observed)?;
    // Milliseconds beyond a number's whole ones saturate.
    let report = report(key, &experiments, &run, &observed, now as i64);
    let text = serde_json::to_string(&report).map_err(|error| Error::new(&error.to_string()))?;
    JSON::parse(&text)
}

/// Text is the cheapest way across for what serde knows anyway.
fn read<T: serde::de::DeserializeOwned>(what: &str, value: &JsValue) -> Result<T, JsValue> {
    let text = JSON::stringify(value)?.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| Error::new(&format!("{what}: {error}")).into())
}
