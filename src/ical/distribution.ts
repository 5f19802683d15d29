/**
 * Answers of a time zone data distribution service (RFC 7808) as plain data, from the zones the runtime knows.
 * Query parameters come as lists of every value given, since more than one is an error.
 */
import { type Component, newComponent, newProperty } from './component.ts'
import { DistributionError } from './distribution-error.ts'
import { matcherOf } from './distribution-pattern.ts'
import { LEAP_SECONDS_EXPIRE, listLeapSeconds } from './leap-seconds.ts'
import { sampleChanges } from './offset-chunks.ts'
import { truncatedVtimezone, vtimezoneFor } from './vtimezone.ts'
import type { Zone } from './zone.ts'
import { abbreviationAt } from './zone-abbreviations.ts'
import { ianaTarget, ianaZone, listIanaZones } from './zone-iana.ts'

/** Release of the IANA database inside the runtime, such as `2025b`. */
const VERSION = process.versions.tz ?? 'unknown'
const PUBLISHER = 'IANA'
/** The runtime does not tell the day of the release; it is not older than its year. */
const LAST_MODIFIED = `${/^\d{4}/.exec(VERSION)?.[0] ?? '1970'}-01-01T00:00:00Z`
/** Unquoted; raised with the digit when the way data is written changes. */
const ETAG = `${VERSION}-1`

const FORMATS = ['text/calendar', 'application/calendar+json', 'application/calendar+xml']

/** Time before this and after that is not told apart by the data. */
const EARLIEST = Date.UTC(1800, 0, 1)
const LATEST = Date.UTC(2200, 0, 1)

/** "capabilities" (RFC 7808 §5.1). `context` is the path of the service without trailing slash. */
export function distributionCapabilities(context: string): object {
  const optional = (name: string) => ({ name, required: false, multi: false })
  const required = (name: string) => ({ name, required: true, multi: false })
  const action = (name: string, template: string, parameters: object[] = []) => ({
    name,
    'uri-template': `${context}${template}`,
    parameters,
  })
  return {
    version: 1,
    info: {
      'primary-source': `${PUBLISHER}:${VERSION}`,
      formats: FORMATS,
      truncated: { any: true, untruncated: true },
    },
    actions: [
      action('capabilities', '/capabilities'),
      action('list', '/zones{?changedsince}', [optional('changedsince')]),
      action('get', '/zones{/tzid}{?start,end}', [optional('start'), optional('end')]),
      action('expand', '/zones{/tzid}/observances{?start,end}', [required('start'), required('end')]),
      action('find', '/zones{?pattern}', [required('pattern')]),
      action('leapseconds', '/leapseconds'),
    ],
  }
}

/**
 * "list" (RFC 7808 §5.2): nothing when the token is the present one, else every zone.
 * @throws DistributionError when the token is given twice.
 */
export function distributionList(changedSince: readonly string[] = []): object {
  if (changedSince.length > 1)
    throw new DistributionError('invalid-changedsince', 'changedsince is given twice')
  return listing(() => changedSince[0] !== ETAG)
}

/**
 * "find" (RFC 7808 §5.5).
 * @throws DistributionError when the pattern is missing, given twice or malformed.
 */
export function distributionFind(pattern: readonly string[]): object {
  const [only] = pattern
  if (only === undefined || pattern.length > 1) {
    throw new DistributionError('invalid-pattern', 'pattern must be given once')
  }
  return listing(matcherOf(only))
}

function listing(isWanted: (name: string) => boolean): object {
  const timezones = listIanaZones()
    .filter(({ name, aliases }) => ianaZone(name) !== undefined && [name, ...aliases].some(isWanted))
    .map(({ name, aliases }) => ({
      tzid: name,
      etag: ETAG,
      'last-modified': LAST_MODIFIED,
      publisher: PUBLISHER,
      version: VERSION,
      ...(aliases.length > 0 ? { aliases } : {}),
    }))
  return { synctoken: ETAG, timezones }
}

/**
 * "get" (RFC 7808 §5.3): a VCALENDAR holding the zone, whole or truncated, and its unquoted etag.
 * @throws DistributionError for an unknown zone or a bad start or end.
 */
export function distributionGet(
  tzid: string,
  range: { readonly start?: readonly string[]; readonly end?: readonly string[] } = {},
): { calendar: Component; etag: string } {
  const zone = requireZone(tzid)
  const from = readStart(range.start ?? [])
  const until = readEnd(range.end ?? [], from)
  const whole =
    from === undefined
      ? vtimezoneFor(zone.id, { from: EARLIEST })
      : truncatedVtimezone(zone.id, from, Math.max(until ?? LATEST, from))
  const target = ianaTarget(zone.id)
  const added = [
    ...(target === undefined || target === zone.id ? [] : [newProperty('TZID-ALIAS-OF', target)]),
    ...(until === undefined ? [] : [newProperty('TZUNTIL', rfc3339(until).replace(/[-:]/g, ''))]),
  ]
  const vtimezone = { ...whole, properties: [...whole.properties, ...added] }
  const properties = [
    newProperty('VERSION', '2.0'),
    newProperty('PRODID', `-//Kalends//Time zones ${VERSION}//EN`),
  ]
  return { calendar: newComponent('VCALENDAR', properties, [vtimezone]), etag: ETAG }
}

/**
 * "expand" (RFC 7808 §5.4): the offset at the start, then each change, with the unquoted etag.
 * @throws DistributionError for an unknown zone or a missing or bad start or end.
 */
export function distributionExpand(
  tzid: string,
  range: { readonly start: readonly string[]; readonly end: readonly string[] },
): { body: object; etag: string } {
  const zone = requireZone(tzid)
  const from = readStart(range.start)
  if (from === undefined) throw new DistributionError('invalid-start', 'start is missing')
  const until = readEnd(range.end, from)
  if (until === undefined) throw new DistributionError('invalid-end', 'end is missing')
  const first = Math.min(Math.max(from, EARLIEST), LATEST)
  const last = Math.max(Math.min(until, LATEST), first)
  const body = {
    tzid: zone.id,
    ...(first === from ? {} : { start: rfc3339(first) }),
    ...(last === until ? {} : { end: rfc3339(last) }),
    observances: observancesOf(zone, first, last),
  }
  return { body, etag: ETAG }
}

function observancesOf(zone: Zone, from: number, until: number): object[] {
  const { offset, changes, offsets } = sampleChanges(zone.offsetAt, from, until)
  const observance = (at: number, before: number, after: number) => ({
    name: abbreviationAt(zone, at),
    onset: rfc3339(at),
    'utc-offset-from': before,
    'utc-offset-to': after,
  })
  return [
    observance(from, offset, offset),
    ...changes.map((at, index) => observance(at, offsets[index - 1] ?? offset, offsets[index] ?? offset)),
  ]
}

/** "leapseconds" (RFC 7808 §5.6). */
export function distributionLeapSeconds(): object {
  return {
    expires: LEAP_SECONDS_EXPIRE,
    publisher: 'IERS',
    version: LEAP_SECONDS_EXPIRE,
    leapseconds: listLeapSeconds().map(({ utcOffset, onset }) => ({ 'utc-offset': utcOffset, onset })),
  }
}

function requireZone(tzid: string): Zone {
  const zone = ianaZone(tzid)
  if (zone === undefined) throw new DistributionError('tzid-not-found', 'No such time zone is known here')
  return zone
}

function readStart(values: readonly string[]): number | undefined {
  return readInstant(values, 'invalid-start', 'start')
}

function readEnd(values: readonly string[], start: number | undefined): number | undefined {
  const end = readInstant(values, 'invalid-end', 'end')
  if (end !== undefined && start !== undefined && end <= start) {
    throw new DistributionError('invalid-end', 'end is not after start')
  }
  return end
}

function readInstant(
  values: readonly string[],
  code: 'invalid-start' | 'invalid-end',
  name: string,
): number | undefined {
  const [only] = values
  if (only === undefined) return undefined
  const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(only)
  const instant = isWritten ? Date.parse(only) : Number.NaN
  if (values.length > 1 || Number.isNaN(instant)) {
    throw new DistributionError(code, `${name} must be given once, as a date-time in UTC`)
  }
  return instant
}

function rfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z')
}
