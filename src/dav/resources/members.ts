import { listCollections } from '../../calendar/homes.ts'
import { objectsOf } from '../../calendar/inbox.ts'
import type { Calendar } from '../../calendar/model.ts'
import { listNodes } from '../../calendar/nodes.ts'
import { listObjects } from '../../calendar/objects.ts'
import { holds, READ_CONTENT } from '../../calendar/privileges.ts'
import type { RequestContext } from '../context.ts'
import { refOf } from '../hrefs.ts'
import { resolve } from './resolve.ts'
import type { Resource, ResourceKind } from './resource.ts'

/** Kinds that are collections (RFC 4918 §3); a node says for itself whether it is one. */
const COLLECTIONS: ReadonlySet<ResourceKind> = new Set([
  'root',
  'principals',
  'principal',
  'homes',
  'home',
  'calendar',
  'collection',
  'inbox',
  'outbox',
])

export function isCollection(resource: Resource): boolean {
  return resource.kind === 'node' ? resource.isCollection : COLLECTIONS.has(resource.kind)
}

/** The direct members of a collection that the actor may read, in batches; none for anything else. */
export async function* membersOf(
  ctx: RequestContext,
  resource: Resource,
): AsyncGenerator<readonly Resource[]> {
  switch (resource.kind) {
    case 'root':
      yield [{ kind: 'principals' }, { kind: 'homes' }]
      return
    case 'principals':
      yield (await ctx.accounts.listPrincipals()).map((principal) => ({ kind: 'principal', principal }))
      return
    case 'homes':
      yield [await resolve(ctx, { kind: 'home', ref: { owner: ctx.actor.username } })]
      return
    case 'home':
      yield (await listCollections(ctx.calendar, ctx.actor, resource)).filter(({ privileges }) =>
        holds(privileges, READ_CONTENT),
      )
      return
    case 'calendar':
      for await (const batch of listObjects(ctx.calendar, resource, { data: false })) {
        yield batch.map((object) => ({ kind: 'object', calendar: resource, object }))
      }
      return
    case 'inbox':
      yield* inboxItems(ctx, objectsOf(resource))
      return
    case 'collection':
      yield await listNodes(ctx.calendar, ctx.actor, { ...refOf(resource), path: [] })
      return
    case 'node':
      if (resource.isCollection) {
        yield await listNodes(ctx.calendar, ctx.actor, { ...refOf(resource.collection), path: resource.path })
      }
  }
}

async function* inboxItems(ctx: RequestContext, inbox: Calendar): AsyncGenerator<readonly Resource[]> {
  for await (const batch of listObjects(ctx.calendar, inbox, { data: false })) {
    yield batch.map((object) => ({ kind: 'object', calendar: inbox, object }))
  }
}
