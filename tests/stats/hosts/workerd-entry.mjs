import * as reportGlue from '../../../build/report/module/report_bg.js'
import reportWasm from '../../../build/report/module/report_bg.wasm'
import * as statsGlue from '../../../build/stats/module/stats_bg.js'
import statsWasm from '../../../build/stats/module/stats_bg.wasm'
import { answer, others } from './answer.mjs'

statsGlue.__wbg_set_wasm(new WebAssembly.Instance(statsWasm, { './stats_bg.js': statsGlue }).exports)
reportGlue.__wbg_set_wasm(new WebAssembly.Instance(reportWasm, { './report_bg.js': reportGlue }).exports)

export default {
  async fetch(request) {
    const { what, asked } = await request.json()
    return new Response((what === 'answer' ? answer : others)({ ...statsGlue, analyze: reportGlue.analyze }, asked))
  },
}
