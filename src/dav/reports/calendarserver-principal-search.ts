import type { Principal, PrincipalKind } from '../../calendar/model.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { Multistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { defineReport } from '../registry.ts'
import { child, childElements, type Element, textOf } from '../xml/element.ts'
import { CALENDARSERVER, DAV } from '../xml/names.ts'
import { principalResources, writeFound } from './principal-responses.ts'

/** The kinds of principal that each context of a search is about. */
const CONTEXTS: Readonly<Record<string, readonly PrincipalKind[]>> = {
  user: ['INDIVIDUAL'],
  group: ['GROUP'],
  resource: ['RESOURCE'],
  location: ['ROOM'],
  attendee: ['INDIVIDUAL', 'GROUP', 'RESOURCE', 'ROOM'],
}

const MAX_TOKENS = 10
const MOST_FOUND = 500

/**
 * CS:calendarserver-principal-search (calendarserver-principal-search extension): people whose name or
 * address has every word that was typed. Client: Apple Calendar completes attendees with it.
 */
export const calendarserverPrincipalSearch = defineReport({
  namespace: CALENDARSERVER,
  name: 'calendarserver-principal-search',
  on: ['root', 'principals'],
  async run(ctx, resource, body) {
    const tokens = readTokens(body)
    const limit = readLimit(body)
    const found = await search(ctx, tokens, CONTEXTS[body.attributes.context ?? 'attendee'] ?? [])
    const multistatus = new Multistatus(ctx.koa)
    await writeFound(ctx, multistatus, body, principalResources(found.slice(0, limit)))
    if (found.length > limit) {
      const { condition } = preconditions.numberOfMatchesWithinLimits()
      multistatus.status(ctx.hrefs.of(resource), 507, condition)
    }
    await multistatus.close()
  },
})

function readTokens(body: Element): [string, ...string[]] {
  const [first, ...others] = childElements(body)
    .filter(({ namespace, name }) => namespace === CALENDARSERVER && name === 'search-token')
    .map((token) => textOf(token).trim().toLowerCase())
    .filter((token) => token !== '')
  if (first === undefined) throw new HttpError(400, 'calendarserver-principal-search has no search-token.')
  if (others.length >= MAX_TOKENS) throw preconditions.numberOfMatchesWithinLimits()
  return [first, ...others]
}

/** CS:limit/CS:nresults, or the DAV elements of those names. */
function readLimit(body: Element): number {
  const limit = child(body, CALENDARSERVER, 'limit') ?? child(body, DAV, 'limit')
  const nresults = limit && childElements(limit).find(({ name }) => name === 'nresults')
  const wanted = nresults ? Number(textOf(nresults).trim()) : MOST_FOUND
  return Number.isSafeInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST_FOUND) : MOST_FOUND
}

/** The directory finds by the first word, which the others narrow. */
async function search(
  ctx: RequestContext,
  [first, ...others]: readonly [string, ...string[]],
  kinds: readonly PrincipalKind[],
): Promise<Principal[]> {
  const found = await ctx.accounts.searchPrincipals({
    tests: [
      { field: 'name', match: 'contains', text: first },
      { field: 'email', match: 'contains', text: first },
    ],
    anyOf: true,
  })
  return found.filter((principal) => {
    const text = `${principal.name}\n${principal.email}`.toLowerCase()
    return kinds.includes(principal.kind) && others.every((token) => text.includes(token))
  })
}
