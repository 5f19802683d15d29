import type { Actor } from '../../calendar/model.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { Multistatus } from '../multistatus.ts'
import { defineReport, type LiveProperty } from '../registry.ts'
import { membersOf } from '../resources/members.ts'
import type { Resource, ResourceKind } from '../resources/resource.ts'
import {
  type Content,
  child,
  childElements,
  type Element,
  isElement,
  type Name,
  textOf,
} from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { requireDepthZero } from './depth.ts'
import { principalResources, writeFound } from './principal-responses.ts'

/**
 * DAV:principal-match (RFC 3744 §9.3): the members, at any depth, that are the current user or a group of
 * theirs (DAV:self), or that have a property which names them (DAV:principal-property).
 */
export const principalMatch = defineReport({
  namespace: DAV,
  name: 'principal-match',
  on: ['root', 'principals', 'homes', 'home', 'calendar', 'collection'],
  async run(ctx, resource, body) {
    requireDepthZero(ctx.koa)
    const test = readTest(body)
    const multistatus = new Multistatus(ctx.koa)
    if (test === 'self') await writeFound(ctx, multistatus, body, await selves(ctx, resource.kind))
    else {
      const own = new Set([ctx.actor.username, ...(await groupNames(ctx))])
      for await (const batch of descendants(ctx, resource)) {
        await writeFound(ctx, multistatus, body, await namingAny(ctx, batch, test, own))
      }
    }
    await multistatus.close()
  },
})

function readTest(body: Element): 'self' | Name {
  if (child(body, DAV, 'self')) return 'self'
  const property = child(body, DAV, 'principal-property')
  const name = property && childElements(property)[0]
  if (!name) throw new HttpError(400, 'principal-match holds self or a principal-property.')
  return name
}

async function selves(ctx: RequestContext, kind: ResourceKind): Promise<Resource[]> {
  if (kind !== 'root' && kind !== 'principals') return []
  const groups = await groupsOf(ctx, ctx.actor)
  return principalResources([ctx.actor, ...groups.values()])
}

function groupsOf(
  ctx: RequestContext,
  actor: Actor,
): ReturnType<RequestContext['accounts']['principalsByIds']> {
  return ctx.accounts.principalsByIds(actor.groupIds)
}

async function groupNames(ctx: RequestContext): Promise<string[]> {
  return Array.from((await groupsOf(ctx, ctx.actor)).values(), ({ username }) => username)
}

/** Every member at any depth, in the batches they are read in. */
async function* descendants(ctx: RequestContext, resource: Resource): AsyncGenerator<readonly Resource[]> {
  for await (const batch of membersOf(ctx, resource)) {
    yield batch
    for (const member of batch) yield* descendants(ctx, member)
  }
}

async function namingAny(
  ctx: RequestContext,
  batch: readonly Resource[],
  property: Name,
  usernames: ReadonlySet<string>,
): Promise<Resource[]> {
  const matches: Resource[] = []
  for (const resource of batch) {
    const live = ctx.registries.properties.find(resource, property)
    if (live && (await names(ctx, resource, live, usernames))) matches.push(resource)
  }
  return matches
}

async function names(
  ctx: RequestContext,
  resource: Resource,
  live: LiveProperty,
  usernames: ReadonlySet<string>,
): Promise<boolean> {
  const value = (await live.get(ctx, resource)) ?? []
  const contents = 'namespace' in value ? value.children : value
  return contents.filter(isHref).some((href) => {
    const target = ctx.hrefs.resolve(textOf(href))
    return target?.kind === 'principal' && usernames.has(target.username)
  })
}

function isHref(content: Content): content is Element {
  return isElement(content) && content.namespace === DAV && content.name === 'href'
}
