import type { CalendarObjectRecord } from '../calendar/model.ts'
import type { HttpContext } from '../http/state.ts'
import { parseCalendar } from '../ical/text.ts'
import { asWanted, type WantedTimezones } from '../ical/timezones-by-reference.ts'
import { CALENDAR_MEDIA_TYPES, type CalendarMediaType, writeCalendar } from './calendar-formats.ts'
import { formEtag } from './form-etag.ts'
import { contentTypeOf } from './object-type.ts'
import { wantedTimezones } from './wanted-timezones.ts'

/** How an object is to be given out. */
export interface WantedForm {
  readonly mediaType: CalendarMediaType
  readonly timezones: WantedTimezones
}

/** An object as a client wants it. */
export interface ObjectForm {
  readonly contentType: string
  /** Unquoted. */
  readonly etag: string
  readonly body: string
}

/**
 * The form of an object that the client likes best (RFC 9110 §12.5.1, RFC 7809 §7.1): iCalendar as it was stored
 * where it does not care. The answer depends on these headers.
 */
export function wantedForm(koa: HttpContext): WantedForm {
  koa.vary('Accept')
  koa.vary('CalDAV-Timezones')
  const isIndifferent = !koa.headers.accept?.includes('calendar+')
  const accepted = isIndifferent ? false : koa.accepts(...CALENDAR_MEDIA_TYPES)
  return {
    mediaType: (accepted || 'text/calendar') as CalendarMediaType,
    timezones: wantedTimezones(koa),
  }
}

export function isStoredForm({ mediaType, timezones }: WantedForm): boolean {
  return mediaType === 'text/calendar' && timezones === 'as-stored'
}

/** An object, read with its text, in a form. What need not be changed is given as it was stored, to the octet. */
export function objectForm(object: CalendarObjectRecord, wanted: WantedForm): ObjectForm {
  const { mediaType, timezones } = wanted
  const stored = object.data ?? ''
  const asStored = { contentType: contentTypeOf(object), etag: object.etag, body: stored }
  if (isStoredForm(wanted)) return asStored
  const calendar = parseCalendar(stored)
  const component = asWanted(calendar, timezones)
  const change = component === calendar ? 'as-stored' : timezones
  if (isStoredForm({ mediaType, timezones: change })) return asStored
  return {
    contentType: contentTypeOf(object, mediaType),
    etag: formEtag(object.etag, mediaType, change),
    body: writeCalendar(component, mediaType),
  }
}
