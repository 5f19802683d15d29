import type { Principal } from '../../calendar/model.ts'
import type { RequestContext } from '../context.ts'
import { Multistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { defineReport } from '../registry.ts'
import type { ResourceKind } from '../resources/resource.ts'
import { child, type Element } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { principalResources, writeFound } from './principal-responses.ts'
import { readSearchTests } from './principal-search-request.ts'
import { readLimit } from './sync-request.ts'

/** Past this a search that set no limit of its own is refused as too wide. */
const MOST_FOUND = 500

/**
 * DAV:principal-property-search (RFC 3744 §9.4).
 * Client: Thunderbird sends Depth 1, which the RFC would refuse; Depth changes nothing here.
 */
export const principalPropertySearch = defineReport({
  namespace: DAV,
  name: 'principal-property-search',
  on: ['root', 'principals', 'principal', 'homes', 'home', 'calendar'],
  async run(ctx, resource, body) {
    const limit = readLimit(body)
    const found = isAmongPrincipals(resource.kind, body) ? await search(ctx, body, limit) : []
    const shown = found.slice(0, limit ?? MOST_FOUND)
    const multistatus = new Multistatus(ctx.koa)
    await writeFound(ctx, multistatus, body, principalResources(shown))
    if (shown.length < found.length) {
      const { condition } = preconditions.numberOfMatchesWithinLimits()
      multistatus.status(ctx.hrefs.of(resource), 507, condition)
    }
    await multistatus.close()
  },
})

/** The search is of the request's own members, unless it is to be applied where principals are. */
function isAmongPrincipals(kind: ResourceKind, body: Element): boolean {
  const isApplied = child(body, DAV, 'apply-to-principal-collection-set') !== undefined
  return isApplied || kind === 'root' || kind === 'principals'
}

/** One more than are shown, which tells whether there are more. */
async function search(ctx: RequestContext, body: Element, limit: number | undefined): Promise<Principal[]> {
  const asked = readSearchTests(body)
  if (asked === undefined) return []
  const most = Math.min(limit ?? MOST_FOUND, MOST_FOUND)
  const found = await ctx.accounts.searchPrincipals({ ...asked, limit: most + 1 })
  if (limit === undefined && found.length > MOST_FOUND) throw preconditions.numberOfMatchesWithinLimits()
  return found
}
