//! Turns the wasm that cargo made into a module and its JavaScript glue.
//!
//! ```text
//! isoflag-bindgen <input.wasm> <out-dir> <out-name> <bundler|module|nodejs> [--no-ts] [--worker]
//! ```
//!
//! The wasm-bindgen command line must be of the very version of the library, takes minutes to build and is fetched by
//! its usual helpers from where a closed network cannot go. The library behind it builds in seconds and is pinned by
//! our own lock file.

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir, out_name, target, flags @ ..] = args.as_slice() else {
        bail!("usage: isoflag-bindgen <input.wasm> <out-dir> <out-name> <bundler|module|nodejs> [--no-ts] [--worker]");
    };
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
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
