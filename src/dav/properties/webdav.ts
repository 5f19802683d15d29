import { refOf } from '../hrefs.ts'
import { contentTypeOf } from '../object-type.ts'
import { defineProperty, type LiveProperty } from '../registry.ts'
import type { Resource, ResourceKind, ResourceOf } from '../resources/resource.ts'
import { type Content, type Element, el, textOf } from '../xml/element.ts'
import { CALDAV, DAV } from '../xml/names.ts'

/** RFC 4918 §15, and what RFC 3253 and RFC 5995 ask of every resource. */

const EVERYWHERE: readonly ResourceKind[] = [
  'root',
  'principals',
  'principal',
  'homes',
  'home',
  'calendar',
  'collection',
  'object',
  'node',
  'inbox',
  'outbox',
]

const COLLECTION: readonly Content[] = [el(DAV, 'collection')]
const PRINCIPAL: readonly Content[] = [el(DAV, 'collection'), el(DAV, 'principal')]
// Client: Apple Calendar drops a calendar whose type holds anything else.
const CALENDAR: readonly Content[] = [el(DAV, 'collection'), el(CALDAV, 'calendar')]
const INBOX: readonly Content[] = [el(DAV, 'collection'), el(CALDAV, 'schedule-inbox')]
const OUTBOX: readonly Content[] = [el(DAV, 'collection'), el(CALDAV, 'schedule-outbox')]
const NOTHING: readonly Content[] = []

const RESOURCETYPE = defineProperty({
  namespace: DAV,
  name: 'resourcetype',
  on: EVERYWHERE,
  inAllprop: true,
  get: (_ctx, resource) => typeOf(resource),
  ofEntry: () => NOTHING,
})

function typeOf(resource: Resource): readonly Content[] {
  switch (resource.kind) {
    case 'object':
      return NOTHING
    case 'calendar':
      return CALENDAR
    case 'inbox':
      return INBOX
    case 'outbox':
      return OUTBOX
    case 'principal':
      return PRINCIPAL
    case 'node':
      return resource.isCollection ? COLLECTION : NOTHING
    default:
      return COLLECTION
  }
}

/** Client: several drop a calendar without a name, so an unnamed one shows the last segment of its href. */
const COLLECTION_DISPLAYNAME = defineProperty({
  namespace: DAV,
  name: 'displayname',
  on: ['calendar', 'collection'],
  inAllprop: true,
  keepsAttributes: true,
  get: (_ctx, { displayName, name }) => [displayName || name],
  set: (value) => ({ displayName: nameOf(value) }),
})

function nameOf(value: Element | undefined): string | null {
  const text = value === undefined ? '' : textOf(value)
  return text.trim() === '' ? null : text
}

const PRINCIPAL_DISPLAYNAME = defineProperty({
  namespace: DAV,
  name: 'displayname',
  on: ['principal'],
  inAllprop: true,
  get: (_ctx, { principal }) => [principal.name],
})

const GETETAG = defineProperty({
  namespace: DAV,
  name: 'getetag',
  on: ['object', 'node'],
  inAllprop: true,
  get(_ctx, resource) {
    const etag = resource.kind === 'object' ? resource.object.etag : resource.etag
    return etag === undefined ? undefined : quoted(etag)
  },
  ofEntry: ({ etag }) => quoted(etag),
})

/** Our etags are base64url or hexadecimal: there is nothing to escape, and may be 10,000 of them. */
function quoted(etag: string): readonly Content[] {
  return [{ raw: `"${etag}"` }]
}

const GETCONTENTTYPE = defineProperty({
  namespace: DAV,
  name: 'getcontenttype',
  on: ['object', 'node'],
  inAllprop: true,
  get(_ctx, resource) {
    const type = resource.kind === 'object' ? contentTypeOf(resource.object) : resource.contentType
    return type === undefined ? undefined : [type]
  },
  ofEntry: (entry) => [contentTypeOf(entry)],
})

const GETCONTENTLENGTH = defineProperty({
  namespace: DAV,
  name: 'getcontentlength',
  on: ['object', 'node'],
  inAllprop: true,
  get(_ctx, resource) {
    if (resource.kind === 'object') return [String(resource.object.size)]
    return resource.isCollection ? undefined : [String(resource.size)]
  },
})

type Dated = ResourceOf<'principal' | 'home' | 'calendar' | 'collection' | 'object' | 'node'>

const DATED: readonly Dated['kind'][] = ['principal', 'home', 'calendar', 'collection', 'object', 'node']

function datesOf(resource: Dated): { readonly createdAt: Date; readonly updatedAt: Date } {
  if (resource.kind === 'object') return resource.object
  return resource.kind === 'principal' ? resource.principal : resource
}

const GETLASTMODIFIED = defineProperty({
  namespace: DAV,
  name: 'getlastmodified',
  on: DATED,
  inAllprop: true,
  get: (_ctx, resource) => [datesOf(resource).updatedAt.toUTCString()],
})

const CREATIONDATE = defineProperty({
  namespace: DAV,
  name: 'creationdate',
  on: DATED,
  inAllprop: true,
  get: (_ctx, resource) => [
    datesOf(resource)
      .createdAt.toISOString()
      .replace(/\.\d+Z$/, 'Z'),
  ],
})

/** RFC 3253 §3.1.5, read off the table of reports. */
const SUPPORTED_REPORT_SET = defineProperty({
  namespace: DAV,
  name: 'supported-report-set',
  on: EVERYWHERE,
  get: ({ registries }, { kind }) =>
    registries.reports
      .on(kind)
      .map(({ namespace, name }) => el(DAV, 'supported-report', [el(DAV, 'report', [el(namespace, name)])])),
})

/** RFC 3253 §3.1.3, read off the table of methods. */
const SUPPORTED_METHOD_SET = defineProperty({
  namespace: DAV,
  name: 'supported-method-set',
  on: EVERYWHERE,
  get: ({ registries }, { kind }) =>
    registries.methods.on(kind).map((name) => el(DAV, 'supported-method', [], { name })),
})

/** RFC 5995 §3.2: where to POST a new member. */
const ADD_MEMBER = defineProperty({
  namespace: DAV,
  name: 'add-member',
  on: ['calendar'],
  get: (ctx, calendar) => [el(DAV, 'href', [ctx.hrefs.addMember(refOf(calendar))])],
})

export const webdavProperties: readonly LiveProperty[] = [
  RESOURCETYPE,
  COLLECTION_DISPLAYNAME,
  PRINCIPAL_DISPLAYNAME,
  GETETAG,
  GETCONTENTTYPE,
  GETCONTENTLENGTH,
  GETLASTMODIFIED,
  CREATIONDATE,
  SUPPORTED_REPORT_SET,
  SUPPORTED_METHOD_SET,
  ADD_MEMBER,
]
