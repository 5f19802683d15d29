import { type Component, properties, property } from '../ical/component.ts'
import { spanOf } from '../ical/instances.ts'
import { localMs, readLocalTime, readTimeValue, readTimeValues } from '../ical/times.ts'
import type { Zone, ZoneTable } from '../ical/zones.ts'
import { type Catalogue, type Frequency, fill } from './languages/catalogue.ts'

/** How times of a message are read and shown. */
export interface TimeView {
  readonly zones: ZoneTable
  /** Where times are shown that name no zone of their own: the sender's zone. */
  readonly home: Zone
  readonly words: Catalogue
}

const DAY = 86_400_000

/** When a component takes place, as a sentence with the zone's name; undefined when it has no date. */
export function whenOf(component: Component, view: TimeView): string | undefined {
  const span = spanOf(component, { zones: view.zones, floatingZone: view.home })
  if (span === undefined) return undefined
  const { schedule } = span
  const zone = schedule.start.kind === 'utc' ? view.home : schedule.zone
  const from = wallClock(span.from, zone)
  const until = wallClock(span.until, zone)
  if (schedule.isAllDay) {
    return `${dates(view.words, from, Math.max(from, until - DAY))} (${view.words.allDay})`
  }
  const text = times(view.words, from, until)
  return schedule.start.kind === 'floating' ? text : `${text} (${zoneName(zone, span.from, view.words)})`
}

/** The time a RECURRENCE-ID names, as a sentence; undefined when there is none. */
export function originalTimeOf(component: Component, view: TimeView): string | undefined {
  const id = property(component, 'RECURRENCE-ID')
  if (id === undefined) return undefined
  const value = readTimeValue(id.value, id, view.zones)
  if (value.kind === 'date') return dates(view.words, localMs(value.local), localMs(value.local))
  if (value.kind !== 'utc') return times(view.words, localMs(value.local), localMs(value.local))
  const at = wallClock(localMs(value.local), view.home)
  return times(view.words, at, at)
}

/** How a series repeats, in a few words; undefined for what happens once. */
export function repeatsOf(component: Component, view: TimeView): string | undefined {
  const { words } = view
  const rule = property(component, 'RRULE')?.value.toUpperCase()
  if (rule === undefined) return property(component, 'RDATE') === undefined ? undefined : words.byRule
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]))
  const every = words.every[parts.get('FREQ') as Frequency]
  if (every === undefined) return words.byRule
  const count = Number(parts.get('INTERVAL') ?? 1)
  const base = count === 1 ? every.one : fill(every.many, { count })
  if (parts.has('COUNT')) return fill(words.times, { rule: base, count: parts.get('COUNT') ?? '' })
  const until = readLocalTime(parts.get('UNTIL') ?? '')
  if (until === undefined) return base
  const date = new Intl.DateTimeFormat(words.tag, { dateStyle: 'long', timeZone: 'UTC' })
  const end = localMs(until.local)
  const last = until.isUtc ? inZoneOf(component, end, view) : end
  return fill(words.until, { rule: base, date: date.format(last) })
}

/** UNTIL is in UTC wherever the series is (RFC 5545 §3.3.10), and may be another day there. */
function inZoneOf(component: Component, until: number, view: TimeView): number {
  const span = spanOf(component, { zones: view.zones, floatingZone: view.home })
  const kind = span?.schedule.start.kind
  if (span === undefined || (kind !== 'zoned' && kind !== 'utc')) return until
  return wallClock(until, kind === 'utc' ? view.home : span.schedule.zone)
}

/** The days that are taken out of a series, each once and in order. */
export function exceptionsOf(component: Component, view: TimeView): string[] {
  const days = properties(component, 'EXDATE')
    .flatMap((exdate) => readTimeValues(exdate, view.zones))
    .map(({ kind, local }) => (kind === 'utc' ? wallClock(localMs(local), view.home) : localMs(local)))
  return [...new Set(days)].sort((one, other) => one - other).map((day) => dates(view.words, day, day))
}

function wallClock(at: number, zone: Zone): number {
  return at + zone.offsetAt(at) * 1000
}

/** Wall-clock times in ms as if UTC. */
function times({ tag }: Catalogue, from: number, until: number): string {
  const format = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  return plain(until > from ? format.formatRange(from, until) : format.format(from))
}

function dates({ tag }: Catalogue, from: number, until: number): string {
  const format = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeZone: 'UTC' })
  return plain(until > from ? format.formatRange(from, until) : format.format(from))
}

/** Intl sets thin and narrow spaces, which some mail programs show as boxes. */
function plain(text: string): string {
  return text.replace(/[\u2009\u202f]/g, ' ')
}

/** `Central European Standard Time, Europe/Berlin`; a zone that has no name shows its offset. */
function zoneName(zone: Zone, at: number, { tag }: Catalogue): string {
  try {
    const parts = new Intl.DateTimeFormat(tag, { timeZone: zone.id, timeZoneName: 'long' }).formatToParts(at)
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value
    return name === undefined || name === zone.id ? zone.id : `${name}, ${zone.id}`
  } catch {
    return `${zone.id}, ${offsetName(zone.offsetAt(at))}`
  }
}

function offsetName(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60)
  const pair = (value: number) => String(value).padStart(2, '0')
  return `UTC${seconds < 0 ? '-' : '+'}${pair(Math.floor(minutes / 60))}:${pair(minutes % 60)}`
}
