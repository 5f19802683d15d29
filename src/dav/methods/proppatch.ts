import { updateCollection } from '../../calendar/collections.ts'
import { updateInbox } from '../../calendar/inbox.ts'
import { WRITE_PROPERTIES } from '../../calendar/privileges.ts'
import { updateDeadProperties } from '../../calendar/properties.ts'
import { Refusal } from '../../calendar/refusal.ts'
import { requirePrivileges } from '../access.ts'
import { methodNotAllowed } from '../allow.ts'
import { answerEmpty } from '../answer.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { refOf } from '../hrefs.ts'
import { answerMultistatus } from '../multistatus.ts'
import { markApplied, varyByPreference } from '../preferences.ts'
import { outcomePropstats, type PropertyChanges, planChanges } from '../properties/changes.ts'
import { readInstructions } from '../properties/instructions.ts'
import { requireXml } from '../request.ts'
import { resolve } from '../resources/resolve.ts'
import type { Resource } from '../resources/resource.ts'
import { DAV } from '../xml/names.ts'
import type { Method } from './table.ts'

/** PROPPATCH (RFC 4918 §9.2): every instruction or none. */
export const proppatch: Method = {
  name: 'PROPPATCH',
  on: ['principal', 'home', 'calendar', 'collection', 'object', 'node', 'inbox'],
  async run(ctx) {
    const resource = await resolve(ctx)
    requirePrivileges(ctx, resource, WRITE_PROPERTIES)
    const body = await requireXml(ctx.koa, { namespace: DAV, name: 'propertyupdate' })
    const changes = planChanges(ctx.registries.properties, resource.kind, readInstructions(body))
    if (!changes.isRefused) await apply(ctx, resource, changes)
    varyByPreference(ctx.koa)
    if (ctx.preferences.minimal && !changes.isRefused) {
      // RFC 8144 §2.2: nothing to say. Client: Apple Calendar takes 200 and 207 only.
      markApplied(ctx.koa, 'return=minimal')
      answerEmpty(ctx.koa, 200)
      return
    }
    await answerMultistatus(ctx.koa, ctx.hrefs.of(resource), outcomePropstats(changes))
  },
}

async function apply(ctx: RequestContext, resource: Resource, changes: PropertyChanges): Promise<void> {
  const conditions = readConditions(ctx)
  const { fields, setDead, removeDead } = changes
  if (resource.kind === 'inbox') {
    const inbox = {
      defaultCalendar: defaultCalendarOf(ctx, fields),
      busyCalendars: busyCalendarsOf(ctx, fields),
    }
    await updateInbox(ctx.calendar, resource, inbox, { setDead, removeDead })
    return
  }
  if (resource.kind === 'outbox') throw methodNotAllowed(ctx, resource.kind)
  if (resource.kind === 'calendar' || resource.kind === 'collection') {
    await updateCollection(
      ctx.calendar,
      ctx.actor,
      refOf(resource),
      { fields, setDead, removeDead },
      conditions,
    )
    return
  }
  await updateDeadProperties(ctx.calendar, ctx.actor, resource, { setDead, removeDead }, conditions)
}

/** The calendar an href names: null, none; undefined, it is not about that. */
function defaultCalendarOf(ctx: RequestContext, fields: object): string | null | undefined {
  const { defaultCalendarHref: href } = fields as { defaultCalendarHref?: string | null }
  if (href === undefined || href === null) return href
  const target = ctx.hrefs.resolve(href)
  const isOwn = target?.kind === 'collection' && target.ref.owner === ctx.actor.username
  if (!isOwn) throw new Refusal({ code: 'valid-schedule-default-calendar-url' })
  return target.ref.collection
}

/** Client: Apple Calendar names calendars of others too, which count for their owners alone. */
function busyCalendarsOf(ctx: RequestContext, fields: object): readonly string[] | null | undefined {
  const { busyHrefs } = fields as { busyHrefs?: readonly string[] | null }
  if (busyHrefs === undefined || busyHrefs === null) return busyHrefs
  return busyHrefs.flatMap((href) => {
    const target = ctx.hrefs.resolve(href)
    return target?.kind === 'collection' && target.ref.owner === ctx.actor.username
      ? [target.ref.collection]
      : []
  })
}
