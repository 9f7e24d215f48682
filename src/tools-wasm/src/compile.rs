use isoflag_datafile::{Experiment, Options, Problem, compile_with};
use js_sys::{Object, Reflect, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface Problem { path: string; message: string }
export interface Experiment {
  flag: string; run: string; control: string; unit: string
  /** Basis points. */
  gate: number
  arms: { variant: string; weight: number }[]
}
export type Compiled =
  | { ok: true; program: Uint8Array; digest: string; experiments: Experiment[]; warnings: Problem[] }
  | { ok: false; problems: Problem[] }
"#;

#[derive(Serialize)]
struct Success<'a> {
    ok: bool,
    digest: &'a str,
    experiments: &'a [Experiment],
    warnings: &'a [Problem],
}

#[derive(Serialize)]
struct Failure<'a> {
    ok: bool,
    problems: &'a [Problem],
}

/// Compiles a datafile; to replace a program, if that is given: then units keep their variants as far as new weights allow.
///
/// # Errors
///
/// Only when JavaScript has no memory left; what is wrong with the datafile is an answer, not an error.
#[wasm_bindgen(unchecked_return_type = "Compiled")]
pub fn compile(datafile: &str, previous: Option<Vec<u8>>) -> Result<JsValue, JsValue> {
    let plain = Serializer::json_compatible();
    match compile_with(datafile, Options { previous: previous.as_deref() }) {
        Ok(compiled) => {
            let answer = Success {
                ok: true,
                digest: &compiled.digest,
                experiments: &compiled.experiments,
                warnings: &compiled.warnings,
            };
            let answer = Object::from(answer.serialize(&plain)?);
            Reflect::set(&answer, &"program".into(), &Uint8Array::from(compiled.program.as_slice()))?;
            Ok(answer.into())
        }
        Err(problems) => Ok(Failure { ok: false, problems: &problems }.serialize(&plain)?),
    }
}
