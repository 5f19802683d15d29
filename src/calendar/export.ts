import { newProperty, type Property } from '../ical/component.ts'
import { InvalidCalendarError } from '../ical/errors.ts'
import { readCalendarObject } from '../ical/object.ts'
import { serializeCalendar } from '../ical/text.ts'
import { writeText } from '../ical/values.ts'
import type { CalendarEnv } from './env.ts'
import { ExportZones } from './export-zones.ts'
import type { Calendar } from './model.ts'
import { listObjects } from './objects.ts'
import { Turn } from './turn.ts'

/**
 * A whole calendar as one iCalendar stream, in pieces, from one state of the database: its name and colour,
 * each time zone before its first use, and every object in order of UID. Two exports of one state are the
 * same text. It does not look at privileges.
 *
 * @param isByReference without the time zones that are known by name (RFC 7809 §3.1.3)
 */
export async function* exportCalendar(
  env: CalendarEnv,
  calendar: Calendar,
  { isByReference = false } = {},
): AsyncGenerator<string> {
  yield openingOf(calendar)
  const zones = new ExportZones(isByReference)
  const turn = new Turn()
  for await (const objects of listObjects(env, calendar, { data: true })) {
    let text = ''
    for (const { data } of objects) {
      text += textOf(data ?? '', zones)
      await turn.giveWay()
    }
    if (text !== '') yield text
  }
  yield 'END:VCALENDAR\r\n'
}

function openingOf({ displayName, name, description, color, timezoneId }: Calendar): string {
  const title = writeText(displayName ?? name)
  const properties: Property[] = [
    newProperty('VERSION', '2.0'),
    newProperty('PRODID', '-//Kalends//Kalends//EN'),
    newProperty('CALSCALE', 'GREGORIAN'),
    // RFC 7986 §5.1, and the older name that most clients read.
    newProperty('NAME', title),
    newProperty('X-WR-CALNAME', title),
  ]
  if (description !== undefined) {
    properties.push(newProperty('DESCRIPTION', writeText(description)))
    properties.push(newProperty('X-WR-CALDESC', writeText(description)))
  }
  // RFC 7986 §5.9 knows colours by CSS names only.
  if (color !== undefined) properties.push(newProperty('X-APPLE-CALENDAR-COLOR', color))
  if (timezoneId !== undefined) properties.push(newProperty('X-WR-TIMEZONE', timezoneId))
  const whole = serializeCalendar({ name: 'VCALENDAR', properties, components: [], line: 0 })
  return whole.slice(0, -'END:VCALENDAR\r\n'.length)
}

/** What cannot be read any more is left out, so that the rest can be had. */
function textOf(data: string, zones: ExportZones): string {
  try {
    const { calendar, zones: own } = readCalendarObject(data)
    const components = calendar.components.filter(({ name }) => name !== 'VTIMEZONE')
    return zones.place(components, own).map(serializeCalendar).join('')
  } catch (error) {
    if (error instanceof InvalidCalendarError) return ''
    throw error
  }
}
