import type { CalendarMediaType } from './calendar-formats.ts'

/** An ETag of another form of an object: its own (RFC 9110 §8.8.3.3), and tied to that of what is stored. */
export function formEtag(etag: string, format: CalendarMediaType): string {
  return `${etag}+${format.slice(format.indexOf('+') + 1)}`
}

/** The ETags of what is stored, for those of any form: a change is conditional on the object, not on its form. */
export function ofStoredForm(
  etags: readonly string[] | '*' | undefined,
): readonly string[] | '*' | undefined {
  if (etags === undefined || etags === '*') return etags
  return etags.map((etag) => etag.replace(/\+(?:json|xml)$/, ''))
}
