import { decodeCalendar } from '../../src/ical/decode.ts'
import { InvalidCalendarError, RecurrenceLimitError } from '../../src/ical/errors.ts'
import { factsOf } from '../../src/ical/facts.ts'
import { busyPeriods } from '../../src/ical/free-busy.ts'
import { instancesBetween } from '../../src/ical/instances.ts'
import { fromJcal, toJcal } from '../../src/ical/jcal.ts'
import { calendarObjectOf } from '../../src/ical/object.ts'
import { parseCalendar, serializeCalendar } from '../../src/ical/text.ts'
import { withoutStandardTimezones, withTimezones } from '../../src/ical/timezones-by-reference.ts'
import { fromXcal, toXcal } from '../../src/ical/xcal.ts'
import { UTC } from '../../src/ical/zones.ts'

/** How far an input got. */
export type FuzzOutcome = 'refused' | 'parsed' | 'object'

const DECADE = { from: Date.UTC(2010, 0), until: Date.UTC(2020, 0) }
const MINIMUM = Date.UTC(1900, 0)
const MAXIMUM = Date.UTC(2100, 0)

/**
 * Puts octets through reading, writing, both other formats, validation and expansion. Whatever they are, the
 * only faults allowed are the typed ones; any other error, or a law broken, is thrown.
 */
export function fuzzOne(octets: Buffer): FuzzOutcome {
  const calendar = typed(() => parseCalendar(decodeCalendar(octets).text))
  if (calendar === undefined) return 'refused'
  const text = serializeCalendar(calendar)
  if (serializeCalendar(parseCalendar(text)) !== text) throw new Error('writing is no fixed point')
  const jcal = toJcal(calendar)
  const again = toJcal(fromJcal(jcal))
  if (JSON.stringify(again) !== JSON.stringify(jcal)) throw new Error('jCal loses something')
  if (serializeCalendar(fromXcal(toXcal(calendar))) !== serializeCalendar(fromJcal(jcal))) {
    throw new Error('xCal and jCal differ')
  }
  const object = typed(() => calendarObjectOf(calendar))
  if (object === undefined) return 'parsed'
  withTimezones(withoutStandardTimezones(calendar))
  typed(() => instancesBetween(object, DECADE, { floatingZone: UTC, limit: 1000 }))
  typed(() => busyPeriods(object, { start: DECADE.from, end: DECADE.until }, UTC))
  typed(() => {
    return factsOf(object, {
      floatingZone: UTC,
      window: DECADE,
      maxInstances: 1000,
      minTime: MINIMUM,
      maxTime: MAXIMUM,
    })
  })
  return 'object'
}

/** The result, or undefined when it was refused as it should be. */
function typed<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof InvalidCalendarError || error instanceof RecurrenceLimitError) return undefined
    throw error
  }
}
