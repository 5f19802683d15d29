import type { HttpContext } from '../http/state.ts'
import type { WantedTimezones } from '../ical/timezones-by-reference.ts'
import { header } from './request.ts'

/** The CalDAV-Timezones header (RFC 7809 §7.1). Without it calendar data is given out as it was stored. */
export function wantedTimezones(koa: HttpContext): WantedTimezones {
  const sent = header(koa, 'caldav-timezones')?.toUpperCase()
  if (sent === 'T') return 'with'
  return sent === 'F' ? 'without' : 'as-stored'
}
