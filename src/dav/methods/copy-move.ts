import { copyCollection, copyObject, moveCollection, moveObject } from '../../calendar/copy-move.ts'
import { type Transfer, transferNode } from '../../calendar/copy-move-node.ts'
import { getCollection } from '../../calendar/homes.ts'
import type { NodeRef } from '../../calendar/model.ts'
import { Refusal } from '../../calendar/refusal.ts'
import { answerEmpty } from '../answer.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { type MemberTarget, objectRef, type Target } from '../hrefs.ts'
import * as preconditions from '../preconditions.ts'
import { readDepth, readDestination, readOverwrite } from '../request.ts'
import { resolve } from '../resources/resolve.ts'
import type { Method } from './table.ts'

const ON: Method['on'] = ['calendar', 'collection', 'object', 'node']

/** COPY (RFC 4918 §9.8). */
export const copy: Method = { name: 'COPY', on: ON, takesNoBody: true, run: (ctx) => transfer(ctx, false) }

/** MOVE (RFC 4918 §9.9). */
export const move: Method = { name: 'MOVE', on: ON, takesNoBody: true, run: (ctx) => transfer(ctx, true) }

async function transfer(ctx: RequestContext, isMove: boolean): Promise<void> {
  const options = {
    isMove,
    isDeep: readIsDeep(ctx, isMove),
    overwrite: readOverwrite(ctx.koa),
    conditions: readConditions(ctx),
  }
  const { created } = await run(ctx, ctx.target, readDestination(ctx), options)
  answerEmpty(ctx.koa, created ? 201 : 204)
}

/** RFC 4918 §9.8.3, §9.9.2: a copy has depth 0 or infinity, a move of a collection infinity. */
function readIsDeep({ koa, target }: RequestContext, isMove: boolean): boolean {
  const depth = readDepth(koa) ?? 'infinity'
  if (depth === '1') throw new HttpError(400, 'Depth is 0 or infinity here.')
  if (isMove && depth === '0' && target.kind === 'collection') {
    throw new HttpError(400, 'A collection moves with everything in it.')
  }
  return depth === 'infinity'
}

/** What goes where: a member into another collection of its kind, a collection to another name in a home. */
async function run(
  ctx: RequestContext,
  from: Target,
  to: Target,
  options: Transfer,
): Promise<{ created: boolean }> {
  if (from.kind === 'member' && to.kind === 'member') return transferMember(ctx, from, to, options)
  if (from.kind === 'collection' && to.kind === 'collection') {
    const use = options.isMove ? moveCollection : copyCollection
    return use(ctx.calendar, ctx.actor, from.ref, to.ref, options)
  }
  const source = await resolve(ctx)
  // RFC 4791 §4.2: a calendar is never inside another collection than a home.
  if (source.kind === 'calendar') throw preconditions.calendarCollectionLocationOk()
  throw misplaced()
}

async function transferMember(
  ctx: RequestContext,
  from: MemberTarget,
  to: MemberTarget,
  options: Transfer,
): Promise<{ created: boolean }> {
  const { calendar: env, actor } = ctx
  const { kind } = await getCollection(env, actor, from.ref)
  if (kind === 'collection') return transferNode(env, actor, nodeRef(from), nodeRef(to), options)
  const source = objectRef(from)
  if (source === undefined) throw new HttpError(404, 'There is nothing here.')
  const destination = objectRef(to)
  if (destination === undefined) throw new HttpError(409, 'The collection to hold it does not exist.')
  const use = options.isMove ? moveObject : copyObject
  return use(env, actor, source, destination, options).catch(asMisplaced)
}

/** It is the destination that is no calendar; the method does apply to the request's own resource. */
function asMisplaced(error: unknown): never {
  const isMisplaced = error instanceof Refusal && error.reason.code === 'method-not-allowed'
  throw isMisplaced ? misplaced() : error
}

function misplaced(): HttpError {
  return new HttpError(403, 'That is no place for a resource of this kind.')
}

function nodeRef({ ref, path }: MemberTarget): NodeRef {
  return { ...ref, path }
}
