use wasm_bindgen::prelude::*;

use crate::errors::{Error, Result};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(into: &mut [u8]) -> core::result::Result<(), JsValue>;
}

pub(super) fn bytes<const BYTES: usize>() -> Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    get_random_values(&mut bytes).map_err(|_| Error::internal("no random bytes"))?;
    Ok(bytes)
}
