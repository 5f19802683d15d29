import type { Calendar } from '../../calendar/model.ts'
import type { Zone } from '../../ical/zones.ts'
import type { RequestContext } from '../context.ts'
import { PropertyPlan } from '../properties/plan.ts'
import { type PropertyRequest, readPropertyRequest } from '../properties/request.ts'
import { wantedTimezones } from '../wanted-timezones.ts'
import { childElements, type Element } from '../xml/element.ts'
import { CALDAV, DAV } from '../xml/names.ts'
import { readCalendarData } from './calendar-data.ts'
import { calendarDataProperty } from './calendar-data-property.ts'

/** What a report says of each calendar object it finds. */
export interface ObjectRequest {
  readonly plan: PropertyPlan
  /** Are the objects' octets needed? */
  readonly data: boolean
}

/** A report that names nothing still answers for each resource, with an empty propstat. */
const NOTHING: PropertyRequest = { kind: 'prop', names: [] }

/**
 * DAV:prop, DAV:allprop or DAV:propname of a calendaring report, with C:calendar-data among them.
 *
 * @param zoneOf the zone in which floating values of a calendar are expanded
 * @throws PreconditionError as readCalendarData does
 */
export function readObjectRequest(
  ctx: RequestContext,
  body: Element,
  zoneOf: (calendar: Calendar) => Zone,
): ObjectRequest {
  const request = readPropertyRequest(body) ?? NOTHING
  const wanted = calendarDataElements(body).map((element) => readCalendarData(element, ctx.calendar.limits))
  const last = wanted.at(-1)
  const timezones = wantedTimezones(ctx.koa)
  const extras = last === undefined ? [] : [calendarDataProperty({ ...last, timezones, zoneOf })]
  return { plan: new PropertyPlan(ctx, request, extras), data: last !== undefined }
}

function calendarDataElements(body: Element): Element[] {
  return childElements(body)
    .filter(({ namespace, name }) => namespace === DAV && (name === 'prop' || name === 'include'))
    .flatMap(childElements)
    .filter(({ namespace, name }) => namespace === CALDAV && name === 'calendar-data')
}
