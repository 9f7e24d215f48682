// Modules only the build knows.
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export default module
}
// Engines in base64.
declare module 'engine:full' {
  const base64: string
  export default base64
}
declare module 'engine:slim' {
  const base64: string
  export default base64
}
