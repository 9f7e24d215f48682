//! The wasm-bindgen face of the engine: primitives in, integers out.
