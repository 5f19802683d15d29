import type { Calendar } from '../../calendar/model.ts'
import { serializeCalendar } from '../../ical/text.ts'
import { vtimezoneFor } from '../../ical/vtimezone.ts'
import { zoneByName } from '../../ical/zones.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { timezoneServicePath } from '../timezone-service.ts'
import { el } from '../xml/element.ts'
import { CALDAV, DAV } from '../xml/names.ts'
import { readTimezone, readTimezoneId } from './values.ts'

/**
 * The time zone of a calendar, as a definition (RFC 4791 §5.2.2) and as a name (RFC 7809 §5.2). Setting
 * either sets the other; removing either removes both.
 */
const CALENDAR_TIMEZONE = defineProperty({
  namespace: CALDAV,
  name: 'calendar-timezone',
  on: ['calendar'],
  get(_ctx, calendar) {
    const text = calendar.timezone ?? (calendar.timezoneId && definitionOf(calendar.timezoneId))
    return text ? [text] : undefined
  },
  set(value) {
    if (!value) return NO_TIMEZONE
    const { text, zone } = readTimezone(value)
    // A definition that contradicts its name is followed as written, so the name alone would not do.
    return { timezone: text, timezoneId: zoneByName(zone.id) === zone ? zone.id : null }
  },
})

const CALENDAR_TIMEZONE_ID = defineProperty({
  namespace: CALDAV,
  name: 'calendar-timezone-id',
  on: ['calendar'],
  get(_ctx, calendar) {
    const id = tzidOf(calendar)
    return id ? [id] : undefined
  },
  set: (value) => (value ? { timezone: null, timezoneId: readTimezoneId(value).id } : NO_TIMEZONE),
})

/** RFC 7809 §5.1: the server's own service (RFC 7808). */
const TIMEZONE_SERVICE_SET = defineProperty({
  namespace: CALDAV,
  name: 'timezone-service-set',
  on: ['home', 'calendar'],
  get: ({ koa }) => [el(DAV, 'href', [timezoneServicePath(koa.state.prefix)])],
})

export const timezoneProperties: readonly LiveProperty[] = [
  CALENDAR_TIMEZONE,
  CALENDAR_TIMEZONE_ID,
  TIMEZONE_SERVICE_SET,
]

const NO_TIMEZONE = { timezone: null, timezoneId: null }

/** RFC 7809 §3.1.5: the name matches the TZID of the definition that is given out beside it. */
function tzidOf(calendar: Calendar): string | undefined {
  const written = calendar.timezone && /^TZID(?:;[^:]*)?:(.*)$/im.exec(unfolded(calendar.timezone))?.[1]
  return written?.trim() || calendar.timezoneId
}

function unfolded(text: string): string {
  return text.replace(/\r?\n[ \t]/g, '')
}

/** Zone data covers what clients show; both ends are whole years so that the text does not change by the day. */
const COVERED = { from: Date.UTC(1970, 0, 1), until: Date.UTC(2038, 0, 1) }

/** Definitions made so far, by zone name: at most as many as there are names. */
const definitions = new Map<string, string>()

function definitionOf(name: string): string | undefined {
  if (!zoneByName(name)) return undefined
  const known = definitions.get(name) ?? writeDefinition(name)
  definitions.set(name, known)
  return known
}

function writeDefinition(name: string): string {
  const line = (property: string, value: string) => ({ name: property, params: new Map(), value, line: 0 })
  return serializeCalendar({
    name: 'VCALENDAR',
    properties: [line('VERSION', '2.0'), line('PRODID', '-//Kalends//Kalends//EN')],
    components: [vtimezoneFor(name, COVERED)],
    line: 0,
  })
}
