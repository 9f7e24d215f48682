// What only the build knows: modules, and what bundlers write instead of `process.env.NODE_ENV`.
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
declare namespace NodeJS {
  interface ProcessEnv {
    readonly NODE_ENV?: string
  }
}
