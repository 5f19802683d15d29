import { createCollection } from '../../calendar/collections.ts'
import { makeNodeCollection } from '../../calendar/make-node-collection.ts'
import { Refusal } from '../../calendar/refusal.ts'
import { methodNotAllowed } from '../allow.ts'
import { answerEmpty } from '../answer.ts'
import { hasBody } from '../body.ts'
import { readConditions } from '../conditional.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import type { Target } from '../hrefs.ts'
import { mediaTypeOf } from '../media-type.ts'
import { XML_TYPE } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { firstFailure, outcomePropstats, type PropertyChanges, planChanges } from '../properties/changes.ts'
import { readInstructions } from '../properties/instructions.ts'
import { readXml, requireRoot } from '../request.ts'
import { resolve } from '../resources/resolve.ts'
import type { Element } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { serializeDocument } from '../xml/serialize.ts'
import { CREATION_ONLY, readResourceType, type WantedKind } from './creation.ts'
import type { Method } from './table.ts'

/** MKCOL (RFC 4918 §9.3) and extended MKCOL (RFC 5689 §3). */
export const mkcol: Method = {
  name: 'MKCOL',
  on: ['home', 'collection', 'node'],
  isCreating: true,
  async run(ctx) {
    const body = await readMkcol(ctx)
    const kind = body === undefined ? 'collection' : wantedKind(body)
    const instructions = body === undefined ? [] : readInstructions(body)
    const changes = planChanges(ctx.registries.properties, kind, instructions, CREATION_ONLY)
    if (changes.isRefused) return refuseProperties(ctx, changes)
    try {
      await create(ctx, ctx.target, kind, changes)
    } catch (error) {
      throw await translated(ctx, error)
    }
    answerEmpty(ctx.koa, 201)
  },
}

/** @throws HttpError 415 for a body that is not XML (RFC 4918 §9.3) */
async function readMkcol({ koa }: RequestContext): Promise<Element | undefined> {
  if (!hasBody(koa)) return undefined
  const type = mediaTypeOf(koa)
  if (type !== undefined && !/^(?:application|text)\/(?:[\w.-]+\+)?xml$/.test(type)) {
    throw new HttpError(415, 'MKCOL takes an XML body, or none.')
  }
  const body = await readXml(koa)
  return body && requireRoot(body, { namespace: DAV, name: 'mkcol' })
}

/** RFC 5689 §3: the body must say what to make. */
function wantedKind(body: Element): WantedKind {
  const kind = readResourceType(body)
  if (kind === undefined) throw preconditions.validResourcetype('The resource type is missing.')
  return kind
}

async function create(
  ctx: RequestContext,
  target: Target,
  kind: WantedKind,
  changes: PropertyChanges,
): Promise<void> {
  const conditions = readConditions(ctx)
  const dead = changes.setDead
  if (target.kind === 'collection') {
    const wanted = { kind, fields: changes.fields, dead }
    await createCollection(ctx.calendar, ctx.actor, target.ref, wanted, conditions)
  } else if (target.kind === 'member') {
    if (kind === 'calendar') throw preconditions.calendarCollectionLocationOk()
    const ref = { ...target.ref, path: target.path }
    await makeNodeCollection(ctx.calendar, ctx.actor, ref, dead, conditions)
  }
}

/** RFC 4918 §9.3.1: MKCOL of what exists is 405. */
async function translated(ctx: RequestContext, error: unknown): Promise<unknown> {
  if (!(error instanceof Refusal) || error.reason.code !== 'already-exists') return error
  return methodNotAllowed(ctx, (await resolve(ctx)).kind)
}

/** RFC 5689 §3: which property stood in the way. */
function refuseProperties({ koa }: RequestContext, changes: PropertyChanges): void {
  koa.status = firstFailure(changes)?.status ?? 403
  koa.set('Content-Type', XML_TYPE)
  koa.body = serializeDocument({
    namespace: DAV,
    name: 'mkcol-response',
    attributes: {},
    children: [{ raw: outcomePropstats(changes) }],
  })
}
