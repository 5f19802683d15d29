import { homeUsage } from '../../calendar/home-usage.ts'
import type { RequestContext } from '../context.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import type { ResourceOf } from '../resources/resource.ts'
import { DAV } from '../xml/names.ts'

type Kind = 'home' | 'calendar' | 'collection'
const ON: readonly Kind[] = ['home', 'calendar', 'collection']

/** Used octets by owner, looked up once for a request however many collections ask. */
const usageOf = new WeakMap<RequestContext, Map<string, Promise<bigint>>>()

function used(ctx: RequestContext, { owner }: ResourceOf<Kind>): Promise<bigint> {
  const byOwner = usageOf.get(ctx) ?? new Map<string, Promise<bigint>>()
  usageOf.set(ctx, byOwner)
  const known = byOwner.get(owner.userId) ?? homeUsage(ctx.calendar, owner.userId)
  byOwner.set(owner.userId, known)
  return known
}

/** RFC 4331 §3: what the home still takes, whichever of its collections it goes to. */
const AVAILABLE = defineProperty({
  namespace: DAV,
  name: 'quota-available-bytes',
  on: ON,
  async get(ctx, resource) {
    const left = BigInt(ctx.calendar.limits.quotaBytes) - (await used(ctx, resource))
    return [String(left > 0n ? left : 0n)]
  },
})

/** RFC 4331 §4. */
const USED = defineProperty({
  namespace: DAV,
  name: 'quota-used-bytes',
  on: ON,
  get: async (ctx, resource) => [
    String(resource.kind === 'home' ? await used(ctx, resource) : resource.sizeBytes),
  ],
})

export const quotaProperties: readonly LiveProperty[] = [AVAILABLE, USED]
