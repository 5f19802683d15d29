import { type LockableRef, lock as takeLock } from '../../calendar/lock.ts'
import { lockToken } from '../../calendar/lock-token.ts'
import type { Lock } from '../../calendar/locks.ts'
import { refreshLock } from '../../calendar/refresh-lock.ts'
import { Refusal } from '../../calendar/refusal.ts'
import { activeLock } from '../active-lock.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { HttpError, PreconditionError } from '../errors.ts'
import { XML_TYPE } from '../multistatus.ts'
import { header, readDepth, readXml, requireRoot } from '../request.ts'
import { el } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { serializeDocument } from '../xml/serialize.ts'
import { readLockInfo } from './lock-info.ts'
import { lockTarget } from './lock-target.ts'
import type { Method } from './table.ts'

/** LOCK (RFC 4918 §9.10): with a body a new lock, without one the refresh of a lock the If header names. */
export const lock: Method = {
  name: 'LOCK',
  on: ['calendar', 'collection', 'object', 'node'],
  isCreating: true,
  async run(ctx) {
    const ref = await lockTarget(ctx)
    const body = await readXml(ctx.koa)
    if (body === undefined) return refresh(ctx, ref)
    const info = readLockInfo(requireRoot(body, { namespace: DAV, name: 'lockinfo' }))
    const depth = readDepth(ctx.koa) ?? 'infinity'
    if (depth === '1') throw new HttpError(400, 'A lock has depth 0 or infinity.')
    const request = { ...info, isDeep: depth === 'infinity', timeoutSeconds: readTimeout(ctx) }
    const taken = await takeLock(ctx.calendar, ctx.actor, ref, request, readConditions(ctx))
    ctx.koa.set('Lock-Token', `<${lockToken(taken.lock)}>`)
    answer(ctx, taken.created ? 201 : 200, taken.lock)
  },
}

async function refresh(ctx: RequestContext, ref: LockableRef): Promise<void> {
  const conditions = readConditions(ctx)
  if (conditions.ifLists === undefined) {
    throw new HttpError(400, 'LOCK has a body, or an If header with the token of the lock to refresh.')
  }
  try {
    answer(ctx, 200, await refreshLock(ctx.calendar, ctx.actor, ref, readTimeout(ctx), conditions))
  } catch (error) {
    throw refreshFailure(error)
  }
}

/** RFC 4918 §9.10.6: of a refresh it is a failed condition, of UNLOCK a conflict. */
function refreshFailure(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.reason.code !== 'lock-token-matches-request-uri') return error
  return new PreconditionError(412, el(DAV, 'lock-token-matches-request-uri'), { cause: error })
}

function answer(ctx: RequestContext, status: 200 | 201, taken: Lock): void {
  ctx.koa.status = status
  ctx.koa.set('Content-Type', XML_TYPE)
  ctx.koa.body = serializeDocument(el(DAV, 'prop', [el(DAV, 'lockdiscovery', [activeLock(ctx, taken)])]))
}

/** Timeout (RFC 4918 §10.7): the first value that can be read; undefined: as long as the server grants. */
function readTimeout({ koa }: RequestContext): number | undefined {
  for (const value of (header(koa, 'timeout') ?? '').split(',')) {
    if (/^\s*infinite\s*$/i.test(value)) return undefined
    const seconds = /^\s*second-(\d{1,10})\s*$/i.exec(value)?.[1]
    if (seconds !== undefined) return Number(seconds)
  }
  return undefined
}
