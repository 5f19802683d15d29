import { Readable } from 'node:stream'
import { exportCalendar } from '../calendar/export.ts'
import type { Calendar } from '../calendar/model.ts'
import type { HttpContext } from '../http/state.ts'
import { evaluateRead } from './conditional.ts'
import type { RequestContext } from './context.ts'
import { setTags } from './entity.ts'
import { HttpError } from './errors.ts'
import { formEtag } from './form-etag.ts'
import { wantedTimezones } from './wanted-timezones.ts'

/** Does the client ask for the calendar as one file: `?export`, or Accept naming text/calendar? */
export function wantsExport(koa: HttpContext): boolean {
  if (/(?:^|&)export(?:=|&|$)/.test(koa.querystring)) return true
  return (koa.headers.accept ?? '').split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return type === 'text/calendar' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  })
}

/** The whole calendar as one iCalendar stream, written as it is read from the database. */
export function sendExport({ koa, calendar: env }: RequestContext, calendar: Calendar): void {
  koa.vary('Accept')
  koa.vary('CalDAV-Timezones')
  // Every zone that is used is written unless it is refused (RFC 7809 §3.1.3).
  const isByReference = wantedTimezones(koa) === 'without'
  const form = isByReference ? 'without' : 'as-stored'
  const etag = formEtag(`${calendar.revision}-${calendar.updatedAt.getTime()}`, 'text/calendar', form)
  const verdict = evaluateRead(koa, etag, calendar.updatedAt)
  if (verdict === 'failed') throw new HttpError(412, 'The condition does not hold.')
  setTags(koa, etag, undefined)
  koa.set('Last-Modified', calendar.updatedAt.toUTCString())
  if (verdict === 'not-modified') {
    koa.status = 304
    return
  }
  koa.status = 200
  if (koa.method !== 'HEAD') {
    koa.body = Readable.from(exportCalendar(env, calendar, { isByReference }), { objectMode: false })
  }
  koa.set('Content-Type', 'text/calendar; charset=utf-8')
  koa.set('Content-Disposition', `attachment; filename="${fileName(calendar)}.ics"`)
}

function fileName({ name }: Calendar): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_')
}
