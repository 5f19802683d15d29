import type { Conditions } from '../../calendar/conditions.ts'
import { getCollection } from '../../calendar/homes.ts'
import type { Calendar } from '../../calendar/model.ts'
import { putObject } from '../../calendar/put-object.ts'
import { methodNotAllowed } from '../allow.ts'
import { answerEmpty } from '../answer.ts'
import { leavingUnread, readBody } from '../body.ts'
import { runCrud } from '../bulk/crud.ts'
import { setCtag, takeCtagCondition } from '../bulk/ctag.ts'
import { MAX_BULK_BYTES } from '../bulk/limits.ts'
import { runSimple } from '../bulk/simple.ts'
import { decodeCalendarData, isCalendarData, isStoredAsSent } from '../calendar-body.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { setTags } from '../entity.ts'
import { HttpError } from '../errors.ts'
import { ADD_MEMBER_QUERY, refOf } from '../hrefs.ts'
import { mediaTypeOf } from '../media-type.ts'
import { Multistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { sendRepresentation } from '../representation.ts'
import { requireXml } from '../request.ts'
import { resolve } from '../resources/resolve.ts'
import { answerOutbox } from '../schedule-response.ts'
import { ME } from '../xml/names.ts'
import type { Method } from './table.ts'

/** POST to a calendar: a new member (RFC 5995), or many changes at once (calendarserver-bulk-change). */
export const post: Method = {
  name: 'POST',
  on: ['calendar', 'outbox'],
  async run(ctx) {
    const { koa } = ctx
    const resource = await resolve(ctx)
    if (resource.kind === 'outbox') return answerOutbox(ctx, resource)
    if (resource.kind !== 'calendar') throw methodNotAllowed(ctx, resource.kind)
    if (isCalendarData(koa)) {
      const isAddMember = koa.querystring === ADD_MEMBER_QUERY
      return isAddMember ? addMember(ctx, resource) : changeMany(ctx, resource, createMany)
    }
    if (/^(?:application|text)\/xml$/.test(mediaTypeOf(koa) ?? ''))
      return changeMany(ctx, resource, runOperations)
    throw leavingUnread(koa, new HttpError(415, 'A calendar takes text/calendar or XML by POST.'))
  },
}

/** RFC 5995 §3.1: the server names the new member. */
async function addMember(ctx: RequestContext, calendar: Calendar): Promise<void> {
  const { koa, calendar: env } = ctx
  const bytes = await readBody(koa, env.limits.maxResourceSize, preconditions.maxResourceSize)
  const text = decodeCalendarData(koa, bytes)
  const ref = { ...refOf(calendar), name: `${env.newId()}.ics` }
  const conditions = { ...readConditions(ctx), ifNoneMatch: '*' } as const
  const { object, etagUsable } = await putObject(env, ctx.actor, ref, text, conditions)
  answerEmpty(koa, 201)
  koa.set('Location', ctx.hrefs.object(ref))
  setTags(koa, etagUsable && isStoredAsSent(koa, bytes) ? object.etag : undefined, object.scheduleTag)
  if (ctx.preferences.representation) await sendRepresentation(ctx, ref, 201)
}

/** Reads the body and makes its changes, one after the other. */
type Changes = (
  ctx: RequestContext,
  calendar: Calendar,
  conditions: Conditions,
  multistatus: Multistatus,
) => Promise<void>

async function changeMany(ctx: RequestContext, calendar: Calendar, make: Changes): Promise<void> {
  const { koa } = ctx
  const { rest, isConditional } = takeCtagCondition(calendar, readConditions(ctx))
  const multistatus = new Multistatus(koa)
  await make(ctx, calendar, rest, multistatus)
  if (isConditional) {
    const changed = await getCollection(ctx.calendar, ctx.actor, refOf(calendar))
    if (changed.kind === 'calendar') setCtag(koa, changed)
  }
  await multistatus.close()
}

const runOperations: Changes = async (ctx, calendar, conditions, multistatus) => {
  const body = await requireXml(ctx.koa, { namespace: ME, name: 'multiput' })
  await runCrud(ctx, calendar, body, conditions, multistatus)
}

const createMany: Changes = async (ctx, calendar, conditions, multistatus) => {
  const bytes = await readBody(ctx.koa, MAX_BULK_BYTES, preconditions.maxResourceSize)
  await runSimple(ctx, calendar, decodeCalendarData(ctx.koa, bytes), conditions, multistatus)
}
