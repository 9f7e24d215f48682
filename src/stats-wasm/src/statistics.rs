use crate::keys::snake;
use crate::plain::{from_js, to_js};
use isoflag_methods::call;
use js_sys::Error;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("methods.d.ts");

/// Asks a method of statistics.
///
/// # Errors
///
/// An `Error` that names the method nobody knows, or the input that is missing, wrong or unknown.
#[wasm_bindgen(skip_typescript)]
pub fn statistics(method: &str, input: &JsValue) -> Result<JsValue, JsValue> {
    let answer = call(&snake(method), &from_js(input)?).map_err(|message| Error::new(&message))?;
    to_js(&answer)
}
