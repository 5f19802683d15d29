import type { Component, Property } from './component.ts'
import type { BusyPeriod } from './free-busy.ts'
import type { ClosedRange } from './overlap.ts'
import { writeUtc } from './times.ts'

export interface FreeBusyOptions {
  /** Epoch ms, for DTSTAMP. */
  readonly now: number
  /** Default: one made of the range and the time. */
  readonly uid?: string
  /** Calendar user addresses (RFC 5545 §3.3.3), as in an answer to a free-busy request (RFC 5546 §3.3.3). */
  readonly organizer?: string
  readonly attendee?: string
  readonly method?: string
}

/** A VCALENDAR holding one VFREEBUSY for a range (epoch ms); the periods are written in the order given. */
export function freeBusyCalendar(
  range: ClosedRange,
  periods: readonly BusyPeriod[],
  { now, uid, organizer, attendee, method }: FreeBusyOptions,
): Component {
  const freeBusy = {
    name: 'VFREEBUSY',
    line: 0,
    components: [],
    properties: [
      made('UID', uid ?? `freebusy-${writeUtc(range.start)}-${writeUtc(range.end)}-${writeUtc(now)}`),
      made('DTSTAMP', writeUtc(now)),
      made('DTSTART', writeUtc(range.start)),
      made('DTEND', writeUtc(range.end)),
      ...(organizer === undefined ? [] : [made('ORGANIZER', organizer)]),
      ...(attendee === undefined ? [] : [made('ATTENDEE', attendee)]),
      ...periods.map(freeBusyProperty),
    ],
  }
  return {
    name: 'VCALENDAR',
    line: 0,
    properties: [
      made('VERSION', '2.0'),
      made('PRODID', '-//Kalends//Kalends//EN'),
      ...(method === undefined ? [] : [made('METHOD', method)]),
    ],
    components: [freeBusy],
  }
}

function freeBusyProperty({ start, end, type }: BusyPeriod): Property {
  const params = new Map(type === 'BUSY' ? [] : [['FBTYPE', [type]]])
  return { name: 'FREEBUSY', params, value: `${writeUtc(start)}/${writeUtc(end)}`, line: 0 }
}

function made(name: string, value: string): Property {
  return { name, params: new Map(), value, line: 0 }
}
