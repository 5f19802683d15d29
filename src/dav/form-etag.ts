import type { WantedTimezones } from '../ical/timezones-by-reference.ts'
import type { CalendarMediaType } from './calendar-formats.ts'

const BY_TIMEZONES: Readonly<Record<WantedTimezones, string>> = {
  'as-stored': '',
  with: '+zones',
  without: '+nozones',
}

/**
 * An ETag of another form of an object: its own, since its octets differ (RFC 9110 §8.8.3.3), and tied to that of
 * what is stored.
 */
export function formEtag(etag: string, format: CalendarMediaType, timezones: WantedTimezones): string {
  const byFormat = format === 'text/calendar' ? '' : format.slice(format.indexOf('+'))
  return `${etag}${BY_TIMEZONES[timezones]}${byFormat}`
}

/** The ETags of what is stored, for those of any form: a change is conditional on the object, not on its form. */
export function ofStoredForm(
  etags: readonly string[] | '*' | undefined,
): readonly string[] | '*' | undefined {
  if (etags === undefined || etags === '*') return etags
  return etags.map((etag) => etag.replace(/(?:\+(?:no)?zones)?(?:\+(?:json|xml))?$/, ''))
}
