// Modules only the build knows.
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export default module
}
declare module 'engine:base64' {
  const base64: string
  export default base64
}
// Node's, where there is one; the package itself has no need of Node's types.
declare var Buffer: { from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> } | undefined
