import { type Component, property } from '../ical/component.ts'

/** The VTIMEZONEs of one VCALENDAR of a stream; a later one in the stream falls back on those before it. */
export class ZoneScope {
  readonly #definitions = new Map<string, Component>()
  readonly #before: ZoneScope | undefined

  constructor(before?: ZoneScope) {
    this.#before = before
  }

  add(vtimezone: Component): void {
    const tzid = property(vtimezone, 'TZID')?.value.trim()
    if (tzid !== undefined) this.#definitions.set(tzid, vtimezone)
  }

  find(tzid: string): Component | undefined {
    return this.#definitions.get(tzid) ?? this.#before?.find(tzid)
  }
}

/** Components of one stream that have one UID. */
export interface Group {
  readonly uid: string
  readonly components: Component[]
  /** Of the VCALENDAR that the first of them is in. */
  readonly zones: ZoneScope
}

/**
 * Collects the components of a stream by UID, in bounded memory: past a bound the groups that were begun first
 * are given out, and what comes later with such a UID begins another group.
 */
export class Groups {
  readonly #groups = new Map<string, Group>()
  readonly #maxHeld: number
  #held = 0

  /** @param maxHeld lines of components held at most */
  constructor(maxHeld = 400_000) {
    this.#maxHeld = maxHeld
  }

  add(uid: string, component: Component, zones: ZoneScope): void {
    const group = this.#groups.get(uid)
    if (group === undefined) this.#groups.set(uid, { uid, components: [component], zones })
    else group.components.push(component)
    this.#held += sizeOf(component)
  }

  /** Groups to be stored now, oldest first; none while there is room. */
  *overflow(): Generator<Group> {
    while (this.#held > this.#maxHeld) yield* this.#takeFirst()
  }

  /** The groups that are left. */
  *rest(): Generator<Group> {
    while (this.#groups.size > 0) yield* this.#takeFirst()
  }

  *#takeFirst(): Generator<Group> {
    for (const group of this.#groups.values()) {
      this.#groups.delete(group.uid)
      this.#held -= group.components.reduce((sum, component) => sum + sizeOf(component), 0)
      yield group
      return
    }
  }
}

function sizeOf(component: Component): number {
  return component.components.reduce((sum, inside) => sum + sizeOf(inside), component.properties.length + 2)
}
