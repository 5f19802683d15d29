/** What may stand where in a filter: the shape of iCalendar (RFC 5545 §3.6, RFC 7953, RFC 9073). */

const COMPONENTS_OF: Readonly<Record<string, readonly string[]>> = {
  VCALENDAR: ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VTIMEZONE', 'VAVAILABILITY', 'VPOLL'],
  VEVENT: ['VALARM', 'PARTICIPANT', 'VLOCATION', 'VRESOURCE'],
  VTODO: ['VALARM', 'PARTICIPANT', 'VLOCATION', 'VRESOURCE'],
  VJOURNAL: ['PARTICIPANT', 'VLOCATION', 'VRESOURCE'],
  VFREEBUSY: ['PARTICIPANT', 'VLOCATION', 'VRESOURCE'],
  VTIMEZONE: ['STANDARD', 'DAYLIGHT'],
  VAVAILABILITY: ['AVAILABLE'],
  VALARM: ['VLOCATION'],
  PARTICIPANT: ['VLOCATION', 'VRESOURCE'],
}

const STANDARD_COMPONENTS = new Set(['VCALENDAR', ...Object.values(COMPONENTS_OF).flat()])

/** May a comp-filter for `inner` stand inside one for `outer`? Non-standard components may stand anywhere. */
export function mayContain(outer: string, inner: string): boolean {
  if (!STANDARD_COMPONENTS.has(inner)) return true
  const known = COMPONENTS_OF[outer]
  if (known) return known.includes(inner)
  return !STANDARD_COMPONENTS.has(outer) && inner !== 'VCALENDAR'
}

/** RFC 4791 §9.9 and RFC 7953 §7.2.2 define what a time-range means for these components only. */
const TIMED_COMPONENTS = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VALARM', 'VAVAILABILITY'])

export function isTimedComponent(name: string): boolean {
  return TIMED_COMPONENTS.has(name)
}

const TIMED_PROPERTIES = new Set([
  'ACKNOWLEDGED',
  'COMPLETED',
  'CREATED',
  'DTEND',
  'DTSTAMP',
  'DTSTART',
  'DUE',
  'EXDATE',
  'LAST-MODIFIED',
  'RDATE',
  'RECURRENCE-ID',
])

/** Properties whose value is a date or a time (RFC 5545 §3.8.2, §3.8.4.4, §3.8.5, §3.8.7, RFC 9074 §6.1). */
export function isTimedProperty(name: string): boolean {
  return TIMED_PROPERTIES.has(name)
}

const UNTIMED_PROPERTIES = new Set(
  (
    'ACTION ATTACH ATTENDEE CALSCALE CATEGORIES CLASS COLOR COMMENT CONFERENCE CONTACT DESCRIPTION DURATION ' +
    'FREEBUSY GEO IMAGE LOCATION METHOD NAME ORGANIZER PERCENT-COMPLETE PRIORITY PRODID RELATED-TO REPEAT ' +
    'REQUEST-STATUS RESOURCES RRULE EXRULE SEQUENCE STATUS SUMMARY TRANSP TRIGGER TZID TZNAME TZOFFSETFROM ' +
    'TZOFFSETTO TZURL UID URL VERSION'
  ).split(' '),
)

/** Standard properties that are no date: a time-range in their prop-filter is invalid, not merely unsupported. */
export function isUntimedProperty(name: string): boolean {
  return UNTIMED_PROPERTIES.has(name)
}
