import { setAcl } from '../../calendar/set-acl.ts'
import { answerEmpty } from '../answer.ts'
import { readConditions } from '../conditional.ts'
import { HttpError } from '../errors.ts'
import { requireXml } from '../request.ts'
import { DAV } from '../xml/names.ts'
import { readAces } from './acl-request.ts'
import type { Method } from './table.ts'

/**
 * ACL (RFC 3744 §8.1) of a home or a collection in it; what is in a collection inherits its list. The
 * preconditions are checked where the list is stored, under its lock.
 */
export const acl: Method = {
  name: 'ACL',
  on: ['home', 'calendar', 'collection'],
  async run(ctx) {
    const { target, hrefs } = ctx
    if (target.kind !== 'home' && target.kind !== 'collection')
      throw new HttpError(404, 'There is nothing here.')
    const body = await requireXml(ctx.koa, { namespace: DAV, name: 'acl' })
    const aces = readAces(body, (href) => {
      const named = hrefs.resolve(href)
      return named?.kind === 'principal' ? named.username : undefined
    })
    await setAcl(ctx.calendar, ctx.actor, target.ref, aces, readConditions(ctx))
    answerEmpty(ctx.koa, 200)
  },
}
