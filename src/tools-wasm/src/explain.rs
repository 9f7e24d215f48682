use crate::with_values::with_values;
use isoflag_datafile::explain::{Explanation, explain as explain_decision};
use serde::Serialize;
use serde_json::{Map, Value};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface Explanation {
  flag: string; variant: string | null; value: unknown; reason: string; rule: number | null; bucket: number | null
  exposed: boolean; run: string | null
  prerequisites: { tests: TestSeen[]; hold: boolean } | null
  rules: RuleSeen[]
  /** Rules behind the last one tried. */
  untried: number
}
export interface RuleSeen {
  rule: number; tests: TestSeen[]; holds: boolean; decided: boolean; variant: string | null; split: SplitSeen | null
}
export interface TestSeen {
  attribute: string | null; operator: string; operand: unknown; ignoreCase: boolean; found: unknown; passed: boolean
  answer: Explanation | null
}
export interface PositionSeen { position: number; bucket: number }
export interface SliceSeen extends PositionSeen { slots: [number, number][]; inside: boolean }
export interface SplitSeen {
  units: string[]; unit: { attribute: string; value: string } | null; experiment: boolean; forced: string | null
  holdout: SliceSeen | null; layer: SliceSeen | null
  gate: PositionSeen & { cut: number | null; until: number; inside: boolean } | null
  position: PositionSeen | null
  ranges: { variant: string; cut: number | null; from: number; until: number; taken: boolean }[]
}
export type Explained = { ok: true; explanation: Explanation } | { ok: false; message: string }
"#;

#[derive(Serialize)]
struct Success<'a> {
    ok: bool,
    explanation: &'a Explanation,
}

#[derive(Serialize)]
struct Failure<'a> {
    ok: bool,
    message: &'a str,
}

/// Explains how a program decides a flag for a context (JSON text) at an instant in milliseconds since 1970.
///
/// # Errors
///
/// Only when JavaScript has no memory left.
#[wasm_bindgen(unchecked_return_type = "Explained")]
pub fn explain(program: &[u8], flag: &str, context: &str, now: f64) -> Result<JsValue, JsValue> {
    match explained(program, flag, context, now) {
        Ok(explanation) => with_values(&Success { ok: true, explanation: &explanation }),
        Err(message) => with_values(&Failure { ok: false, message: &message }),
    }
}

fn explained(program: &[u8], flag: &str, context: &str, now: f64) -> Result<Explanation, String> {
    let context: Map<String, Value> =
        serde_json::from_str(context).map_err(|error| format!("a context is a JSON object: {error}"))?;
    explain_decision(program, flag, &context, now as i64)
        .map_err(|error| error.to_string())?
        .ok_or_else(|| format!("there is no flag `{flag}`"))
}
