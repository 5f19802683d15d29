import type { LiveProperty } from '../registry.ts'
import { type Content, clark, type Name } from '../xml/element.ts'
import { serializeContents, tagName } from '../xml/serialize.ts'

/** A wanted property with its tags already written. */
export interface Slot {
  readonly key: string
  /** Undefined: only a dead property can have this name. */
  readonly live: LiveProperty | undefined
  readonly open: string
  readonly close: string
  readonly empty: string
  /** Not having it is worth no propstat: the client did not name it. */
  readonly isOptional: boolean
}

/** What a request wants of one kind of resource. */
export interface KindPlan {
  readonly slots: readonly Slot[]
  readonly dead: 'none' | 'named' | 'all'
}

export function slotFor(name: Name, live: LiveProperty | undefined, isOptional: boolean): Slot {
  const { tag, declaration } = tagName(name)
  return {
    key: clark(name),
    live,
    open: `<${tag}${declaration}>`,
    close: `</${tag}>`,
    empty: `<${tag}${declaration}/>`,
    isOptional,
  }
}

/** Can a dead property have a say in this one? */
export function mayBeDead({ live }: Slot): boolean {
  return live === undefined || live.keepsAttributes === true
}

/** The element with this content. */
export function elementOf(slot: Slot, value: readonly Content[]): string {
  const inner = serializeContents(value)
  return inner === '' ? slot.empty : slot.open + inner + slot.close
}
