import { findProperties } from '../store/properties.ts'
import type { CalendarEnv } from './env.ts'
import type { DeadProperty, PropertyScope } from './model.ts'

export { type PropertyTarget, updateDeadProperties } from './update-properties.ts'

/**
 * The dead properties of several resources of one owner and kind, in one statement, by the resource's id.
 * Resources without any are left out.
 */
export async function deadProperties(
  env: CalendarEnv,
  ownerId: string,
  scope: PropertyScope,
  resourceIds: readonly string[],
): Promise<Map<string, DeadProperty[]>> {
  const byResource = new Map<string, DeadProperty[]>()
  if (resourceIds.length === 0) return byResource
  const rows = await env.store.reader.rows(findProperties, ownerId, scope, resourceIds)
  for (const { resourceId, namespace, name, xml } of rows) {
    const list = byResource.get(resourceId)
    if (list === undefined) byResource.set(resourceId, [{ namespace, name, xml }])
    else list.push({ namespace, name, xml })
  }
  return byResource
}
