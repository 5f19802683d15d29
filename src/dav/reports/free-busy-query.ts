import { freeBusy } from '../../calendar/free-busy.ts'
import { READ_FREE_BUSY } from '../../calendar/privileges.ts'
import { freeBusyCalendar } from '../../ical/free-busy.ts'
import { serializeCalendar } from '../../ical/text.ts'
import { HttpError } from '../errors.ts'
import { defineReport } from '../registry.ts'
import { childElements, type Element } from '../xml/element.ts'
import { CALDAV } from '../xml/names.ts'
import { calendarsOf } from './targets.ts'
import { type ClosedRange, type DateLimits, readClosedRange } from './time-range.ts'

/**
 * CALDAV:free-busy-query (RFC 4791 §7.10), of a calendar or of all calendars of a home that count as busy.
 * It needs no more than CALDAV:read-free-busy; who lacks that too is told there is nothing.
 *
 * Depth does not narrow it: an answer for a depth where no object is would say "free" of busy time.
 */
export const freeBusyQuery = defineReport({
  namespace: CALDAV,
  name: 'free-busy-query',
  on: ['home', 'calendar'],
  async run(ctx, resource, body) {
    const range = readRange(body, ctx.calendar.limits)
    const calendars = await calendarsOf(ctx, resource, READ_FREE_BUSY)
    // RFC 6638 §9.1: a transparent calendar is no part of its owner's busy time; asked by itself it answers.
    const counted = calendars.filter(({ transparent }) => resource.kind === 'calendar' || !transparent)
    const periods = await freeBusy(ctx.calendar, counted, range)
    const now = ctx.calendar.clock().getTime()
    ctx.koa.status = 200
    ctx.koa.set('Content-Type', 'text/calendar; charset=utf-8; component=VFREEBUSY')
    ctx.koa.body = serializeCalendar(freeBusyCalendar(range, periods, { now }))
  },
})

function readRange(body: Element, limits: DateLimits): ClosedRange {
  const [range, ...more] = childElements(body).filter(
    ({ namespace, name }) => namespace === CALDAV && name === 'time-range',
  )
  if (!range || more.length > 0) throw new HttpError(400, 'free-busy-query holds exactly one time-range.')
  return readClosedRange(range, limits, (detail) => new HttpError(400, `${detail}.`))
}
