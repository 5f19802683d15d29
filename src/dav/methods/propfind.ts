import { listEntries } from '../../calendar/list-entries.ts'
import { READ_CONTENT } from '../../calendar/privileges.ts'
import { requirePrivileges } from '../access.ts'
import type { RequestContext } from '../context.ts'
import { Multistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { markApplied, varyByPreference } from '../preferences.ts'
import { PropertyPlan } from '../properties/plan.ts'
import { readPropfind } from '../properties/request.ts'
import { readDepth, readXml } from '../request.ts'
import { isCollection, membersOf } from '../resources/members.ts'
import { resolve } from '../resources/resolve.ts'
import type { Resource } from '../resources/resource.ts'
import type { Method } from './table.ts'

/** PROPFIND (RFC 4918 §9.1). */
export const propfind: Method = {
  name: 'PROPFIND',
  on: [
    'root',
    'principals',
    'principal',
    'homes',
    'home',
    'calendar',
    'collection',
    'object',
    'node',
    'inbox',
    'outbox',
  ],
  isSafe: true,
  async run(ctx) {
    const depth = readDepth(ctx.koa) ?? 'infinity'
    const resource = await resolve(ctx)
    const hasMembers = isCollection(resource)
    if (depth === 'infinity' && hasMembers) throw preconditions.propfindFiniteDepth()
    requirePrivileges(ctx, resource, READ_CONTENT)
    const plan = new PropertyPlan(ctx, readPropfind(await readXml(ctx.koa)))
    const isListing = depth === '1' && hasMembers
    answerPreferences(ctx, isListing)
    const multistatus = new Multistatus(ctx.koa)
    // Client: Thunderbird reads the first response only, and expects the request's own resource there.
    if (!(isListing && ctx.preferences.depthNoroot)) await plan.writeOwn(multistatus, resource)
    if (isListing) await writeMembers(ctx, resource, plan, multistatus)
    await multistatus.close()
  },
}

async function writeMembers(
  ctx: RequestContext,
  resource: Resource,
  plan: PropertyPlan,
  multistatus: Multistatus,
): Promise<void> {
  if (resource.kind === 'calendar' && plan.isAnsweredByEntries) {
    for await (const entries of listEntries(ctx.calendar, resource)) {
      await plan.writeEntries(multistatus, resource, entries)
    }
    return
  }
  for await (const members of membersOf(ctx, resource)) await plan.write(multistatus, members)
}

/** RFC 8144 §2.1, §2.3. */
function answerPreferences({ koa, preferences }: RequestContext, isListing: boolean): void {
  varyByPreference(koa)
  if (preferences.minimal) markApplied(koa, 'return=minimal')
  if (isListing && preferences.depthNoroot) markApplied(koa, 'depth-noroot')
}
