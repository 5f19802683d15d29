import type { Calendar } from '../../calendar/model.ts'
import { supportedCalendars } from '../../ical/rscale-calendars.ts'
import { CALENDAR_MEDIA_TYPES } from '../calendar-formats.ts'
import type { RequestContext } from '../context.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { SUPPORTED_COLLATIONS } from '../reports/calendar-filter.ts'
import { formatUtc } from '../reports/time-range.ts'
import { type Content, el } from '../xml/element.ts'
import { CALDAV, DAV } from '../xml/names.ts'
import { readText, readTransparency } from './values.ts'

const DESCRIPTION = defineProperty({
  namespace: CALDAV,
  name: 'calendar-description',
  on: ['calendar'],
  keepsAttributes: true,
  get: (_ctx, calendar) => text(calendar.description),
  set: (value) => ({ description: value ? readText(value) : null }),
})

/** RFC 6638 §9.1: without scheduling it says whether the calendar counts in free-busy-query. */
const TRANSPARENCY = defineProperty({
  namespace: CALDAV,
  name: 'schedule-calendar-transp',
  on: ['calendar'],
  get: (_ctx, calendar) => [el(CALDAV, calendar.transparent ? 'transparent' : 'opaque')],
  set: (value) => ({ transparent: value ? readTransparency(value) : false }),
})

const COMPONENT_SET = defineProperty({
  namespace: CALDAV,
  name: 'supported-calendar-component-set',
  on: ['calendar'],
  get: (_ctx, calendar) => calendar.components.map(component),
})

/** Which component sets a new calendar may have; Apple asks the home. An empty list: any of them. */
const COMPONENT_SETS = defineProperty({
  namespace: CALDAV,
  name: 'supported-calendar-component-sets',
  on: ['home'],
  get: () =>
    COMPONENT_CHOICES.map((choice) => el(CALDAV, 'supported-calendar-component-set', choice.map(component))),
})

const COMPONENT_CHOICES = [
  ['VEVENT', 'VTODO', 'VJOURNAL'],
  ['VEVENT', 'VTODO'],
  ['VEVENT'],
  ['VTODO'],
  ['VJOURNAL'],
  ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VAVAILABILITY'],
  ['VFREEBUSY'],
  ['VAVAILABILITY'],
]

const SUPPORTED_DATA = defineProperty({
  namespace: CALDAV,
  name: 'supported-calendar-data',
  on: ['calendar'],
  get: () =>
    CALENDAR_MEDIA_TYPES.map((type) =>
      el(CALDAV, 'calendar-data', [], { 'content-type': type, version: '2.0' }),
    ),
})

const COLLATIONS = defineProperty({
  namespace: CALDAV,
  name: 'supported-collation-set',
  on: ['home', 'calendar', 'object'],
  get: () => SUPPORTED_COLLATIONS.map((name) => el(CALDAV, 'supported-collation', [name])),
})

/** RFC 7529 §10.1 */
const RSCALES = defineProperty({
  namespace: CALDAV,
  name: 'supported-rscale-set',
  on: ['home', 'calendar'],
  get: () => supportedCalendars().map((name) => el(CALDAV, 'supported-rscale', [name])),
})

const HOME_SET = defineProperty({
  namespace: CALDAV,
  name: 'calendar-home-set',
  on: ['principal'],
  get: (ctx, { principal }) => [el(DAV, 'href', [ctx.hrefs.home({ owner: principal.username })])],
})

/** A limit of RFC 4791 §5.2.5-§5.2.9, said of each calendar and, as Apple asks there, of the home. */
function limit(name: string, value: (limits: RequestContext['calendar']['limits']) => string): LiveProperty {
  return defineProperty({
    namespace: CALDAV,
    name,
    on: ['home', 'calendar'],
    get: (ctx) => [value(ctx.calendar.limits)],
  })
}

/** RFC 4791 §5.2, §6.2.1 and §7.5.1, time zones aside (timezones.ts). */
export const caldavProperties: readonly LiveProperty[] = [
  DESCRIPTION,
  TRANSPARENCY,
  COMPONENT_SET,
  COMPONENT_SETS,
  SUPPORTED_DATA,
  COLLATIONS,
  RSCALES,
  HOME_SET,
  limit('max-resource-size', (limits) => String(limits.maxResourceSize)),
  limit('min-date-time', (limits) => formatUtc(limits.minDateTime)),
  limit('max-date-time', (limits) => formatUtc(limits.maxDateTime)),
  limit('max-instances', (limits) => String(limits.maxInstances)),
  limit('max-attendees-per-instance', (limits) => String(limits.maxAttendeesPerInstance)),
]

function text(value: Calendar['description']): readonly Content[] | undefined {
  return value === undefined ? undefined : [value]
}

function component(name: string): Content {
  return el(CALDAV, 'comp', [], { name })
}
