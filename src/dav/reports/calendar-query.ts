import { floatingZoneOf } from '../../calendar/floating-zone.ts'
import { objectsOf } from '../../calendar/inbox.ts'
import type { Calendar } from '../../calendar/model.ts'
import { queryObjects } from '../../calendar/query.ts'
import type { CompFilter } from '../../ical/filter.ts'
import type { Zone } from '../../ical/zones.ts'
import type { RequestContext } from '../context.ts'
import { Multistatus } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { readTimezone, readTimezoneId } from '../properties/values.ts'
import { defineReport } from '../registry.ts'
import { readDepth } from '../request.ts'
import type { ResourceOf } from '../resources/resource.ts'
import { child, type Element } from '../xml/element.ts'
import { CALDAV } from '../xml/names.ts'
import { readFilter } from './calendar-filter.ts'
import { type ObjectRequest, readObjectRequest } from './object-request.ts'
import { readableCalendars } from './targets.ts'

/** CALDAV:calendar-query (RFC 4791 §7.8), on a calendar, on all calendars of a home, or on one object. */
export const calendarQuery = defineReport({
  namespace: CALDAV,
  name: 'calendar-query',
  on: ['home', 'calendar', 'object', 'inbox'],
  async run(ctx, resource, body) {
    const element = child(body, CALDAV, 'filter')
    if (!element) throw preconditions.validFilter('calendar-query needs a filter')
    const filter = readFilter(element, ctx.calendar.limits)
    const timezone = readQueryZone(body)
    const request = readObjectRequest(ctx, body, (calendar) => timezone ?? floatingZoneOf(calendar))
    const multistatus = new Multistatus(ctx.koa)
    for (const calendar of await calendarsInReach(ctx, resource)) {
      const isOfMessages = resource.kind === 'inbox'
      const query = { filter, timezone, only: nameOf(resource), isOfMessages }
      await writeMatches(ctx, multistatus, request, calendar, query)
    }
    await multistatus.close()
  },
})

type Queried = ResourceOf<'home' | 'calendar' | 'object' | 'inbox'>

/** C:timezone (RFC 4791 §9.8) or C:timezone-id (RFC 7809 §6.2); undefined leaves it to each calendar. */
function readQueryZone(body: Element): Zone | undefined {
  const definition = child(body, CALDAV, 'timezone')
  if (definition) return readTimezone(definition).zone
  const name = child(body, CALDAV, 'timezone-id')
  return name && readTimezoneId(name)
}

/**
 * The calendars whose objects the Depth reaches. Without one it is the members that are meant: RFC 4791 §7.8
 * would read it as 0, where no object is, and clients leave the header out.
 */
async function calendarsInReach(ctx: RequestContext, resource: Queried): Promise<readonly Calendar[]> {
  const depth = readDepth(ctx.koa)
  switch (resource.kind) {
    case 'object':
      return [resource.calendar]
    case 'inbox':
      return depth === '0' ? [] : [objectsOf(resource)]
    case 'calendar':
      return depth === '0' ? [] : readableCalendars(ctx, resource)
    case 'home':
      return depth === '0' || depth === '1' ? [] : readableCalendars(ctx, resource)
  }
}

function nameOf(resource: Queried): string | undefined {
  return resource.kind === 'object' ? resource.object.name : undefined
}

interface Query {
  readonly filter: CompFilter
  readonly timezone: Zone | undefined
  /** Only the object of this name. */
  readonly only: string | undefined
  readonly isOfMessages: boolean
}

async function writeMatches(
  ctx: RequestContext,
  multistatus: Multistatus,
  { plan, data }: ObjectRequest,
  calendar: Calendar,
  { filter, timezone, only, isOfMessages }: Query,
): Promise<void> {
  const query = { filter, data, isOfMessages, ...(timezone && { timezone }) }
  for await (const batch of queryObjects(ctx.calendar, calendar, query)) {
    const objects = only === undefined ? batch : batch.filter(({ name }) => name === only)
    await plan.write(
      multistatus,
      objects.map((object) => ({ kind: 'object', calendar, object })),
    )
  }
}
