import * as isoflag from 'isoflag'
import { answer } from './answer.mjs'

export default {
  fetch: async request =>
    request.method === 'POST' ? Response.json(answer(isoflag, await request.json())) : new Response('ready'),
}
