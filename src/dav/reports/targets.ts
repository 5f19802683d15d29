import { listCollections } from '../../calendar/homes.ts'
import type { Calendar } from '../../calendar/model.ts'
import { holds, type Privileges, READ_CONTENT } from '../../calendar/privileges.ts'
import { requirePrivileges } from '../access.ts'
import type { RequestContext } from '../context.ts'
import type { ResourceOf } from '../resources/resource.ts'

/** The calendars a report on a calendar or home is about, as far as the actor may read their content. */
export function readableCalendars(
  ctx: RequestContext,
  resource: ResourceOf<'home' | 'calendar'>,
): Promise<readonly Calendar[]> {
  return calendarsOf(ctx, resource, READ_CONTENT)
}

/**
 * A calendar itself, or those of a home on which the actor holds `needed`.
 *
 * @throws Refusal need-privileges when the resource is a calendar and they are not held on it
 */
export async function calendarsOf(
  ctx: RequestContext,
  resource: ResourceOf<'home' | 'calendar'>,
  needed: Privileges,
): Promise<readonly Calendar[]> {
  if (resource.kind === 'calendar') {
    requirePrivileges(ctx, resource, needed)
    return [resource]
  }
  const collections = await listCollections(ctx.calendar, ctx.actor, resource)
  return collections.filter(
    (collection): collection is Calendar =>
      collection.kind === 'calendar' && holds(collection.privileges, needed),
  )
}
