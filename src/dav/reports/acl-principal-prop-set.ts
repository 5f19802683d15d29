import { getAcl } from '../../calendar/acl.ts'
import type { Principal } from '../../calendar/model.ts'
import { Multistatus } from '../multistatus.ts'
import { defineReport } from '../registry.ts'
import { type Held, refOfResource } from '../resources/held.ts'
import { DAV } from '../xml/names.ts'
import { requireDepthZero } from './depth.ts'
import { principalResources, writeFound } from './principal-responses.ts'

/**
 * DAV:acl-principal-prop-set (RFC 3744 §9.2): each principal that the list names, once, the owner among them.
 * It needs DAV:read-acl, as the list does.
 */
export const aclPrincipalPropSet = defineReport({
  namespace: DAV,
  name: 'acl-principal-prop-set',
  on: ['home', 'calendar', 'collection', 'object', 'node'],
  async run(ctx, resource, body) {
    requireDepthZero(ctx.koa)
    const aces = await getAcl(ctx.calendar, ctx.actor, refOfResource(resource))
    const principals = new Map<string, Principal>()
    for (const { principal } of aces) {
      const named = principal.kind === 'principal' ? principal.principal : undefined
      const owner = principal.kind === 'owner' ? ownerOf(resource) : undefined
      const who = named ?? owner
      if (who !== undefined) principals.set(who.userId, who)
    }
    const multistatus = new Multistatus(ctx.koa)
    await writeFound(ctx, multistatus, body, principalResources(principals.values()))
    await multistatus.close()
  },
})

function ownerOf(resource: Held): Principal {
  if (resource.kind === 'object') return resource.calendar.owner
  return resource.kind === 'node' ? resource.collection.owner : resource.owner
}
