import { allowed } from '../allow.ts'
import { answerEmpty } from '../answer.ts'
import { resolve } from '../resources/resolve.ts'
import type { Method } from './table.ts'

/**
 * OPTIONS (RFC 9110 §9.3.7, RFC 4918 §10.1). The DAV header is on every answer already.
 * Client: Apple Calendar and Evolution give up on a server whose OPTIONS lacks either header.
 */
export const options: Method = {
  name: 'OPTIONS',
  on: [
    'root',
    'principals',
    'principal',
    'homes',
    'home',
    'calendar',
    'collection',
    'object',
    'node',
    'inbox',
    'outbox',
  ],
  isSafe: true,
  async run(ctx) {
    const { kind } = await resolve(ctx)
    ctx.koa.set('Allow', allowed(ctx.registries.methods.on(kind)))
    answerEmpty(ctx.koa, 200)
  },
}
