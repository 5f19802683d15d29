import { getHome, listCollections } from '../../calendar/homes.ts'
import { INBOX, OUTBOX } from '../../calendar/inbox.ts'
import { deadProperties } from '../../calendar/properties.ts'
import { requireAvailability, wantedAvailability } from '../availability-value.ts'
import { HttpError } from '../errors.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import { child, childElements, type Element, el, textOf } from '../xml/element.ts'
import { CALDAV, DAV } from '../xml/names.ts'
import { parseXml } from '../xml/parse.ts'

/** RFC 6638 §2.1.1. Client: Apple Calendar must not be offered the inbox of anybody but its own user. */
const INBOX_URL = defineProperty({
  namespace: CALDAV,
  name: 'schedule-inbox-URL',
  on: ['principal'],
  get: ({ hrefs, actor }, { principal }) =>
    principal.userId === actor.userId
      ? [href(hrefs.collection({ owner: principal.username, collection: INBOX }))]
      : undefined,
})

/** RFC 6638 §2.2.1. */
const OUTBOX_URL = defineProperty({
  namespace: CALDAV,
  name: 'schedule-outbox-URL',
  on: ['principal'],
  get: ({ hrefs, actor }, { principal }) =>
    principal.userId === actor.userId
      ? [href(hrefs.collection({ owner: principal.username, collection: OUTBOX }))]
      : undefined,
})

/** RFC 6638 §9.2: where new invitations go. */
const DEFAULT_CALENDAR = defineProperty({
  namespace: CALDAV,
  name: 'schedule-default-calendar-URL',
  on: ['inbox'],
  get: ({ hrefs }, { owner, defaultCalendar }) =>
    defaultCalendar === undefined
      ? undefined
      : [href(hrefs.collection({ owner: owner.username, collection: defaultCalendar }))],
  set: (value) => ({ defaultCalendarHref: value === undefined ? null : hrefIn(value) }),
})

/**
 * Which calendars count as busy time, as clients older than CALDAV:schedule-calendar-transp (RFC 6638 §9.1) say it:
 * of the same calendars, so that setting one changes the other.
 */
const FREE_BUSY_SET = defineProperty({
  namespace: CALDAV,
  name: 'calendar-free-busy-set',
  on: ['inbox'],
  get: async (ctx, { owner }) => {
    const home = await getHome(ctx.calendar, ctx.actor, { owner: owner.username })
    const collections = await listCollections(ctx.calendar, ctx.actor, home)
    return collections
      .filter((candidate) => candidate.kind === 'calendar' && !candidate.transparent)
      .map((calendar) => href(ctx.hrefs.collection({ owner: owner.username, collection: calendar.name })))
  },
  set: (value) => ({
    busyHrefs:
      value === undefined
        ? null
        : childElements(value)
            .filter(({ namespace, name }) => namespace === DAV && name === 'href')
            .map((element) => textOf(element).trim()),
  }),
})

/** RFC 6638 §9.3. */
const SCHEDULE_TAG = defineProperty({
  namespace: CALDAV,
  name: 'schedule-tag',
  on: ['object'],
  get: (_ctx, { object }) => (object.scheduleTag === undefined ? undefined : [`"${object.scheduleTag}"`]),
})

/** RFC 7953 §7.2.4: when the owner can be scheduled at all. */
const CALENDAR_AVAILABILITY = defineProperty({
  namespace: CALDAV,
  name: 'calendar-availability',
  on: ['inbox'],
  isStoredAsSent: true,
  async get(ctx, { owner, calendarId }) {
    const found = await deadProperties(ctx.calendar, owner.userId, 'collection', [calendarId])
    const own = found.get(calendarId)?.find(({ name }) => name === 'calendar-availability')
    return own && [wantedAvailability(ctx.koa, textOf(parseXml(own.xml)))]
  },
  set(value) {
    if (value !== undefined) requireAvailability(textOf(value))
    return {}
  },
})

/** RFC 6638: what scheduling adds to principals, inboxes and objects. */
export const schedulingProperties: readonly LiveProperty[] = [
  INBOX_URL,
  OUTBOX_URL,
  DEFAULT_CALENDAR,
  FREE_BUSY_SET,
  SCHEDULE_TAG,
  CALENDAR_AVAILABILITY,
]

function hrefIn(value: Element): string {
  const found = child(value, DAV, 'href')
  if (found === undefined) throw new HttpError(409, 'schedule-default-calendar-URL holds an href')
  return textOf(found).trim()
}

function href(target: string): Element {
  return el(DAV, 'href', [target])
}
