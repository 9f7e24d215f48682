//! Turns the wasm that cargo made into a module and its JavaScript glue.
//!
//! ```text
//! isoflag-bindgen <input.wasm> <out-dir> <out-name> <bundler|module|nodejs> [--no-ts] [--worker] [--no-externref]
//! ```
//!
//! The wasm-bindgen command line must be of the very version of the library, takes minutes to build and is fetched by
//! its usual helpers from where a closed network cannot go. The library behind it builds in seconds and is pinned by
//! our own lock file.

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

const FLAGS: &str = "[--no-ts] [--worker] [--no-externref]";
/// How the linker writes "uses reference types" into the section of target features.
const USES_EXTERNREF: &[u8] = b"+\x0freference-types";

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir, out_name, target, flags @ ..] = args.as_slice() else {
        bail!("usage: isoflag-bindgen <input.wasm> <out-dir> <out-name> <bundler|module|nodejs> {FLAGS}");
    };
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let mut bindgen = Bindgen::new();
    let mut wasm = std::fs::read(input).with_context(|| format!("cannot read {input}"))?;
    if has("--no-externref") {
        forbid_externref(&mut wasm);
    }
    bindgen
        .input_bytes(out_name, wasm)
        .out_name(out_name)
        .typescript(!has("--no-ts"))
        .remove_name_section(true)
        .remove_producers_section(true);
    match target.as_str() {
        "bundler" => bindgen.bundler(true)?,
        "module" => bindgen.module(true)?,
        "nodejs" => bindgen.nodejs(true)?,
        other => bail!("unknown target `{other}`, use bundler, module or nodejs"),
    };
    if has("--worker") {
        bindgen.reset_state_function(true);
        bindgen.force_enable_abort_handler(true);
    }
    bindgen.generate(out_dir).with_context(|| format!("cannot bind {input}"))
}

/// Marks reference types as not used. A module whose face is integers has none, but the standard library was built with
/// them allowed, and then wasm-bindgen adds a table, an import and glue for nothing.
fn forbid_externref(wasm: &mut [u8]) {
    let found = wasm.windows(USES_EXTERNREF.len()).rposition(|bytes| bytes == USES_EXTERNREF);
    if let Some(sign) = found.and_then(|at| wasm.get_mut(at)) {
        *sign = b'-';
    }
}
