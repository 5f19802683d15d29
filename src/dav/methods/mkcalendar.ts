import { createCollection } from '../../calendar/collections.ts'
import { getCollection } from '../../calendar/homes.ts'
import type { CollectionRef } from '../../calendar/model.ts'
import { Refusal } from '../../calendar/refusal.ts'
import { answerEmpty } from '../answer.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { PreconditionError } from '../errors.ts'
import { answerMultistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { firstFailure, outcomePropstats, planChanges } from '../properties/changes.ts'
import { readInstructions } from '../properties/instructions.ts'
import { readXml, requireRoot } from '../request.ts'
import { isNotFound } from '../resources/resolve.ts'
import type { Element } from '../xml/element.ts'
import { CALDAV } from '../xml/names.ts'
import { CREATION_ONLY, readResourceType } from './creation.ts'
import type { Method } from './table.ts'

/** MKCALENDAR (RFC 4791 §5.3.1): the calendar with all its properties, or nothing. */
export const mkcalendar: Method = {
  name: 'MKCALENDAR',
  on: ['home'],
  isCreating: true,
  async run(ctx) {
    // RFC 4791 §5.3.1: the answer must not be kept.
    ctx.koa.set('Cache-Control', 'no-cache')
    const { target } = ctx
    if (target.kind !== 'collection') return refuseLocation(ctx)
    const body = await readXml(ctx.koa)
    if (body) requireRoot(body, { namespace: CALDAV, name: 'mkcalendar' })
    requireCalendarType(body)
    const instructions = body ? readInstructions(body) : []
    const changes = planChanges(ctx.registries.properties, 'calendar', instructions, CREATION_ONLY)
    if (changes.isRefused) {
      const failure = firstFailure(changes)
      if (isNamedPrecondition(failure)) throw failure
      return answerMultistatus(ctx.koa, ctx.hrefs.collection(target.ref), outcomePropstats(changes))
    }
    const { fields, setDead } = changes
    const wanted = { kind: 'calendar', fields, dead: setDead } as const
    await createCollection(ctx.calendar, ctx.actor, target.ref, wanted, readConditions(ctx))
    answerEmpty(ctx.koa, 201)
  },
}

/** A calendar can be inside a home only; a parent that is missing is told first (RFC 4918 §9.3.1). */
async function refuseLocation(ctx: RequestContext): Promise<never> {
  if (ctx.target.kind === 'member') await requireParent(ctx, ctx.target.ref)
  throw preconditions.calendarCollectionLocationOk()
}

async function requireParent(ctx: RequestContext, ref: CollectionRef): Promise<void> {
  try {
    await getCollection(ctx.calendar, ctx.actor, ref)
  } catch (error) {
    const isOwn = ref.owner === ctx.actor.username
    throw isOwn && isNotFound(error) ? new Refusal({ code: 'parent-missing' }) : error
  }
}

/**
 * Clients: DAVx5 and Apple Calendar say the resource type although the method does; Apple asks for a
 * subscription this way, which this server does not keep.
 */
function requireCalendarType(body: Element | undefined): void {
  const kind = body && readResourceType(body)
  if (kind === 'collection') throw preconditions.validResourcetype('MKCALENDAR makes calendars.')
}

/** RFC 4791 §5.3.1: an invalid time zone is a precondition of the method itself. */
function isNamedPrecondition(error: unknown): boolean {
  return (
    error instanceof PreconditionError &&
    error.condition.namespace === CALDAV &&
    error.condition.name === 'valid-calendar-data'
  )
}
