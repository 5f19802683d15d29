import type { Registries } from './context.ts'
import { CALDAV, CALENDARSERVER, DAV } from './xml/names.ts'

interface Token {
  readonly token: string
  /** Does this server do all that the token promises? */
  readonly isTrue: (has: Abilities) => boolean
}

interface Abilities {
  readonly method: (name: string) => boolean
  readonly report: (namespace: string, name: string) => boolean
  readonly property: (namespace: string, name: string) => boolean
}

function schedules({ method, property }: Abilities): boolean {
  const wanted = ['schedule-inbox-URL', 'schedule-outbox-URL', 'schedule-tag', 'calendar-user-address-set']
  return method('POST') && wanted.every((name) => property(CALDAV, name))
}

/**
 * What the DAV header may say. Client: Thunderbird throws the first token away, so "1" comes first.
 */
const TOKENS: readonly Token[] = [
  { token: '1', isTrue: () => true },
  // RFC 4918 §18.2
  { token: '2', isTrue: ({ method }) => method('LOCK') && method('UNLOCK') },
  // RFC 4918 §18.3
  { token: '3', isTrue: () => true },
  // RFC 3744 §7.2
  {
    token: 'access-control',
    isTrue: ({ method, report }) => method('ACL') && report(DAV, 'principal-match'),
  },
  // RFC 4791 §5.1
  {
    token: 'calendar-access',
    isTrue: ({ method, report }) =>
      method('REPORT') &&
      report(CALDAV, 'calendar-query') &&
      report(CALDAV, 'calendar-multiget') &&
      report(CALDAV, 'free-busy-query'),
  },
  // RFC 6638 §2
  { token: 'calendar-auto-schedule', isTrue: schedules },
  // RFC 7953 §7.2.1
  { token: 'calendar-availability', isTrue: schedules },
  // RFC 7809 §3.1.1
  {
    token: 'calendar-no-timezone',
    isTrue: ({ property }) =>
      property(CALDAV, 'timezone-service-set') && property(CALDAV, 'calendar-timezone-id'),
  },
  // RFC 5689 §3.1
  { token: 'extended-mkcol', isTrue: ({ method }) => method('MKCOL') },
  {
    token: 'calendarserver-principal-search',
    isTrue: ({ report }) => report(CALENDARSERVER, 'calendarserver-principal-search'),
  },
]

/** The value of the DAV header (RFC 4918 §10.1), one line. */
export function davHeader({ methods, reports, properties }: Registries): string {
  const known = new Set(reports.all.map(({ namespace, name }) => `${namespace} ${name}`))
  const live = new Set(properties.all.map(({ namespace, name }) => `${namespace} ${name}`))
  const abilities: Abilities = {
    method: (name) => methods.find(name) !== undefined,
    report: (namespace, name) => known.has(`${namespace} ${name}`),
    property: (namespace, name) => live.has(`${namespace} ${name}`),
  }
  return TOKENS.filter(({ isTrue }) => isTrue(abilities))
    .map(({ token }) => token)
    .join(', ')
}
