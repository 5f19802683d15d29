import { assertIfOfRead } from '../calendar/assert-conditions.ts'
import type { Conditions } from '../calendar/conditions.ts'
import { canonicalPath } from '../calendar/paths.ts'
import type { HttpContext } from '../http/state.ts'
import type { RequestContext } from './context.ts'
import { HttpError } from './errors.ts'
import { ofStoredForm } from './form-etag.ts'
import { refOfTarget } from './hrefs.ts'
import { parseIf } from './if-header.ts'

const UNCONDITIONAL: Conditions = {}

/** The conditional headers of a change; they are evaluated under the write's locks, not here. */
export function readConditions(ctx: RequestContext): Conditions {
  const { headers } = ctx.koa
  const ifMatch = ofStoredForm(readEtags(headers['if-match'], { isStrong: true }))
  const ifNoneMatch = ofStoredForm(readEtags(headers['if-none-match'], { isStrong: false }))
  const ifScheduleTagMatch = headers['if-schedule-tag-match']
  const unmodifiedSince = dateOf(headers['if-unmodified-since'])
  const ifLists = readIf(ctx)
  const hasOthers = ifScheduleTagMatch !== undefined || unmodifiedSince !== undefined
  if (!ifMatch && !ifNoneMatch && !ifLists && !hasOthers) return UNCONDITIONAL
  return {
    ...(ifMatch && { ifMatch }),
    ...(unmodifiedSince !== undefined && { ifUnmodifiedSince: new Date(unmodifiedSince) }),
    ...(ifNoneMatch && { ifNoneMatch }),
    ...(ifScheduleTagMatch !== undefined && { ifScheduleTagMatch: unquoted(String(ifScheduleTagMatch)) }),
    ...(ifLists && { ifLists }),
  }
}

/** A request that changes nothing is not answered either where its If header does not hold (RFC 4918 §10.4.1). */
export async function requireIf(ctx: RequestContext): Promise<void> {
  const lists = readIf(ctx)
  if (lists === undefined) return
  const ref = refOfTarget(ctx.target)
  const { store, clock } = ctx.calendar
  await assertIfOfRead(store.reader, ctx.actor, clock(), ref ? canonicalPath(ref) : '', lists)
}

function readIf(ctx: RequestContext): Conditions['ifLists'] {
  const sent = ctx.koa.headers.if
  if (sent === undefined) return undefined
  const lists = parseIf(String(sent), (url) => {
    const target = ctx.hrefs.resolve(url)
    const ref = target && refOfTarget(target)
    return ref && canonicalPath(ref)
  })
  if (lists === undefined) throw new HttpError(400, 'The If header is malformed.')
  return lists
}

/**
 * A list of entity tags, unquoted (RFC 9110 §8.8.3). With the strong comparison a weak tag matches nothing,
 * so it is left out.
 */
export function readEtags(
  field: string | undefined,
  { isStrong }: { isStrong: boolean },
): readonly string[] | '*' | undefined {
  const text = field?.trim() ?? ''
  if (text === '') return undefined
  if (text === '*') return '*'
  const etags: string[] = []
  // Client: old Evolution escapes the quotes; others leave them out.
  for (const [, weak, tag, bare] of text.matchAll(/(W\/)?\\?"([^"]*?)\\?"|([^\s,"]+)/g)) {
    if (weak === undefined || !isStrong) etags.push(tag ?? bare ?? '')
  }
  return etags
}

function unquoted(tag: string): string {
  return tag.trim().replace(/^"(.*)"$/, '$1')
}

/** What a conditional GET or HEAD comes to (RFC 9110 §13.2.2). */
export function evaluateRead(
  { headers }: HttpContext,
  etag: string | undefined,
  lastModified: Date | undefined,
): 'send' | 'not-modified' | 'failed' {
  const modified = lastModified && Math.floor(lastModified.getTime() / 1000) * 1000
  const ifMatch = readEtags(headers['if-match'], { isStrong: true })
  const unmodifiedSince = dateOf(headers['if-unmodified-since'])
  if (ifMatch ? !includes(ifMatch, etag) : isBefore(unmodifiedSince, modified)) return 'failed'
  const ifNoneMatch = readEtags(headers['if-none-match'], { isStrong: false })
  const modifiedSince = dateOf(headers['if-modified-since'])
  if (ifNoneMatch) return includes(ifNoneMatch, etag) ? 'not-modified' : 'send'
  const isUnchanged = modifiedSince !== undefined && !isBefore(modifiedSince, modified)
  return isUnchanged && modified !== undefined ? 'not-modified' : 'send'
}

function includes(etags: readonly string[] | '*', etag: string | undefined): boolean {
  return etags === '*' || (etag !== undefined && etags.includes(etag))
}

function isBefore(limit: number | undefined, modified: number | undefined): boolean {
  return limit !== undefined && modified !== undefined && limit < modified
}

/** An HTTP-date in epoch milliseconds; one that is malformed does not count (RFC 9110 §13.1.3). */
function dateOf(field: string | undefined): number | undefined {
  const time = field === undefined ? Number.NaN : Date.parse(field)
  return Number.isNaN(time) ? undefined : time
}
