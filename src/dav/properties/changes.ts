import type { CalendarFields } from '../../calendar/collections.ts'
import type { DeadProperty } from '../../calendar/model.ts'
import { HttpError, PreconditionError } from '../errors.ts'
import { propstat } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import type { LiveProperty, PropertySetter, Registry } from '../registry.ts'
import type { ResourceKind } from '../resources/resource.ts'
import { clark, type Element, type Name } from '../xml/element.ts'
import { serializeStandalone, tagName } from '../xml/serialize.ts'
import { keepsDead } from './dead.ts'
import type { Instruction } from './instructions.ts'

/** What became of one instruction; without an error it would succeed by itself. */
export interface Outcome {
  readonly property: Name
  readonly error: HttpError | undefined
}

/** A request's instructions, ready for a use case: all of them, or none when `isRefused`. */
export interface PropertyChanges {
  readonly fields: CalendarFields
  readonly setDead: readonly DeadProperty[]
  readonly removeDead: readonly Name[]
  readonly outcomes: readonly Outcome[]
  readonly isRefused: boolean
}

/**
 * Turns instructions, in document order, into changes of live and dead properties (RFC 4918 §9.2).
 *
 * @param creationOnly setters of properties that are protected once the resource exists, by Clark name
 */
export function planChanges(
  table: Registry<LiveProperty>,
  kind: ResourceKind,
  instructions: readonly Instruction[],
  creationOnly: ReadonlyMap<string, PropertySetter> = new Map(),
): PropertyChanges {
  const fields: Record<string, unknown> = {}
  const dead = new Map<string, DeadProperty | Name>()
  const outcomes = instructions.map(({ property, value }): Outcome => {
    const live = table.forKind(kind, property)
    const setter = creationOnly.get(clark(property)) ?? live?.set
    try {
      if (setter) Object.assign(fields, setter(value))
      if (live?.keepsAttributes) dead.set(clark(property), withAttributes(property, value))
      else if (!setter) dead.set(clark(property), asDead(table, kind, property, value))
      else if (live?.isStoredAsSent) dead.set(clark(property), stored(property, value))
      return { property, error: undefined }
    } catch (error) {
      if (error instanceof HttpError) return { property, error }
      throw error
    }
  })
  const changed = [...dead.values()]
  return {
    fields,
    setDead: changed.filter((property): property is DeadProperty => 'xml' in property),
    removeDead: changed.filter((property) => !('xml' in property)),
    outcomes,
    isRefused: outcomes.some(({ error }) => error !== undefined),
  }
}

/** What is stored beside a live property: its XML where that has attributes to give back, else nothing. */
function withAttributes({ namespace, name }: Name, value: Element | undefined): DeadProperty | Name {
  const hasAttributes = value !== undefined && Object.keys(value.attributes).length > 0
  return hasAttributes ? { namespace, name, xml: boundedXml(value) } : { namespace, name }
}

function asDead(
  table: Registry<LiveProperty>,
  kind: ResourceKind,
  property: Name,
  value: Element | undefined,
): DeadProperty | Name {
  if (!keepsDead(kind) || isProtected(table, property)) throw preconditions.cannotModifyProtectedProperty()
  return stored(property, value)
}

/** The property as it was sent; by its name alone it is removed. */
function stored(property: Name, value: Element | undefined): DeadProperty | Name {
  const name = { namespace: property.namespace, name: property.name }
  return value === undefined ? name : { ...name, xml: boundedXml(value) }
}

/** Characters of one dead property: they are not counted against the quota, so they have a bound of their own. */
const MAX_DEAD_XML = 256 * 1024

function boundedXml(value: Element): string {
  const xml = serializeStandalone(value)
  // RFC 4918 §9.2.1: not enough room to record the property.
  if (xml.length > MAX_DEAD_XML) throw new HttpError(507, 'The property is too large.')
  return xml
}

/** A name the server computes somewhere is nowhere free to be stored. */
function isProtected(table: Registry<LiveProperty>, property: Name): boolean {
  const namesakes = table.all.filter((live) => clark(live) === clark(property))
  return namesakes.length > 0 && namesakes.every(({ set }) => set === undefined)
}

/** The propstats of a PROPPATCH: all 200, or each failure and 424 for the rest (RFC 4918 §9.2.1). */
export function outcomePropstats({ outcomes, isRefused }: PropertyChanges): string {
  const failures = outcomes.filter(({ error }) => error !== undefined)
  const others = outcomes.filter(({ error }) => error === undefined)
  const failed = failures.map(({ property, error }) => {
    const condition = error instanceof PreconditionError ? error.condition : undefined
    return propstat(error?.status ?? 403, emptyElement(property), condition)
  })
  const names = others.map(({ property }) => emptyElement(property)).join('')
  const rest = others.length > 0 || !isRefused ? propstat(isRefused ? 424 : 200, names) : ''
  return failed.join('') + rest
}

function emptyElement(name: Name): string {
  const { tag, declaration } = tagName(name)
  return `<${tag}${declaration}/>`
}

/** The status of a whole request that failed by its properties: that of the first failure. */
export function firstFailure({ outcomes }: PropertyChanges): HttpError | undefined {
  return outcomes.find(({ error }) => error !== undefined)?.error
}
