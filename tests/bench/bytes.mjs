// W5: what a browser (or a Worker) downloads to evaluate one flag locally. Config not included. node bytes.mjs
import { build } from 'esbuild'
import { gzipSync, brotliCompressSync, constants } from 'node:zlib'
import { readFileSync, writeFileSync, mkdirSync, existsSync } from 'node:fs'
const nm = new URL('./node_modules/', import.meta.url).pathname
const E = {
  isoflag: {
    note: 'the slim engine: what W1 and W2 need',
    js: `import {loadValues} from 'isoflag/values'; export const f=async(b,k,u)=>(await loadValues(b)).value(k,u)`,
    wasm: nm + 'isoflag/engine_slim_bg.wasm',
    cond: ['browser'],
  },
  'isoflag, all capabilities': {
    js: `import {loadValues} from 'isoflag/values'; export const f=async(b,k,u)=>(await loadValues(b)).value(k,u)`,
    wasm: nm + 'isoflag/engine_web_bg.wasm',
    cond: ['browser'],
  },
  'isoflag, whole decisions': {
    note: 'with reasons, exposures and snapshots; the slim engine',
    js: `import {init,loadProgram} from 'isoflag'; export const f=async(b,k,u)=>{await init();return loadProgram(b).decide(k,u)}`,
    wasm: nm + 'isoflag/engine_slim_bg.wasm',
    cond: ['browser'],
  },
  'isoflag/react': { note: 'hydration only: reads what the server decided', js: `export * from 'isoflag/react'`, cond: ['browser'], outside: ['react', 'react/*'] },
  growthbook: {
    js: `import {GrowthBookClient} from '@growthbook/growthbook'; export const f=(p,k,u)=>new GrowthBookClient().initSync({payload:p}).getFeatureValue(k,'off',{attributes:u})`,
  },
  featurevisor: {
    js: `import {createInstance} from '@featurevisor/sdk'; export const f=(t,k,u)=>createInstance({datafile:t}).getVariation(k,u)`,
  },
  'vercel-evaluate': {
    js: `import {evaluate} from '@vercel/flags-core'; export const f=(d,k,u)=>evaluate({definition:d.definitions[k],environment:'production',entities:u}).value`,
  },
  'vercel-flags-core': {
    js: `import {createClient} from '@vercel/flags-core'; export const f=async(d,k,u)=>(await createClient('vf_x',{datafile:d,stream:false,polling:false}).evaluate(k,'off',u)).value`,
  },
  flagd: {
    js: `import {FlagdCore} from '@openfeature/flagd-core'; export const f=(t,k,u)=>{const c=new FlagdCore(undefined,undefined,{disableDynamicCodeGeneration:true});c.setConfigurations(t);return c.resolveStringEvaluation(k,'off',u).value}`,
  },
  eppo: {
    js: `import {EppoClient,MemoryOnlyConfigurationStore} from '@eppo/js-client-sdk-common'; export const f=(d,k,id,u)=>{const s=new MemoryOnlyConfigurationStore();s.setEntries(d.flags);return new EppoClient({flagConfigurationStore:s}).getStringAssignment(k,id,u,'off')}`,
  },
  configcat: {
    js: `import {getClient,PollingMode} from '@configcat/sdk'; export const f=(t,k,u)=>getClient('k',PollingMode.ManualPoll,{cache:{get:()=>t,set(){}},offline:true}).snapshot().getValue(k,'off',u)`,
  },
  optimizely: {
    js: `import {createInstance,createStaticProjectConfigManager} from '@optimizely/optimizely-sdk'; export const f=(datafile,k,id,u)=>createInstance({projectConfigManager:createStaticProjectConfigManager({datafile})}).createUserContext(id,u).decide(k).variationKey`,
  },
  'optimizely-universal': {
    js: `import {createInstance,createStaticProjectConfigManager} from '@optimizely/optimizely-sdk/universal'; export const f=(datafile,k,id,u)=>createInstance({requestHandler:{},projectConfigManager:createStaticProjectConfigManager({datafile})}).createUserContext(id,u).decide(k).variationKey`,
  },
  'statsig-ondevice': {
    js: `import {StatsigOnDeviceEvalClient} from '@statsig/js-on-device-eval-client'; export const f=(t,k,u)=>{const c=new StatsigOnDeviceEvalClient('k');c.dataAdapter.setData(t);c.initializeSync();return c.getExperiment(k,u).value.v}`,
  },
  'split-browserjs': {
    js: `import {SplitFactory} from '@splitsoftware/splitio-browserjs'; export const f=(p,k,id,u)=>SplitFactory({core:{authorizationKey:'k',key:id},initialRolloutPlan:p}).client().getTreatment(k,u)`,
  },
  'posthog-edge': {
    note: 'server/edge entry; the browser SDK evaluates remotely',
    js: `import {PostHog} from 'posthog-node'; export const f=(fetch,k,id,o)=>new PostHog('k',{personalApiKey:'x',fetch}).getFeatureFlag(k,id,o)`,
    cond: ['edge-light', 'edge', 'workerd', 'worker'],
  },
  'launchdarkly-common': {
    note: 'server code (@launchdarkly/js-server-sdk-common LDClientImpl); LaunchDarkly has no browser SDK that evaluates rules locally',
    js: `import {LDClientImpl} from '@launchdarkly/js-server-sdk-common'; export const f=(p,o,cb,k,u)=>new LDClientImpl('k',p,o,cb).stringVariation(k,u,'off')`,
  },
  'unleash-node': {
    note: 'node-only SDK, bundled for node with builtins external',
    js: `import {Unleash} from 'unleash-client'; export const f=(data,k,u)=>new Unleash({url:'x',appName:'x',bootstrap:{data}}).getVariant(k,u).name`,
    platform: 'node',
  },
  'devcycle-wasm': {
    js: `import {instantiate} from '${nm}@devcycle/bucketing-assembly-script/build/bucketing-lib.worker.js'; export const f=async(m,t,k,u)=>{const w=await instantiate(m,{});w.setPlatformData('{}');w.setConfigData('k',t);return w.variableForUser('k',JSON.stringify(u),k,2,false)}`,
    wasm: nm + '@devcycle/bucketing-assembly-script/build/bucketing-lib.worker.wasm',
  },
  'flipt-wasm': {
    js: `import {FliptClient} from '${nm}@flipt-io/flipt-client-js/dist/slim/index.mjs'; export const f=async(wasm,fetcher,k,id,c)=>(await FliptClient.init({fetcher},{wasm})).evaluateVariant({flagKey:k,entityId:id,context:c}).variantKey`,
    wasm: nm + '@flipt-io/flipt-client-js/dist/flipt_engine_wasm_js_bg.wasm',
  },
  'floor-js': { note: 'hand-written, not a product', js: `import {peers} from './floor-entry.mjs'; export const f=peers`, floor: true },
  'floor-wasm': {
    note: 'hand-written, -Oz build of floor-wasm + glue, not a product',
    floor: true,
    wasm: new URL('./out/floor-z.wasm', import.meta.url).pathname,
  },
}
const floorJs = `function fnv(a,b){let c=a;for(let i=0;i<b.length;i++)c=Math.imul(c^b.charCodeAt(i),0x01000193);c^=c>>>16;c=Math.imul(c,0x85ebca6b);c^=c>>>13;c=Math.imul(c,0xc2b2ae35);c^=c>>>16;return c>>>0}
export function f(F,k,u){const f=F[k];next:for(const r of f.r){for(const c of r.c)if(!c[1].includes(u[c[0]]))continue next;if(r.w===undefined)return r.v;const h=fnv(f.s,u.id)/42949.67296;for(const w of r.w)if(h<w[0])return w[1]}return f.d}`
const floorWasmJs = `export async function f(b,src){const w=(await WebAssembly.instantiate(b,{})).instance.exports,enc=new TextEncoder,F={},AT=['id','plan','country'];const slot=()=>[0,1,2].map(k=>new Uint8Array(w.memory.buffer,w.buf_ptr()+1024*k,1024));let [S0,S1,S2]=slot();for(const key in src){const f=src[key],v=[f.d],vi=x=>{let i=v.indexOf(x);return i<0?v.push(x)-1:i},index=w.add_flag(f.s,0);let m=0;for(const r of f.r){w.add_rule(r.w?0:vi(r.v));for(const [a,vs] of r.c){w.add_cond(AT.indexOf(a));m|=1<<AT.indexOf(a);for(const x of vs){if(!S0.length)[S0]=slot();w.add_value(enc.encodeInto(x,S0).written)}}if(r.w){m|=1;for(const [t,x] of r.w)w.add_split(t,vi(x))}}F[key]={index,m,v}}[S0,S1,S2]=slot();return(k,u)=>{const f=F[k],m=f.m;return f.v[w.eval(f.index,m&1?enc.encodeInto(u.id,S0).written:0,m&2?enc.encodeInto(u.plan,S1).written:0,m&4?enc.encodeInto(u.country,S2).written:0)]}}`
const size = b => ({
  raw: b.length,
  gz: gzipSync(b, { level: 9 }).length,
  br: brotliCompressSync(b, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: b.length } }).length,
})
const out = {}
for (const [n, e] of Object.entries(E)) {
  try {
    const js = n === 'floor-js' ? floorJs : n === 'floor-wasm' ? floorWasmJs : e.js,
      shims = []
    const r = await build({
      stdin: { contents: js, resolveDir: new URL('.', import.meta.url).pathname, loader: 'js' },
      bundle: true,
      minify: true,
      treeShaking: true,
      format: 'esm',
      target: 'es2022',
      platform: e.platform || 'browser',
      conditions: e.cond || [],
      external: e.outside || [],
      define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
      write: false,
      logLevel: 'silent',
      metafile: true,
      plugins: e.platform
        ? []
        : [
            {
              name: 'node-builtins-empty',
              setup(b) {
                b.onResolve(
                  {
                    filter:
                      /^(node:.*|fs|path|crypto|http|https|stream|util|os|url|zlib|async_hooks|child_process|events|readline|fs\/promises)$/,
                  },
                  a => {
                    shims.push(a.path)
                    return { path: a.path, namespace: 'empty' }
                  },
                )
                b.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports={}' }))
              },
            },
          ],
    })
    const code = Buffer.from(r.outputFiles[0].contents),
      s = size(code),
      o = { js: s, total: { ...s }, shims: [...new Set(shims)] }
    if (e.wasm) {
      const w = size(readFileSync(e.wasm))
      o.wasm = w
      for (const k in w) o.total[k] += w[k]
    }
    out[n] = { ...o, note: e.note }
  } catch (x) {
    out[n] = { err: String(x.message).slice(0, 300) }
  }
}
mkdirSync(new URL('./out/', import.meta.url), { recursive: true })
writeFileSync(new URL('./out/bytes.json', import.meta.url), JSON.stringify(out))
for (const [n, o] of Object.entries(out).sort((a, b) => (a[1].total?.br ?? 1e9) - (b[1].total?.br ?? 1e9)))
  console.log(
    n.padEnd(22),
    o.err ||
      `raw ${o.total.raw}  gzip ${o.total.gz}  brotli ${o.total.br}` +
        (o.wasm ? `  (js br ${o.js.br} + wasm br ${o.wasm.br})` : '') +
        (o.shims.length ? `  emptied node builtins: ${o.shims}` : '') +
        (o.note ? `  [${o.note}]` : ''),
  )
