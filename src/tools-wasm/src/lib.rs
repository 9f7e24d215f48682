//! Check and compile for the CLI and build steps, as wasm.
