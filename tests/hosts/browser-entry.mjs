import * as isoflag from 'isoflag'
import { answer } from './answer.mjs'

globalThis.answerJobs = async jobs => {
  await isoflag.init(new URL('/engine_web_bg.wasm', location.href))
  return answer(isoflag, jobs)
}
