use isoflag_datafile::{Experiment, LeftOut, Options, Problem, check as check_datafile, compile_with};
use js_sys::{Object, Reflect, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** `place` is where text is no JSON, as editors count: no path leads there. */
export interface Problem { path: string; message: string; place?: { line: number; column: number } }
export interface Experiment {
  flag: string; run: string; control: string; unit: string
  /** Attributes that are the unit where those before them are missing. */
  fallbackUnits?: string[]
  /** Basis points; of a ramp the last step. */
  gate: number
  /** `from` in milliseconds since 1970; the first step has none. */
  ramp?: { from?: number; gate: number }[]
  /** Slots from (inclusive) to (exclusive), in basis points. */
  layer?: { name: string; slots: [number, number][] }
  holdout?: string
  arms: { variant: string; weight: number }[]
}
export interface CompileOptions {
  /** One of those the datafile declares. */
  environment?: string | undefined
  /** The program in force: units keep their variants as far as new weights allow. */
  previous?: Uint8Array | undefined
  /** The text of experiments.json, to warn of experiments that nothing watches. */
  experiments?: string | undefined
  /** Leave out flags that have problems, and compile the rest. */
  lenient?: boolean | undefined
}
export type Compiled =
  | {
      ok: true; program: Uint8Array; digest: string; experiments: Experiment[]; warnings: Problem[]
      /** The flags that are not in the program, and why; none unless `lenient`. */
      leftOut: { flags: string[]; problems: Problem[] }
    }
  | { ok: false; problems: Problem[] }
export type Checked = { ok: true; warnings: Problem[] } | { ok: false; problems: Problem[] }
"#;

#[wasm_bindgen]
extern "C" {
    /// The options of a call.
    #[wasm_bindgen(typescript_type = "CompileOptions")]
    pub type CompileOptions;
}

#[derive(Serialize)]
struct Success<'a> {
    ok: bool,
    digest: &'a str,
    experiments: &'a [Experiment],
    warnings: &'a [Problem],
    #[serde(rename = "leftOut")]
    left_out: &'a LeftOut,
}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    warnings: Vec<Problem>,
}

#[derive(Serialize)]
struct Failure<'a> {
    ok: bool,
    problems: &'a [Problem],
}

/// Compiles a datafile.
///
/// # Errors
///
/// Only when JavaScript has no memory left; what is wrong with the datafile is an answer, not an error.
#[wasm_bindgen(unchecked_return_type = "Compiled")]
pub fn compile(datafile: &str, options: Option<CompileOptions>) -> Result<JsValue, JsValue> {
    let plain = Serializer::json_compatible();
    let option = |name: &str| options.as_ref().and_then(|options| Reflect::get(options, &name.into()).ok());
    let text = |name: &str| option(name).and_then(|value| value.as_string());
    let (environment, experiments) = (text("environment"), text("experiments"));
    let previous = option("previous").and_then(|value| value.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec());
    let options = Options {
        environment: environment.as_deref(),
        previous: previous.as_deref(),
        experiments: experiments.as_deref(),
        lenient: option("lenient").is_some_and(|value| value.is_truthy()),
    };
    match compile_with(datafile, options) {
        Ok(compiled) => {
            let answer = Success {
                ok: true,
                digest: &compiled.digest,
                experiments: &compiled.experiments,
                warnings: &compiled.warnings,
                left_out: &compiled.left_out,
            };
            let answer = Object::from(answer.serialize(&plain)?);
            Reflect::set(&answer, &"program".into(), &Uint8Array::from(compiled.program.as_slice()))?;
            Ok(answer.into())
        }
        Err(problems) => Ok(Failure { ok: false, problems: &problems }.serialize(&plain)?),
    }
}

/// Checks a datafile for every environment it declares, beside the text of experiments.json if that is given.
///
/// # Errors
///
/// Only when JavaScript has no memory left.
#[wasm_bindgen(unchecked_return_type = "Checked")]
pub fn check(datafile: &str, experiments: Option<String>) -> Result<JsValue, JsValue> {
    let plain = Serializer::json_compatible();
    match check_datafile(datafile, experiments.as_deref()) {
        Ok(warnings) => Ok(Checked { ok: true, warnings }.serialize(&plain)?),
        Err(problems) => Ok(Failure { ok: false, problems: &problems }.serialize(&plain)?),
    }
}
