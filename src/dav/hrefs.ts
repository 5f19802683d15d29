import { OUTBOX } from '../calendar/inbox.ts'
import type { Calendar, CollectionRef, HomeRef, NodeRef, ObjectRef, Ref } from '../calendar/model.ts'
import { canonicalPath } from '../calendar/paths.ts'
import { HttpError } from './errors.ts'
import type { Resource } from './resources/resource.ts'

/**
 * The URL grammar: every href is parsed and built here. Hrefs are compared as parsed targets, that is, after
 * decoding; what is built ends in "/" for collections and escapes everything but unreserved ASCII.
 */
export type Target =
  /** `alias`: another path of the same resource, below the prefix. */
  | { readonly kind: 'root' | 'principals' | 'homes'; readonly alias?: string }
  | { readonly kind: 'principal'; readonly username: string }
  | { readonly kind: 'home'; readonly ref: HomeRef }
  | { readonly kind: 'collection'; readonly ref: CollectionRef; readonly endsInSlash: boolean }
  | MemberTarget

/** Something inside a calendar or plain collection: which of the two only the database knows. */
export interface MemberTarget {
  readonly kind: 'member'
  readonly ref: CollectionRef
  readonly path: readonly [string, ...string[]]
  readonly endsInSlash: boolean
}

export const ADD_MEMBER_QUERY = 'add-member'

/** Octets of one decoded segment; past it a name cannot be indexed. */
const MAX_SEGMENT_BYTES = 1024
const MAX_SEGMENTS = 64

export class Hrefs {
  readonly prefix: string
  #lastCalendar: Calendar | undefined
  #lastBase = ''

  /** @param prefix path in front of `/dav/` as clients see it: empty, or like `/kalends` */
  constructor(prefix: string) {
    this.prefix = prefix
  }

  root(): string {
    return `${this.prefix}/dav/`
  }

  principals(): string {
    return `${this.prefix}/dav/principals/`
  }

  principal(username: string): string {
    return `${this.prefix}/dav/principals/${encodeURIComponent(username)}/`
  }

  homes(): string {
    return `${this.prefix}/dav/calendars/`
  }

  home({ owner }: HomeRef): string {
    return `${this.prefix}/dav/calendars/${encodeURIComponent(owner)}/`
  }

  collection({ owner, collection }: CollectionRef): string {
    return `${this.home({ owner })}${encodeURIComponent(collection)}/`
  }

  /** Where new members are POSTed (RFC 5995 §3.1). */
  addMember(ref: CollectionRef): string {
    return `${this.collection(ref)}?${ADD_MEMBER_QUERY}`
  }

  object(ref: ObjectRef): string {
    return this.collection(ref) + encodeURIComponent(ref.name)
  }

  node(ref: NodeRef, isCollection: boolean): string {
    return `${this.prefix}/dav/calendars/${canonicalPath(ref)}${isCollection ? '/' : ''}`
  }

  /** The href of a canonical path (calendar/paths.ts); collections inside plain collections lack their slash. */
  ofCanonicalPath(path: string): string {
    return `${this.homes()}${path}${path.split('/').length <= 2 ? '/' : ''}`
  }

  ofRef(ref: Ref): string {
    if ('name' in ref) return this.object(ref)
    if ('path' in ref) return this.node(ref, false)
    return 'collection' in ref ? this.collection(ref) : this.home(ref)
  }

  of(resource: Resource): string {
    switch (resource.kind) {
      case 'root':
        return this.root()
      case 'principals':
        return this.principals()
      case 'principal':
        return this.principal(resource.principal.username)
      case 'homes':
        return this.homes()
      case 'home':
        return this.home({ owner: resource.owner.username })
      case 'outbox':
        return this.collection({ owner: resource.owner.username, collection: OUTBOX })
      case 'calendar':
      case 'collection':
      case 'inbox':
        return this.collection({ owner: resource.owner.username, collection: resource.name })
      case 'object':
        return this.#base(resource.calendar) + encodeURIComponent(resource.object.name)
      case 'node':
        return this.node({ ...refOf(resource.collection), path: resource.path }, resource.isCollection)
    }
  }

  /** Objects come by the thousand, one calendar at a time. */
  #base(calendar: Calendar): string {
    if (this.#lastCalendar !== calendar) {
      this.#lastCalendar = calendar
      this.#lastBase = this.collection(refOf(calendar))
    }
    return this.#lastBase
  }

  /** The href of the resource a request is for: clients look for the one they asked. */
  ofRequest(target: Target, resource: Resource): string {
    return 'alias' in target ? this.prefix + target.alias : this.of(resource)
  }

  /**
   * What a request's path names, or undefined where this server has nothing.
   *
   * @param path without the prefix and without a query
   * @throws HttpError 400 for what is not a path of names, 414 for a name that is too long
   */
  parse(path: string): Target | undefined {
    if (path === '/' || path === '') return { kind: 'root', alias: '/' }
    const endsInSlash = path.endsWith('/')
    const segments = path.slice(1, endsInSlash ? -1 : undefined).split('/')
    if (segments.length > MAX_SEGMENTS) throw new HttpError(414, 'The path has too many segments.')
    return targetOf(segments.map(decodeSegment), endsInSlash)
  }

  /**
   * What an href in a body or header names: an absolute path or a URI, whose authority is not looked at.
   * Undefined where it names nothing of ours or is malformed.
   */
  resolve(href: string): Target | undefined {
    const path = this.#ownPath(href.trim())
    if (path === undefined) return undefined
    try {
      return this.parse(path)
    } catch {
      return undefined
    }
  }

  #ownPath(href: string): string | undefined {
    const path = href.startsWith('/') ? href : /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(\/[^?#]*)?$/i.exec(href)?.[1]
    if (path === undefined || path.startsWith('//')) return undefined
    const isPrefixed = this.prefix !== '' && path.startsWith(`${this.prefix}/`)
    return isPrefixed ? path.slice(this.prefix.length) : path
  }
}

/** The reference of a calendar or plain collection. */
export function refOf(collection: {
  readonly owner: { readonly username: string }
  readonly name: string
}): CollectionRef {
  return { owner: collection.owner.username, collection: collection.name }
}

/** The reference a target stands for, where the domain has one. A member's is that of a node. */
export function refOfTarget(target: Target): Ref | undefined {
  if (target.kind === 'member') return { ...target.ref, path: target.path }
  return 'ref' in target ? target.ref : undefined
}

/** As an object of a calendar: a member directly inside its collection. */
export function objectRef(target: MemberTarget): ObjectRef | undefined {
  return target.path.length === 1 ? { ...target.ref, name: target.path[0] } : undefined
}

function targetOf(segments: readonly string[], endsInSlash: boolean): Target | undefined {
  const [top, area, owner, collection, ...path] = segments
  // Client: Apple Calendar walks `/` and `/principals/` when it is not told better.
  if (top === 'principals' && area === undefined) return { kind: 'principals', alias: '/principals/' }
  if (top !== 'dav') return undefined
  if (area === undefined) return { kind: 'root' }
  if (area === 'principals') return principalTarget(owner, collection)
  if (area !== 'calendars') return undefined
  if (owner === undefined) return { kind: 'homes' }
  if (collection === undefined) return { kind: 'home', ref: { owner } }
  const ref = { owner, collection }
  const [first, ...rest] = path
  if (first === undefined) return { kind: 'collection', ref, endsInSlash }
  return { kind: 'member', ref, path: [first, ...rest], endsInSlash }
}

function principalTarget(username: string | undefined, extra: string | undefined): Target | undefined {
  if (username === undefined) return { kind: 'principals' }
  return extra === undefined ? { kind: 'principal', username } : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f/]/

function decodeSegment(raw: string): string {
  const segment = raw.includes('%') ? decode(raw) : raw
  if (segment === '' || segment === '.' || segment === '..' || FORBIDDEN.test(segment)) {
    throw new HttpError(
      400,
      'A path segment may not be empty, "." or "..", or hold "/" or control characters.',
    )
  }
  if (segment.length > MAX_SEGMENT_BYTES / 4 && Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) {
    throw new HttpError(414, `A path segment may have ${MAX_SEGMENT_BYTES} octets.`)
  }
  return segment
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch (cause) {
    throw new HttpError(400, 'The path is not percent-encoded UTF-8.', { cause })
  }
}

const byPrefix = new Map<string, Hrefs>()
const MAX_PREFIXES = 32

/** The grammar under a prefix. Proxies state few of them; what one client makes up is not kept. */
export function hrefsFor(prefix: string): Hrefs {
  const known = byPrefix.get(prefix)
  if (known !== undefined) return known
  const hrefs = new Hrefs(prefix)
  if (byPrefix.size < MAX_PREFIXES) byPrefix.set(prefix, hrefs)
  return hrefs
}
