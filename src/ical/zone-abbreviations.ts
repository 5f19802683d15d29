import { writeUtcOffset } from './values.ts'
import type { Zone } from './zone.ts'

/** Each knows the customary abbreviations of its own part of the world only. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN']

const formats = new Map<string, Intl.DateTimeFormat[]>()

/** The customary English abbreviation of a zone's time at an instant (epoch ms), else its offset as `+HHMM`. */
export function abbreviationAt(zone: Zone, epochMs: number): string {
  for (const format of formatsOf(zone.id)) {
    const name = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value
    if (name !== undefined && /^[A-Z]{2,5}$/.test(name)) return name
  }
  return writeUtcOffset(zone.offsetAt(epochMs))
}

function formatsOf(timeZone: string): Intl.DateTimeFormat[] {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  let made: Intl.DateTimeFormat[] = []
  try {
    made = LOCALES.map((locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }))
  } catch (error) {
    // A name newer than the runtime's data, known here by an older alias.
    if (!(error instanceof RangeError)) throw error
  }
  formats.set(timeZone, made)
  return made
}
