import { floatingZoneOf } from '../../calendar/floating-zone.ts'
import { objectsOf } from '../../calendar/inbox.ts'
import type { Calendar, Home } from '../../calendar/model.ts'
import { READ_CONTENT } from '../../calendar/privileges.ts'
import { changesSince, homeChangesSince } from '../../calendar/sync.ts'
import { requirePrivileges } from '../access.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { Multistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { readPropertyRequest } from '../properties/request.ts'
import { defineReport } from '../registry.ts'
import { readDepth } from '../request.ts'
import type { Resource } from '../resources/resource.ts'
import { el } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { readObjectRequest } from './object-request.ts'
import { readSyncRequest, type SyncRequest } from './sync-request.ts'

/** DAV:sync-collection (RFC 6578 §3.2), of a calendar's objects and of a home's collections. */
export const syncCollection = defineReport({
  namespace: DAV,
  name: 'sync-collection',
  on: ['home', 'calendar', 'inbox'],
  async run(ctx, resource, body) {
    const collection = resource.kind === 'inbox' ? objectsOf(resource) : resource
    const request = readSyncRequest(body, readDepth(ctx.koa))
    if (!readPropertyRequest(body)) throw new HttpError(400, 'sync-collection holds a prop.')
    const { plan, data } = readObjectRequest(ctx, body, floatingZoneOf)
    const changes = await findChanges(ctx, collection, request, data)
    const multistatus = new Multistatus(ctx.koa)
    if (request.level === 'infinite' && collection.kind === 'home') {
      refuseTraversal(ctx, multistatus, changes.changed)
    } else {
      await plan.write(multistatus, changes.changed)
    }
    for (const href of changes.removed) multistatus.status(href, 404)
    if (changes.truncated) writeTruncation(ctx, multistatus, collection)
    await multistatus.close([el(DAV, 'sync-token', [changes.token])])
  },
})

/** What changed since a token, as resources and hrefs. */
interface Changes {
  readonly changed: readonly Resource[]
  readonly removed: readonly string[]
  readonly token: string
  readonly truncated: boolean
}

async function findChanges(
  ctx: RequestContext,
  collection: Calendar | Home,
  { token, limit }: SyncRequest,
  data: boolean,
): Promise<Changes> {
  const owner = collection.owner.username
  if (collection.kind === 'home') {
    const changes = await homeChangesSince(ctx.calendar, ctx.actor, collection, token, limit)
    const removed = changes.removed.map((name) => ctx.hrefs.collection({ owner, collection: name }))
    return { ...changes, removed }
  }
  requirePrivileges(ctx, collection, READ_CONTENT)
  const changes = await changesSince(ctx.calendar, collection, token, limit, { data })
  return {
    ...changes,
    changed: changes.changed.map((object) => ({ kind: 'object', calendar: collection, object })),
    removed: changes.removed.map((name) => ctx.hrefs.object({ owner, collection: collection.name, name })),
  }
}

/**
 * RFC 6578 §3.3: each collection of a home keeps its own history, which no one token could carry, so a
 * client that wants all levels is told to ask each of them, if it can be asked.
 */
function refuseTraversal(ctx: RequestContext, multistatus: Multistatus, changed: readonly Resource[]): void {
  const own = preconditions.syncTraversalSupported()
  const none = preconditions.supportedReport()
  for (const resource of changed) {
    const { condition } = ctx.registries.reports.find(resource, syncCollection) ? own : none
    multistatus.status(ctx.hrefs.of(resource), 403, condition)
  }
}

/** RFC 6578 §3.6: a 507 for the request's URI; the token is that of the last change reported. */
function writeTruncation(ctx: RequestContext, multistatus: Multistatus, collection: Calendar | Home): void {
  const { condition } = preconditions.numberOfMatchesWithinLimits()
  multistatus.status(ctx.hrefs.of(collection), 507, condition)
}
