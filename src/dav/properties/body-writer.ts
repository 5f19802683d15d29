import type { DeadProperty } from '../../calendar/model.ts'
import { HttpError, PreconditionError } from '../errors.ts'
import { propstat, propstats } from '../multistatus.ts'
import type { PropertyValue } from '../registry.ts'
import { type Content, clark } from '../xml/element.ts'
import { serialize, serializeContents } from '../xml/serialize.ts'
import { elementOf, type KindPlan, type Slot, slotFor } from './slot.ts'

/** What a property came to: its value, nothing, or the refusal of it. */
export type Value = PropertyValue | HttpError

/** Gathers the propstats of one resource. */
export class BodyWriter {
  readonly #namesOnly: boolean
  readonly #isMinimal: boolean
  #found = ''
  #missing = ''
  #refused = ''

  constructor(namesOnly: boolean, isMinimal: boolean) {
    this.#namesOnly = namesOnly
    this.#isMinimal = isMinimal
  }

  add(slot: Slot, value: Value, dead: readonly DeadProperty[]): void {
    if (value === undefined) this.#miss(slot)
    else if (value instanceof HttpError) this.#refuse(slot, value)
    else if (this.#namesOnly) this.#found += slot.empty
    else if ('namespace' in value) this.#found += serialize(value)
    else this.#found += keptXml(slot, value, dead) ?? elementOf(slot, value)
  }

  addDead(slot: Slot, dead: readonly DeadProperty[]): void {
    const property = dead.find((candidate) => clark(candidate) === slot.key)
    if (property === undefined) this.#miss(slot)
    else this.#found += property.xml
  }

  end(plan: KindPlan, dead: readonly DeadProperty[]): string {
    if (plan.dead === 'all') this.#addAllDead(plan, dead)
    return propstats(this.#found, this.#missing, this.#refused)
  }

  #addAllDead({ slots }: KindPlan, dead: readonly DeadProperty[]): void {
    for (const property of dead) {
      if (slots.some(({ key }) => key === clark(property))) continue
      this.#found += this.#namesOnly ? slotFor(property, undefined, true).empty : property.xml
    }
  }

  #miss(slot: Slot): void {
    if (!slot.isOptional && !this.#isMinimal) this.#missing += slot.empty
  }

  #refuse(slot: Slot, error: HttpError): void {
    if (slot.isOptional) return
    const condition = error instanceof PreconditionError ? error.condition : undefined
    this.#refused += propstat(error.status, slot.empty, condition)
  }
}

/** The element as it was sent, attributes included, if its content is still the property's value. */
function keptXml(
  { live, key }: Slot,
  value: readonly Content[],
  dead: readonly DeadProperty[],
): string | undefined {
  if (!live?.keepsAttributes) return undefined
  const xml = dead.find((candidate) => clark(candidate) === key)?.xml
  return xml?.slice(xml.indexOf('>') + 1, xml.lastIndexOf('<')) === serializeContents(value) ? xml : undefined
}
