use crate::with_values::with_values;
use isoflag_datafile::diff::{diff as diff_programs, diff_contexts as diff_decisions};
use serde::Serialize;
use serde_json::{Map, Value};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A share from 0 to 1 that depends on what contexts answer: at least, at most. */
export interface Range { least: number; most: number }
/** Where a condition stands: a rule counted from 0, or the prerequisites. */
export interface Place { flag: string; rule: number | null }
export interface End { variant: string; reason: string; rule: number | null; exposed: boolean }
export interface Flow { from: End; to: End; share: number }
export interface When { unit: string | null; attributes: string[]; before: Place[]; after: Place[]; holds: boolean }
export interface Group { when: When[]; moved: number; flows: Flow[] }
export interface Alarm {
  kind: 'ended' | 'newRun' | 'unitsMoveWithinRun' | 'unitsMove' | 'controlChanged' | 'valuesChanged' | 'unitsDropped' | 'conditionsChanged'
  message: string
}
export interface FlagDiff {
  flag: string
  moved: Range
  /** Whether every combination of conditions was followed; if not, no groups are listed. */
  complete: boolean
  /** Whether the ranges are reached; if not, they are bounds. */
  exact: boolean
  groups: Group[]
  conditions: { attributes: string[]; before: Place | null; after: Place | null }[]
  values: { variant: string; before: unknown; after: unknown }[]
  forced: { unit: string; before: string | null; after: string | null }[]
  /** Milliseconds since 1970. */
  later: number[]
  experiment: { before: string; after: string | null; moved: Range; dropped: Range; entered: Range; alarms: Alarm[] } | null
}
export interface Diff { now: number; added: string[]; removed: string[]; changed: FlagDiff[]; unchanged: number }
export interface ContextsDiff {
  contexts: number
  flags: { flag: string; moved: number; flows: { from: End; to: End; count: number; examples: number[] }[] }[]
}
export type Compared = { ok: true; diff: Diff } | { ok: false; message: string }
export type ComparedContexts = { ok: true; diff: ContextsDiff } | { ok: false; message: string }
"#;

#[derive(Serialize)]
#[serde(untagged)]
enum Answer<T> {
    Diff { ok: bool, diff: T },
    Failure { ok: bool, message: String },
}

impl<T: Serialize> Answer<T> {
    fn of(result: Result<T, String>) -> Self {
        match result {
            Ok(diff) => Self::Diff { ok: true, diff },
            Err(message) => Self::Failure { ok: false, message },
        }
    }
}

/// Says who moves when one program replaces another, at an instant in milliseconds since 1970.
///
/// # Errors
///
/// Only when JavaScript has no memory left; bytes that are no program are an answer, not an error.
#[wasm_bindgen(unchecked_return_type = "Compared")]
pub fn diff(before: &[u8], after: &[u8], now: f64) -> Result<JsValue, JsValue> {
    with_values(&Answer::of(diff_programs(before, after, now as i64).map_err(|error| error.to_string())))
}

/// Decides contexts, one JSON object a line, with both programs and counts who moves.
///
/// # Errors
///
/// As [`diff`]; a line that is no JSON object is an answer too.
#[wasm_bindgen(js_name = diffContexts, unchecked_return_type = "ComparedContexts")]
pub fn diff_contexts(before: &[u8], after: &[u8], contexts: &str, now: f64) -> Result<JsValue, JsValue> {
    let compared = read(contexts)
        .and_then(|contexts| diff_decisions(before, after, &contexts, now as i64).map_err(|error| error.to_string()));
    Ok(Answer::of(compared).serialize(&Serializer::json_compatible())?)
}

fn read(lines: &str) -> Result<Vec<Map<String, Value>>, String> {
    let lines = lines.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            serde_json::from_str(line).map_err(|error| format!("line {number} is not a JSON object: {error}"))
        })
        .collect()
}
