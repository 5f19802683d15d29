import type { CalendarObjectRecord } from '../../calendar/model.ts'
import { Refusal } from '../../calendar/refusal.ts'
import type { RequestContext } from '../context.ts'
import { HttpError, PreconditionError } from '../errors.ts'
import { propstat, statusLine } from '../multistatus.ts'
import { answerTo } from '../refusals.ts'
import { el } from '../xml/element.ts'
import { CALENDARSERVER } from '../xml/names.ts'
import { escapeText, serialize } from '../xml/serialize.ts'

/** What a response of a bulk request holds, as XML (calendarserver-bulk-change §3, §4). */

/** Stored: its etag, unless what is stored is not what was sent, and for a new resource its UID. */
export function stored(
  { object, etagUsable }: { readonly object: CalendarObjectRecord; readonly etagUsable: boolean },
  isNew: boolean,
): string {
  const etag = etagUsable ? `<D:getetag>"${escapeText(object.etag)}"</D:getetag>` : ''
  return propstat(200, etag + (isNew ? uidElement(object.uid) : ''))
}

/** @param data what was to be stored, where the UID in it is all the client can tell the resource by */
export function failure(error: HttpError, data: string | undefined): string {
  const condition = error instanceof PreconditionError ? serialize(error.condition) : ''
  const uid = data === undefined ? '' : uidElement(uidIn(data))
  const inner = condition + uid
  return `<D:status>${statusLine(error.status)}</D:status>${inner === '' ? '' : `<D:error>${inner}</D:error>`}`
}

function uidElement(uid: string | undefined): string {
  return uid === undefined ? '' : serialize(el(CALENDARSERVER, 'uid', [uid]))
}

/** The UID of data that may be broken otherwise. */
function uidIn(data: string): string | undefined {
  return /^UID(?:;[^:\r\n]*)?:(.*)$/im.exec(data.replace(/\r?\n[ \t]/g, ''))?.[1]?.trim()
}

/** An error of one resource as its answer; anything unforeseen is thrown again. */
export function asHttpError(ctx: RequestContext, error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof Refusal) return answerTo(error, ctx.hrefs)
  throw error
}
