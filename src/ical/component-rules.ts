/** What a component must and may hold (RFC 5545 §3.6, RFC 7953 §3.1, RFC 9073 §7, RFC 9074). */
export interface ComponentRule {
  /** Where it is written. */
  readonly source: string
  readonly required: readonly string[]
  /** Properties that may not stand there, though other components have them. */
  readonly forbidden: ReadonlySet<string>
  /** Properties that may stand once at most; any other may be repeated. */
  readonly once: ReadonlySet<string>
  /** Pairs of properties that exclude each other. */
  readonly exclusive: readonly (readonly [string, string])[]
  /** `[a, b]`: a needs b beside it. */
  readonly dependent: readonly (readonly [string, string])[]
}

function rule(
  source: string,
  required: string,
  once: string,
  pairs: { exclusive?: [string, string][]; dependent?: [string, string][]; forbidden?: string[] } = {},
): ComponentRule {
  const { exclusive = [], dependent = [], forbidden = [] } = pairs
  return {
    source,
    forbidden: new Set(forbidden),
    required: required.split(' ').filter((name) => name !== ''),
    once: new Set(`${required} ${once}`.split(' ')),
    exclusive,
    dependent,
  }
}

const DESCRIBED =
  'DTSTAMP CLASS CREATED LAST-MODIFIED ORGANIZER SEQUENCE STATUS SUMMARY URL RECURRENCE-ID COLOR'
const PLACED = 'DESCRIPTION GEO LOCATION PRIORITY DURATION'

// RFC 5545 requires DTSTAMP everywhere; clients leave it out and nothing is lost by it.
const RULES: Readonly<Record<string, ComponentRule>> = {
  VEVENT: rule('RFC 5545 §3.6.1', 'UID DTSTART', `${DESCRIBED} ${PLACED} DTEND TRANSP`, {
    exclusive: [['DTEND', 'DURATION']],
  }),
  VTODO: rule('RFC 5545 §3.6.2', 'UID', `${DESCRIBED} ${PLACED} DTSTART DUE COMPLETED PERCENT-COMPLETE`, {
    exclusive: [['DUE', 'DURATION']],
    dependent: [['DURATION', 'DTSTART']],
  }),
  VJOURNAL: rule('RFC 5545 §3.6.3', 'UID', `${DESCRIBED} DTSTART`),
  VFREEBUSY: rule('RFC 5545 §3.6.4', 'UID', 'DTSTAMP CONTACT DTSTART DTEND ORGANIZER URL', {
    // It does not recur: each busy time is a period of its own.
    forbidden: ['RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID'],
  }),
  VALARM: rule(
    'RFC 5545 §3.6.6',
    'ACTION TRIGGER',
    'DURATION REPEAT DESCRIPTION SUMMARY UID ACKNOWLEDGED PROXIMITY',
  ),
  VAVAILABILITY: rule(
    'RFC 7953 §3.1',
    'UID',
    'DTSTAMP BUSYTYPE CLASS CREATED DESCRIPTION DTSTART DTEND DURATION LAST-MODIFIED LOCATION ORGANIZER ' +
      'PRIORITY SEQUENCE SUMMARY URL',
    {
      exclusive: [['DTEND', 'DURATION']],
      dependent: [['DURATION', 'DTSTART']],
      // It does not recur; what is AVAILABLE in it does.
      forbidden: ['RRULE', 'RDATE', 'RECURRENCE-ID'],
    },
  ),
  AVAILABLE: rule(
    'RFC 7953 §3.1',
    'UID DTSTART',
    'DTSTAMP CREATED DESCRIPTION DTEND DURATION LAST-MODIFIED LOCATION RECURRENCE-ID SUMMARY',
    { exclusive: [['DTEND', 'DURATION']] },
  ),
}

/** The rule of a component; undefined when its properties are not restricted here. */
export function componentRule(name: string): ComponentRule | undefined {
  return RULES[name]
}

/** Components that may stand only directly in VCALENDAR. */
export const TOP_LEVEL_COMPONENTS: ReadonlySet<string> = new Set([
  'VCALENDAR',
  'VEVENT',
  'VTODO',
  'VJOURNAL',
  'VFREEBUSY',
  'VTIMEZONE',
  'VAVAILABILITY',
])
