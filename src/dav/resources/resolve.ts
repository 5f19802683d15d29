import { getCollection, getHome } from '../../calendar/homes.ts'
import { getInbox, getOutbox, INBOX, OUTBOX } from '../../calendar/inbox.ts'
import type { CollectionRef } from '../../calendar/model.ts'
import { getNode } from '../../calendar/nodes.ts'
import { getObject } from '../../calendar/objects.ts'
import { Refusal } from '../../calendar/refusal.ts'
import type { RequestContext } from '../context.ts'
import { type MemberTarget, objectRef, type Target } from '../hrefs.ts'
import type { Resource, ResourceKind, ResourceOf } from './resource.ts'

/** The kinds of resource a target can turn out to be. */
const POSSIBLE: Readonly<Record<Target['kind'], readonly ResourceKind[]>> = {
  root: ['root'],
  principals: ['principals'],
  principal: ['principal'],
  homes: ['homes'],
  home: ['home'],
  collection: ['calendar', 'collection', 'inbox', 'outbox'],
  member: ['object', 'node'],
}

export function possibleKinds(target: Target): readonly ResourceKind[] {
  return POSSIBLE[target.kind]
}

/**
 * The resource a target names.
 *
 * @throws Refusal not-found where there is none, or none the actor may know of
 */
export async function resolve(ctx: RequestContext, target: Target = ctx.target): Promise<Resource> {
  switch (target.kind) {
    case 'root':
    case 'principals':
    case 'homes':
      return { kind: target.kind }
    case 'principal':
      return resolvePrincipal(ctx, target.username)
    case 'home':
      return getHome(ctx.calendar, ctx.actor, target.ref)
    case 'collection':
      return resolveCollection(ctx, target.ref)
    case 'member':
      return resolveMember(ctx, target)
  }
}

function resolveCollection(ctx: RequestContext, ref: CollectionRef): Promise<Resource> {
  if (ref.collection === INBOX) return getInbox(ctx.calendar, ctx.actor, ref)
  if (ref.collection === OUTBOX) return getOutbox(ctx.calendar, ctx.actor, ref)
  return getCollection(ctx.calendar, ctx.actor, ref)
}

async function resolvePrincipal(ctx: RequestContext, username: string): Promise<ResourceOf<'principal'>> {
  const principal = username === ctx.actor.username ? ctx.actor : await ctx.accounts.findPrincipal(username)
  if (principal === undefined) throw new Refusal({ code: 'not-found', what: 'principal' })
  return { kind: 'principal', principal }
}

/** Most members are calendar objects, so those are looked for first. */
async function resolveMember(ctx: RequestContext, target: MemberTarget): Promise<Resource> {
  const ref = objectRef(target)
  if (ref !== undefined) {
    try {
      return { kind: 'object', ...(await getObject(ctx.calendar, ctx.actor, ref, { data: false })) }
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return getNode(ctx.calendar, ctx.actor, { ...target.ref, path: target.path })
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Refusal && error.reason.code === 'not-found'
}
