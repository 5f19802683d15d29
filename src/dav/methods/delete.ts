import { deleteCollection } from '../../calendar/collections.ts'
import { deleteNode } from '../../calendar/delete-node.ts'
import { deleteObject } from '../../calendar/delete-object.ts'
import { OUTBOX } from '../../calendar/inbox.ts'
import { Refusal } from '../../calendar/refusal.ts'
import { methodNotAllowed } from '../allow.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { type MemberTarget, objectRef } from '../hrefs.ts'
import { readDepth } from '../request.ts'
import { resolve } from '../resources/resolve.ts'
import { readSchedulingOptions } from '../scheduling-headers.ts'
import type { Method } from './table.ts'

/** DELETE (RFC 9110 §9.3.5, RFC 4918 §9.6). A collection goes with everything in it, or not at all. */
export const del: Method = {
  name: 'DELETE',
  on: ['calendar', 'collection', 'object', 'node'],
  takesNoBody: true,
  async run(ctx) {
    readDepth(ctx.koa)
    await remove(ctx)
    ctx.koa.status = 204
  },
}

async function remove(ctx: RequestContext): Promise<void> {
  const { target } = ctx
  switch (target.kind) {
    case 'collection':
      // An outbox is no row that could be removed; whose it is not is told that there is none.
      if (target.ref.collection === OUTBOX) throw methodNotAllowed(ctx, (await resolve(ctx)).kind)
      return deleteCollection(ctx.calendar, ctx.actor, target.ref, readConditions(ctx))
    case 'member':
      return removeMember(ctx, target)
    default:
      throw methodNotAllowed(ctx, (await resolve(ctx)).kind)
  }
}

async function removeMember(ctx: RequestContext, target: MemberTarget): Promise<void> {
  const conditions = readConditions(ctx)
  const ref = objectRef(target)
  if (ref !== undefined) {
    try {
      return await deleteObject(ctx.calendar, ctx.actor, ref, conditions, readSchedulingOptions(ctx.koa))
    } catch (error) {
      if (!isInPlainCollection(error)) throw error
    }
  }
  await deleteNode(ctx.calendar, ctx.actor, { ...target.ref, path: target.path }, conditions)
}

/** The use case for objects refuses only what is not in a calendar in this way. */
function isInPlainCollection(error: unknown): boolean {
  return error instanceof Refusal && error.reason.code === 'method-not-allowed'
}
