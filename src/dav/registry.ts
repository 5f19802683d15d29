import type { ObjectEntry } from '../calendar/list-entries.ts'
import type { RequestContext } from './context.ts'
import type { Resource, ResourceKind, ResourceOf } from './resources/resource.ts'
import { type Content, clark, type Element, type Name } from './xml/element.ts'

/**
 * Register once (design, invariant 6): a method, report or live property is a declared value in one table;
 * Allow, supported-report-set, allprop and propname are derived from the tables.
 */

/** A live property. Without `set` it is protected (RFC 4918 §15: cannot-modify-protected-property). */
export interface LiveProperty<K extends ResourceKind = ResourceKind> extends Name {
  readonly on: readonly K[]
  /** Is it part of DAV:allprop? RFC 4918 says only its own live properties; default false. */
  readonly inAllprop?: boolean
  /**
   * Are attributes that were sent with it given back (RFC 4918 §4.3, xml:lang and Apple's own)? Its XML is then
   * stored beside the value, as a dead property is, and answers for it as long as both say the same.
   */
  readonly keepsAttributes?: boolean
  /** Is it stored as it was sent, as a dead property is, once `set` has found it good? */
  readonly isStoredAsSent?: boolean
  get(ctx: RequestContext, resource: ResourceOf<K>): PropertyValue | Promise<PropertyValue>
  /**
   * The same content of a calendar object, where its entry in a listing is enough to tell: a listing that asks
   * for such properties alone is answered without loading the objects.
   */
  ofEntry?(entry: ObjectEntry): readonly Content[]
  /** Turns the sent element into the change it asks for; throws a PreconditionError for a bad value. */
  readonly set?: PropertySetter
}

/**
 * A property's content, or its whole element where that carries attributes, or undefined where the resource
 * does not have it (a 404 propstat).
 */
export type PropertyValue = readonly Content[] | Element | undefined

/** `undefined` element: remove. */
export type PropertySetter = (value: Element | undefined) => PropertyChange

/** What a settable live property changes, in the use case's terms. */
export type PropertyChange = Readonly<Record<string, unknown>>

export interface Report<K extends ResourceKind = ResourceKind> extends Name {
  readonly on: readonly K[]
  /** Reads the request's root element and writes the response through the context. */
  run(ctx: RequestContext, resource: ResourceOf<K>, body: Element): Promise<void>
}

export function defineProperty<K extends ResourceKind>(property: LiveProperty<K>): LiveProperty {
  return property as unknown as LiveProperty
}

export function defineReport<K extends ResourceKind>(report: Report<K>): Report {
  return report as unknown as Report
}

/** A table of named values, each for some kinds of resource; two with one name on one kind stop the server. */
export class Registry<T extends Name & { readonly on: readonly ResourceKind[] }> {
  readonly all: readonly T[]
  readonly #byKind = new Map<ResourceKind, Map<string, T>>()

  constructor(entries: readonly T[]) {
    this.all = entries
    for (const entry of entries) {
      for (const kind of entry.on) this.#add(kind, entry)
    }
  }

  #add(kind: ResourceKind, entry: T): void {
    const table = this.#byKind.get(kind) ?? new Map<string, T>()
    if (table.has(clark(entry))) throw new Error(`${clark(entry)} is registered twice on ${kind}`)
    this.#byKind.set(kind, table.set(clark(entry), entry))
  }

  find(resource: Resource, name: Name): T | undefined {
    return this.forKind(resource.kind, name)
  }

  forKind(kind: ResourceKind, name: Name): T | undefined {
    return this.#byKind.get(kind)?.get(clark(name))
  }

  on(kind: ResourceKind): readonly T[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])]
  }
}
