import type { CalendarObjectRecord, ObjectRef } from '../calendar/model.ts'
import { getObject } from '../calendar/objects.ts'
import { Refusal } from '../calendar/refusal.ts'
import type { RequestContext } from './context.ts'
import { setTags } from './entity.ts'
import { objectForm, wantedForm } from './negotiation.ts'
import { markApplied, varyByPreference } from './preferences.ts'

/**
 * Answers with the object as it is stored now (Prefer: return=representation, RFC 7240 §4.2).
 *
 * @returns whether the actor may read it, so that it was sent
 */
export async function sendRepresentation(
  ctx: RequestContext,
  ref: ObjectRef,
  status: number,
): Promise<boolean> {
  const { koa } = ctx
  varyByPreference(koa)
  const object = await readable(ctx, ref)
  if (object === undefined) return false
  markApplied(koa, 'return=representation')
  koa.status = status
  const { body, contentType, etag } = objectForm(object, wantedForm(koa))
  koa.body = body
  koa.set('Content-Type', contentType)
  koa.set('Content-Location', ctx.hrefs.object(ref))
  setTags(koa, etag, object.scheduleTag)
  return true
}

/** Undefined when the actor may not read it, or it is gone already: what was changed is changed all the same. */
async function readable(ctx: RequestContext, ref: ObjectRef): Promise<CalendarObjectRecord | undefined> {
  try {
    return (await getObject(ctx.calendar, ctx.actor, ref, { data: true })).object
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/**
 * A failed condition of a client that prefers the representation is answered with it (RFC 8144 §3), so that
 * the client can merge at once. Any other error is thrown again.
 */
export async function answerFailure(ctx: RequestContext, ref: ObjectRef, error: unknown): Promise<void> {
  if (!ctx.preferences.representation || !isFailedCondition(error)) throw error
  const isSent = await sendRepresentation(ctx, ref, 412)
  if (!isSent) throw error
}

function isFailedCondition(error: unknown): boolean {
  return error instanceof Refusal && error.reason.code === 'condition-failed'
}
