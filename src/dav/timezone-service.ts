/** Front end of the time zone data distribution service (RFC 7808): public, read-only, made of runtime data. */
import type { HttpContext, HttpMiddleware } from '../http/state.ts'
import {
  distributionCapabilities,
  distributionExpand,
  distributionFind,
  distributionGet,
  distributionLeapSeconds,
  distributionList,
} from '../ical/distribution.ts'
import { DistributionError } from '../ical/distribution-error.ts'
import { answerEmpty } from './answer.ts'
import { CALENDAR_MEDIA_TYPES, writeCalendar } from './calendar-formats.ts'

const CONTEXT = '/timezones'
const OWN_PATH = /^\/(?:timezones|\.well-known\/timezone)(?:\/|$)/

/** Answers `/timezones/…` and leads there from `/.well-known/timezone` (RFC 7808 §4.2.1.3). */
export const timezoneService: HttpMiddleware = (koa, next) => {
  if (!OWN_PATH.test(koa.path)) return next()
  koa.state.route = 'timezones'
  if (koa.method !== 'GET' && koa.method !== 'HEAD') {
    answerEmpty(koa, 405)
    koa.set('Allow', 'GET, HEAD')
    return undefined
  }
  if (koa.path.startsWith('/.well-known')) {
    redirect(koa)
    return undefined
  }
  try {
    answer(koa, koa.path.slice(CONTEXT.length).split('/').filter(Boolean).map(decoded))
  } catch (error) {
    if (!(error instanceof DistributionError)) throw error
    answerProblem(koa, error)
  }
  return undefined
}

/** The URL of the service as clients of this server are told it (RFC 7809 §5.1). */
export function timezoneServicePath(prefix: string): string {
  return `${prefix}${CONTEXT}`
}

function redirect(koa: HttpContext): void {
  const rest = koa.path.slice('/.well-known/timezone'.length)
  answerEmpty(koa, 301)
  koa.set('Location', `${timezoneServicePath(koa.state.prefix)}${rest}${koa.search}`)
  koa.set('Cache-Control', 'no-cache')
}

function answer(koa: HttpContext, path: readonly string[]): void {
  const [collection, tzid, part, ...more] = path
  if (path.length === 1 && collection === 'capabilities') {
    answerJson(koa, distributionCapabilities(timezoneServicePath(koa.state.prefix)))
  } else if (path.length === 1 && collection === 'leapseconds') {
    answerJson(koa, distributionLeapSeconds())
  } else if (path.length === 1 && collection === 'zones') {
    const patterns = valuesOf(koa, 'pattern')
    answerJson(
      koa,
      patterns.length > 0 ? distributionFind(patterns) : distributionList(valuesOf(koa, 'changedsince')),
    )
  } else if (collection === 'zones' && tzid !== undefined && part === undefined) {
    answerZone(koa, tzid)
  } else if (collection === 'zones' && tzid !== undefined && part === 'observances' && more.length === 0) {
    const { body, etag } = distributionExpand(tzid, {
      start: valuesOf(koa, 'start'),
      end: valuesOf(koa, 'end'),
    })
    answerJson(koa, body, etag)
  } else {
    throw new DistributionError('invalid-action', 'There is no such action')
  }
}

function answerZone(koa: HttpContext, tzid: string): void {
  const accepted = koa.accepts(...CALENDAR_MEDIA_TYPES)
  const mediaType = CALENDAR_MEDIA_TYPES.find((type) => type === accepted)
  if (mediaType === undefined) {
    throw new DistributionError(
      'invalid-format',
      `Time zones are given as ${CALENDAR_MEDIA_TYPES.join(', ')}`,
    )
  }
  const { calendar, etag } = distributionGet(tzid, {
    start: valuesOf(koa, 'start'),
    end: valuesOf(koa, 'end'),
  })
  // Each form is a representation of its own and needs its own strong etag; text/calendar has the listed one.
  const suffix = mediaType === 'text/calendar' ? '' : mediaType.slice('application/calendar'.length)
  koa.vary('Accept')
  answerFresh(koa, `${mediaType}; charset=utf-8`, writeCalendar(calendar, mediaType), `${etag}${suffix}`)
}

function answerJson(koa: HttpContext, body: object, etag?: string): void {
  answerFresh(koa, 'application/json; charset=utf-8', JSON.stringify(body), etag)
}

function answerFresh(koa: HttpContext, contentType: string, body: string, etag: string | undefined): void {
  koa.status = 200
  if (etag !== undefined) koa.etag = etag
  if (etag !== undefined && isHeld(koa.get('If-None-Match'), etag)) {
    koa.status = 304
    return
  }
  koa.body = body
  koa.set('Content-Type', contentType)
}

/** Does If-None-Match (RFC 9110 §13.1.2) name the etag? */
function isHeld(header: string, etag: string): boolean {
  return header.split(',').some((each) => ['*', `"${etag}"`].includes(each.trim().replace(/^W\//, '')))
}

const STATUS: Readonly<Partial<Record<string, number>>> = { 'tzid-not-found': 404, 'invalid-format': 406 }

/** RFC 7808 §4.1.7: errors are problem documents. */
function answerProblem(koa: HttpContext, { type, code, message }: DistributionError): void {
  koa.status = STATUS[code] ?? 400
  koa.body = JSON.stringify({ type, title: message, status: koa.status })
  koa.set('Content-Type', 'application/problem+json; charset=utf-8')
  koa.set('Content-Language', 'en')
}

function valuesOf(koa: HttpContext, name: string): string[] {
  return new URLSearchParams(koa.querystring).getAll(name)
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new DistributionError('invalid-action', 'The path is not well encoded')
  }
}
