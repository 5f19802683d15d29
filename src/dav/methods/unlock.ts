import { unlock as releaseLock } from '../../calendar/unlock.ts'
import { readConditions } from '../conditional.ts'
import { HttpError } from '../errors.ts'
import { header } from '../request.ts'
import { lockTarget } from './lock-target.ts'
import type { Method } from './table.ts'

/** UNLOCK (RFC 4918 §9.11). */
export const unlock: Method = {
  name: 'UNLOCK',
  on: ['calendar', 'collection', 'object', 'node'],
  takesNoBody: true,
  async run(ctx) {
    const ref = await lockTarget(ctx)
    const token = /^<([^<>\s]+)>$/.exec(header(ctx.koa, 'lock-token') ?? '')?.[1]
    // RFC 4918 §9.11.1.
    if (token === undefined) throw new HttpError(400, 'Lock-Token holds the token in angle brackets.')
    await releaseLock(ctx.calendar, ctx.actor, ref, token, readConditions(ctx))
    ctx.koa.status = 204
  },
}
