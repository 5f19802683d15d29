import { getCollection } from '../../calendar/homes.ts'
import type { ObjectRef } from '../../calendar/model.ts'
import { putNode } from '../../calendar/put-node.ts'
import { putObject } from '../../calendar/put-object.ts'
import { Refusal } from '../../calendar/refusal.ts'
import { methodNotAllowed } from '../allow.ts'
import { leavingUnread, readBody } from '../body.ts'
import { decodeCalendarData, isCalendarData } from '../calendar-body.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { setTags } from '../entity.ts'
import { HttpError } from '../errors.ts'
import { type MemberTarget, objectRef } from '../hrefs.ts'
import { mediaTypeOf } from '../media-type.ts'
import * as preconditions from '../preconditions.ts'
import { answerFailure, sendRepresentation } from '../representation.ts'
import { resolve } from '../resources/resolve.ts'
import type { Method } from './table.ts'

/** PUT (RFC 9110 §9.3.4, RFC 4791 §5.3.2). */
export const put: Method = {
  name: 'PUT',
  on: ['object', 'node'],
  isCreating: true,
  async run(ctx) {
    const { target } = ctx
    if (target.kind !== 'member') return refuseCollection(ctx)
    // RFC 9110 §14.5: a partial PUT must not be taken for a whole one.
    if (ctx.koa.headers['content-range'] !== undefined) {
      throw leavingUnread(ctx.koa, new HttpError(400, 'Content-Range is not accepted in PUT.'))
    }
    const ref = objectRef(target)
    if (ref === undefined || !(await isInCalendar(ctx, ref))) return putFile(ctx, target)
    if (!isCalendarData(ctx.koa)) {
      const type = mediaTypeOf(ctx.koa)
      throw leavingUnread(ctx.koa, preconditions.supportedCalendarData(`${type} is not text/calendar.`))
    }
    await putCalendarData(ctx, ref)
  },
}

/** A missing collection is taken for a calendar: the use case says what is missing. */
async function isInCalendar(ctx: RequestContext, ref: ObjectRef): Promise<boolean> {
  try {
    return (await getCollection(ctx.calendar, ctx.actor, ref)).kind === 'calendar'
  } catch (error) {
    if (error instanceof Refusal && error.reason.code === 'not-found') return true
    throw error
  }
}

async function putCalendarData(ctx: RequestContext, ref: ObjectRef): Promise<void> {
  const { koa, calendar: env, preferences } = ctx
  const conditions = readConditions(ctx)
  const bytes = await readBody(koa, env.limits.maxResourceSize, preconditions.maxResourceSize)
  const text = decodeCalendarData(koa, bytes)
  try {
    const { created, object, etagUsable } = await putObject(env, ctx.actor, ref, text, conditions)
    koa.status = created ? 201 : 204
    // RFC 4791 §5.3.4: an ETag says that what is stored is what was sent.
    setTags(koa, etagUsable ? object.etag : undefined, object.scheduleTag)
    if (preferences.representation) await sendRepresentation(ctx, ref, created ? 201 : 200)
  } catch (error) {
    await answerFailure(ctx, ref, error)
  }
}

/** A file of a plain collection, of any type (RFC 4918 §9.7.1). */
async function putFile(ctx: RequestContext, target: MemberTarget): Promise<void> {
  const { koa, calendar: env } = ctx
  const conditions = readConditions(ctx)
  const body = await readBody(koa, env.limits.maxResourceSize)
  const ref = { ...target.ref, path: target.path }
  const contentType = koa.headers['content-type']?.trim() || 'application/octet-stream'
  const { created, etag } = await putNode(env, ctx.actor, ref, { body, contentType }, conditions)
  koa.status = created ? 201 : 204
  setTags(koa, etag, undefined)
}

/** RFC 4918 §9.7.2: collections have no content of their own to replace. */
async function refuseCollection(ctx: RequestContext): Promise<void> {
  const existing = await resolve(ctx).catch(() => undefined)
  if (existing) throw methodNotAllowed(ctx.registries, existing.kind)
  throw new HttpError(403, 'A home holds collections; put calendar objects into one of its calendars.')
}
