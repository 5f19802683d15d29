import type { CalendarObjectRecord } from '../calendar/model.ts'
import type { HttpContext } from '../http/state.ts'
import { CALENDAR_MEDIA_TYPES, type CalendarMediaType, convertFromText } from './calendar-formats.ts'
import { sendEntity } from './entity.ts'
import { formEtag } from './form-etag.ts'

/** The form of an object that the client likes best (RFC 9110 §12.5.1); iCalendar where it does not care. */
export function wantedFormat(koa: HttpContext): CalendarMediaType {
  if (!koa.headers.accept?.includes('calendar+')) return 'text/calendar'
  return (koa.accepts(...CALENDAR_MEDIA_TYPES) || 'text/calendar') as CalendarMediaType
}

/** GET or HEAD of an object in another form than it is stored in. */
export async function sendConverted(
  koa: HttpContext,
  object: CalendarObjectRecord,
  format: CalendarMediaType,
): Promise<void> {
  const body = convertFromText(object.data ?? '', format)
  await sendEntity(koa, {
    contentType: `${format}; charset=utf-8; component=${object.component}`,
    etag: formEtag(object.etag, format),
    scheduleTag: object.scheduleTag,
    lastModified: object.updatedAt,
    size: Buffer.byteLength(body),
    body: async () => body,
  })
}
