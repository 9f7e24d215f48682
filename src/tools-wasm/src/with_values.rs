use js_sys::JSON;
use serde::Serialize;
use wasm_bindgen::prelude::JsValue;

/// An answer that shows values of people's own, read as JavaScript reads JSON: a whole number beyond those it counts by
/// becomes the nearest there is, as in every program, where `serde_wasm_bindgen` throws.
pub(crate) fn with_values(answer: &impl Serialize) -> Result<JsValue, JsValue> {
    let text = serde_json::to_string(answer).map_err(|error| JsValue::from(error.to_string()))?;
    JSON::parse(&text)
}
