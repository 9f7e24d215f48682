use isoflag_datafile::constants as constants_of;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface Constant {
  flag: string; variant: string
  /** Everybody who has one of these attributes; everybody when empty. */
  units: string[]
}
"#;

/// Finds the flags of a program that are the same for everybody.
///
/// # Errors
///
/// When it is no program, or damaged; and when JavaScript has no memory left.
#[wasm_bindgen(unchecked_return_type = "Constant[]")]
pub fn constants(program: &[u8]) -> Result<JsValue, JsValue> {
    let found = constants_of(program).map_err(|error| JsValue::from(error.to_string()))?;
    Ok(found.serialize(&Serializer::json_compatible())?)
}
