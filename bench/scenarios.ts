import type { SampleObject } from './dataset.ts'
import { CENTRE, sampleObjects } from './dataset.ts'
import type { Reply } from './http-client.ts'
import type { Scenario } from './measure.ts'

const DAV_NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
const XML_TYPE = { 'content-type': 'application/xml; charset=utf-8' }
const ICS_TYPE = { 'content-type': 'text/calendar; charset=utf-8' }
const DAY = 86_400_000

export interface Target {
  /** Path of the calendar under test, ending in "/". */
  readonly calendar: string
  readonly objects: readonly SampleObject[]
  /** How many requests the cheapest scenario sends; dearer ones send fewer. */
  readonly requests: number
}

function expectStatus(...allowed: number[]): (reply: Reply) => void {
  return (reply) => {
    if (!allowed.includes(reply.status)) {
      throw new Error(`expected ${allowed.join(' or ')}, got ${reply.status}: ${reply.body.slice(0, 300)}`)
    }
  }
}

function at(list: readonly SampleObject[], index: number): SampleObject {
  return list[index % list.length] as SampleObject
}

function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '')}Z`
}

export function readScenarios(target: Target, syncToken: string): Scenario[] {
  const { calendar, objects, requests } = target
  const few = Math.max(10, Math.round((requests / 10) * Math.min(1, 1000 / objects.length)))
  const report = (name: string, count: number, depth: string, body: (index: number) => string): Scenario => ({
    name,
    requests: count,
    exchange: (index) => ({
      method: 'REPORT',
      path: calendar,
      headers: { ...XML_TYPE, depth },
      body: body(index),
    }),
    check: expectStatus(200, 207),
  })
  return [
    {
      name: 'get',
      requests,
      exchange: (index) => ({ method: 'GET', path: calendar + at(objects, index * 7).name }),
      check: expectStatus(200),
    },
    {
      name: 'propfind etags',
      requests: few,
      exchange: () => ({
        method: 'PROPFIND',
        path: calendar,
        headers: { ...XML_TYPE, depth: '1' },
        body: `<D:propfind ${DAV_NAMESPACES}><D:prop><D:getetag/></D:prop></D:propfind>`,
      }),
      check: expectStatus(207),
    },
    report('multiget 50', Math.round(requests / 4), '1', (index) => multiget(calendar, objects, index)),
    report('month query', Math.round(requests / 10), '1', monthQuery),
    report('free-busy month', Math.round(requests / 10), '1', freeBusyQuery),
    report('sync initial', few, '0', () => syncCollection('')),
    report('sync delta of 10', Math.round(requests / 2), '0', () => syncCollection(syncToken)),
  ]
}

export function writeScenarios({ calendar, objects, requests }: Target): Scenario[] {
  const fresh = sampleObjects(Math.round(requests / 2), 2)
  const put = (object: SampleObject) => ({
    method: 'PUT',
    path: calendar + object.name,
    headers: ICS_TYPE,
    body: object.text,
  })
  return [
    {
      name: 'put create',
      requests: fresh.length,
      exchange: (index) => put(at(fresh, index)),
      check: expectStatus(201),
    },
    {
      name: 'put update',
      requests: Math.round(requests / 2),
      exchange: (index) => {
        const object = at(objects, index * 3)
        return put({ ...object, text: object.text.replace('SEQUENCE:0', `SEQUENCE:${index + 1}`) })
      },
      check: expectStatus(200, 201, 204),
    },
    {
      name: 'delete',
      requests: fresh.length,
      exchange: (index) => ({ method: 'DELETE', path: calendar + at(fresh, index).name }),
      check: expectStatus(200, 204),
    },
  ]
}

function multiget(calendar: string, objects: readonly SampleObject[], index: number): string {
  const hrefs = Array.from(
    { length: 50 },
    (_, n) => `<D:href>${calendar}${at(objects, index * 50 + n).name}</D:href>`,
  )
  return `<C:calendar-multiget ${DAV_NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.join('')}</C:calendar-multiget>`
}

function monthOf(index: number): { start: string; end: string } {
  const start = CENTRE + ((index % 12) - 6) * 30 * DAY
  return { start: stamp(start), end: stamp(start + 31 * DAY) }
}

function monthQuery(index: number): string {
  const { start, end } = monthOf(index)
  return `<C:calendar-query ${DAV_NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="${start}" end="${end}"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`
}

function freeBusyQuery(index: number): string {
  const { start, end } = monthOf(index)
  return `<C:free-busy-query ${DAV_NAMESPACES}><C:time-range start="${start}" end="${end}"/></C:free-busy-query>`
}

export function syncCollection(token: string): string {
  return `<D:sync-collection ${DAV_NAMESPACES}><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`
}
