import { getCollection } from '../../calendar/homes.ts'
import type { ObjectRef } from '../../calendar/model.ts'
import { putNode } from '../../calendar/put-node.ts'
import { type PutResult, putObject } from '../../calendar/put-object.ts'
import { Refusal } from '../../calendar/refusal.ts'
import type { HttpContext } from '../../http/state.ts'
import { methodNotAllowed } from '../allow.ts'
import { answerEmpty } from '../answer.ts'
import { leavingUnread, readBody } from '../body.ts'
import { decodeCalendarData, isCalendarData, isStoredAsSent } from '../calendar-body.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { setTags } from '../entity.ts'
import { HttpError, PreconditionError } from '../errors.ts'
import { type MemberTarget, objectRef } from '../hrefs.ts'
import { mediaTypeOf } from '../media-type.ts'
import * as preconditions from '../preconditions.ts'
import { answerFailure, sendRepresentation } from '../representation.ts'
import { isNotFound, resolve } from '../resources/resolve.ts'
import { readSchedulingOptions } from '../scheduling-headers.ts'
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
    const isFile = ref === undefined || (!isCalendarData(ctx.koa) && (await isInPlainCollection(ctx, ref)))
    if (isFile) return putFile(ctx, target, await readBody(ctx.koa, ctx.calendar.limits.maxResourceSize))
    requireCalendarData(ctx.koa)
    await putCalendarData(ctx, target, ref)
  },
}

function requireCalendarData(koa: HttpContext): void {
  if (isCalendarData(koa)) return
  throw leavingUnread(koa, preconditions.supportedCalendarData(`${mediaTypeOf(koa)} is not text/calendar.`))
}

/** @throws Refusal parent-missing in one's own home, not-found in others' */
async function isInPlainCollection(ctx: RequestContext, ref: ObjectRef): Promise<boolean> {
  try {
    return (await getCollection(ctx.calendar, ctx.actor, ref)).kind === 'collection'
  } catch (error) {
    const isOwn = ref.owner === ctx.actor.username
    throw isOwn && isNotFound(error) ? new Refusal({ code: 'parent-missing' }) : error
  }
}

/** Nearly always the collection is a calendar; when it turns out to be a plain one, the body is a file. */
async function putCalendarData(ctx: RequestContext, target: MemberTarget, ref: ObjectRef): Promise<void> {
  const { koa, calendar: env } = ctx
  const conditions = readConditions(ctx)
  const bytes = await readBody(koa, env.limits.maxResourceSize, preconditions.maxResourceSize)
  try {
    const text = decodeCalendarData(koa, bytes)
    const put = await putObject(env, ctx.actor, ref, text, conditions, readSchedulingOptions(koa))
    answer(koa, put, bytes)
    if (ctx.preferences.representation) await sendRepresentation(ctx, ref, koa.status === 201 ? 201 : 200)
  } catch (error) {
    if (await isAboutFile(ctx, ref, error)) return putFile(ctx, target, bytes)
    await answerFailure(ctx, ref, error)
  }
}

function answer(koa: HttpContext, { created, object, etagUsable }: PutResult, bytes: Uint8Array): void {
  answerEmpty(koa, created ? 201 : 204)
  // RFC 4791 §5.3.4: an ETag says that what is stored is what was sent.
  setTags(koa, etagUsable && isStoredAsSent(koa, bytes) ? object.etag : undefined, object.scheduleTag)
}

async function isAboutFile(ctx: RequestContext, ref: ObjectRef, error: unknown): Promise<boolean> {
  if (error instanceof Refusal) return error.reason.code === 'method-not-allowed'
  return error instanceof PreconditionError && (await isInPlainCollection(ctx, ref))
}

/** A file of a plain collection, of any type (RFC 4918 §9.7.1). */
async function putFile(ctx: RequestContext, target: MemberTarget, body: Buffer): Promise<void> {
  const { koa, calendar: env } = ctx
  const ref = { ...target.ref, path: target.path }
  const contentType = koa.headers['content-type']?.trim() || 'application/octet-stream'
  const content = { body, contentType }
  const { created, etag } = await putNode(env, ctx.actor, ref, content, readConditions(ctx))
  answerEmpty(koa, created ? 201 : 204)
  setTags(koa, etag, undefined)
}

/** RFC 4918 §9.7.2: collections have no content of their own to replace. */
async function refuseCollection(ctx: RequestContext): Promise<void> {
  const existing = await resolve(ctx).catch(() => undefined)
  if (existing) throw methodNotAllowed(ctx, existing.kind)
  throw new HttpError(403, 'A home holds collections; put calendar objects into one of its calendars.')
}
