import { InvalidCalendarError } from '../ical/errors.ts'
import { parseCalendar } from '../ical/text.ts'
import { UTC, type Zone, zoneByName, zoneFromVtimezone } from '../ical/zones.ts'
import type { Calendar } from './model.ts'

const fromText = new Map<string, Zone>()
const MAX_REMEMBERED = 200

/**
 * The zone that a calendar's floating and all-day values are read in (RFC 4791 §5.2.2, RFC 7809 §5.2): by
 * its name, else by its definition, else UTC.
 */
export function floatingZoneOf({ timezone, timezoneId }: Pick<Calendar, 'timezone' | 'timezoneId'>): Zone {
  const named = timezoneId === undefined ? undefined : zoneByName(timezoneId)
  if (named !== undefined) return named
  return timezone === undefined ? UTC : (fromText.get(timezone) ?? remember(timezone, readZone(timezone)))
}

function readZone(text: string): Zone {
  try {
    const vtimezone = parseCalendar(text).components.find(({ name }) => name === 'VTIMEZONE')
    return vtimezone === undefined ? UTC : zoneFromVtimezone(vtimezone)
  } catch (error) {
    if (error instanceof InvalidCalendarError) return UTC
    throw error
  }
}

function remember(text: string, zone: Zone): Zone {
  if (fromText.size >= MAX_REMEMBERED) fromText.clear()
  fromText.set(text, zone)
  return zone
}
