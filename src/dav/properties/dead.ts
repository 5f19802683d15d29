import type { DeadProperty, PropertyScope } from '../../calendar/model.ts'
import { deadProperties } from '../../calendar/properties.ts'
import type { RequestContext } from '../context.ts'
import type { Resource, ResourceKind } from '../resources/resource.ts'

/** Where a resource's dead properties are kept. */
export interface DeadTarget {
  readonly ownerId: string
  readonly scope: PropertyScope
  readonly resourceId: string
}

/** Undefined for resources that keep none. */
export function deadTarget(resource: Resource): DeadTarget | undefined {
  switch (resource.kind) {
    case 'principal': {
      const { userId } = resource.principal
      return { ownerId: userId, scope: 'principal', resourceId: userId }
    }
    case 'home': {
      const { userId } = resource.owner
      return { ownerId: userId, scope: 'home', resourceId: userId }
    }
    case 'calendar':
    case 'collection':
    case 'inbox':
      return { ownerId: resource.owner.userId, scope: 'collection', resourceId: resource.calendarId }
    case 'object':
      return {
        ownerId: resource.calendar.owner.userId,
        scope: 'object',
        resourceId: resource.object.eventId,
      }
    case 'node':
      return { ownerId: resource.collection.owner.userId, scope: 'node', resourceId: resource.nodeId }
    default:
      return undefined
  }
}

export type DeadByResource = ReadonlyMap<string, readonly DeadProperty[]>

/** The dead properties of many resources, one statement for each owner and scope among them. */
export async function loadDead(ctx: RequestContext, resources: readonly Resource[]): Promise<DeadByResource> {
  const groups = new Map<string, { ownerId: string; scope: PropertyScope; ids: string[] }>()
  for (const resource of resources) {
    const target = deadTarget(resource)
    if (target === undefined) continue
    const key = `${target.scope} ${target.ownerId}`
    const group = groups.get(key) ?? { ownerId: target.ownerId, scope: target.scope, ids: [] }
    group.ids.push(target.resourceId)
    groups.set(key, group)
  }
  const byResource = new Map<string, readonly DeadProperty[]>()
  for (const { ownerId, scope, ids } of groups.values()) {
    const found = await deadProperties(ctx.calendar, ownerId, scope, ids)
    for (const [id, properties] of found) byResource.set(`${scope} ${id}`, properties)
  }
  return byResource
}

export function deadOf(resource: Resource, loaded: DeadByResource): readonly DeadProperty[] {
  const target = deadTarget(resource)
  return (target && loaded.get(`${target.scope} ${target.resourceId}`)) ?? []
}

/** Can resources of this kind be given properties the server knows nothing of? */
export function keepsDead(kind: ResourceKind): boolean {
  return !['root', 'principals', 'homes', 'outbox'].includes(kind)
}
