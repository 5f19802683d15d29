import type { Property } from './component.ts'
import { canonicalName } from './content-line.ts'
import { fromJcalProperty, type JcalParameters, toJcalProperty } from './jcal-property.ts'
import type { JcalRecur, JcalRecurPart } from './jcal-recur.ts'
import type { JcalValue } from './jcal-values.ts'
import { propertyType } from './property-types.ts'
import { childElements, element, invalid, textOf, type XcalElement } from './xcal-element.ts'

/** Structured values have an element for each part (RFC 6321 §3.4.1.2, §3.4.1.3). */
const STRUCTURES: ReadonlyMap<string, readonly string[]> = new Map([
  ['geo', ['latitude', 'longitude']],
  ['request-status', ['code', 'description', 'data']],
])

/** Types of parameter values other than text (RFC 6321 §3.5 and the RFCs that add parameters). */
const PARAMETER_TYPES: ReadonlyMap<string, string> = new Map([
  ['altrep', 'uri'],
  ['delegated-from', 'cal-address'],
  ['delegated-to', 'cal-address'],
  ['derived', 'boolean'],
  ['dir', 'uri'],
  ['gap', 'duration'],
  ['member', 'cal-address'],
  ['order', 'integer'],
  ['rsvp', 'boolean'],
  ['schema', 'uri'],
  ['sent-by', 'cal-address'],
])

/** Types around whose values white space means nothing. */
const TIME_TYPES = new Set(['date', 'date-time', 'duration', 'time', 'utc-offset'])

/** The xCal form of a property (RFC 6321 §3.4); a value that is not of its type is carried as `unknown`. */
export function toXcalProperty(property: Property): XcalElement {
  const [name, params, type, ...values] = toJcalProperty(property)
  const children: XcalElement[] = []
  const names = Object.keys(params)
  if (names.length > 0) {
    children.push(element('parameters', ...names.map((each) => parameterElement(each, params[each] ?? ''))))
  }
  for (const value of values) children.push(...valueElements(name, type, value))
  return { name, children }
}

function parameterElement(name: string, value: string | readonly string[]): XcalElement {
  const type = name.startsWith('x-') ? 'unknown' : (PARAMETER_TYPES.get(name) ?? 'text')
  const values = typeof value === 'string' ? [value] : value
  if (type !== 'boolean') return element(name, ...values.map((each) => element(type, each)))
  return element(
    name,
    ...values.map((each) => {
      return /^(TRUE|FALSE)$/.test(each) ? element(type, each.toLowerCase()) : element('text', each)
    }),
  )
}

function valueElements(name: string, type: string, value: JcalValue): XcalElement[] {
  const structure = STRUCTURES.get(name)
  if (Array.isArray(value)) {
    if (type === 'period') return [periodElement(value)]
    return value.map((part, index) => element(structure?.[index] ?? type, String(part)))
  }
  if (typeof value === 'object') return [recurElement(value as JcalRecur)]
  if (structure?.[0] !== undefined && type === propertyType(name.toUpperCase())?.defaultType) {
    return [element(structure[0], String(value))]
  }
  return [element(type, String(value))]
}

function periodElement([start = '', end = '']: readonly (string | number)[]): XcalElement {
  const isDuration = /^\+?P/.test(String(end))
  return element(
    'period',
    element('start', String(start)),
    element(isDuration ? 'duration' : 'end', String(end)),
  )
}

function recurElement(recur: JcalRecur): XcalElement {
  const parts = Object.entries(recur).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item) => element(name, String(item))),
  )
  return element('recur', ...parts)
}

/**
 * The property of its xCal form.
 * @throws InvalidCalendarError naming the element that is not xCal.
 */
export function fromXcalProperty(property: XcalElement): Property {
  const [first, ...others] = childElements(property)
  const hasParameters = first?.name === 'parameters'
  const params = hasParameters ? readParameters(first) : {}
  const values = first === undefined || hasParameters ? others : [first, ...others]
  const structure = STRUCTURES.get(property.name)
  const [head] = values
  if (head === undefined) throw invalid(`${property.name} has no value`, property.name)
  if (structure?.[0] === head.name) {
    const type = propertyType(property.name.toUpperCase())?.defaultType ?? 'text'
    const parts = values.map((part) => scalar(type, textOf(part)))
    return fromJcalProperty([property.name, params, type, parts.length === 1 ? parts[0] : parts])
  }
  if (values.some(({ name }) => name !== head.name)) {
    throw invalid(`${property.name} has values of more than one type`, property.name)
  }
  return fromJcalProperty([property.name, params, head.name, ...values.map(readValue)])
}

function readParameters(parameters: XcalElement): JcalParameters {
  const result: Record<string, string | string[]> = {}
  for (const parameter of childElements(parameters)) {
    if (canonicalName(parameter.name) === undefined) {
      throw invalid(`${parameter.name} is not the name of a parameter`, parameter.name)
    }
    const values = childElements(parameter).map((value) =>
      value.name === 'boolean' ? textOf(value).toUpperCase() : textOf(value),
    )
    result[parameter.name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return result
}

function readValue(value: XcalElement): JcalValue {
  if (value.name === 'recur') return readRecur(value)
  if (value.name === 'period') return childElements(value).map((part) => textOf(part).trim())
  return scalar(value.name, textOf(value))
}

function scalar(type: string, text: string): string | number | boolean {
  const trimmed = text.trim()
  if ((type === 'integer' || type === 'float') && trimmed !== '') return Number(trimmed)
  if (type === 'boolean') return trimmed === 'true' || trimmed === '1'
  return TIME_TYPES.has(type) ? trimmed : text
}

function readRecur(recur: XcalElement): JcalRecur {
  const parts: Record<string, JcalRecurPart> = {}
  for (const part of childElements(recur)) {
    const earlier = Object.hasOwn(parts, part.name) ? parts[part.name] : undefined
    const item = textOf(part).trim()
    if (earlier === undefined) parts[part.name] = item
    else parts[part.name] = [...(Array.isArray(earlier) ? earlier : [earlier]), item]
  }
  return parts
}
