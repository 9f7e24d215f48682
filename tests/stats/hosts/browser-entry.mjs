import * as reportGlue from '../../../build/report/module/report_bg.js'
import * as statsGlue from '../../../build/stats/module/stats_bg.js'
import { answer, others } from './answer.mjs'

async function seat(name, glue) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch(`/${name}_bg.wasm`), { [`./${name}_bg.js`]: glue })
  glue.__wbg_set_wasm(instance.exports)
}

await Promise.all([seat('stats', statsGlue), seat('report', reportGlue)])
globalThis.statistics = (what, asked) => (what === 'answer' ? answer : others)({ ...statsGlue, analyze: reportGlue.analyze }, asked)
