import type { Parameters, Property } from './component.ts'
import { canonicalName } from './content-line.ts'
import { InvalidCalendarError } from './errors.ts'
import { type JcalValue, readJcalValue, writeJcalValue } from './jcal-values.ts'
import { type PropertyType, propertyType } from './property-types.ts'
import { splitEscaped } from './values.ts'

export type JcalParameters = { readonly [name: string]: string | readonly string[] }
/** `[name, parameters, type, value, …more values]` (RFC 7265 §3.4). */
export type JcalProperty = readonly [string, JcalParameters, string, ...JcalValue[]]

/** Type of a property whose value is carried exactly as written (RFC 7265 §5.1). */
export const UNKNOWN = 'unknown'

/** The jCal form of a property. A value that is not of its type is carried as written, as type "unknown". */
export function toJcalProperty(property: Property): JcalProperty {
  const known = propertyType(property.name)
  const name = property.name.toLowerCase()
  const type = property.params.has('VALUE')
    ? explicitType(property.params)
    : inferredType(property.value, known)
  const values = type === undefined ? undefined : readValues(property.value, type, known)
  if (type === undefined || values === undefined) {
    return [name, toJcalParameters(property.params, true), UNKNOWN, property.value]
  }
  return [name, toJcalParameters(property.params, false), type, ...values]
}

/** The one type that VALUE names, if it does. */
function explicitType(params: Parameters): string | undefined {
  const [only = '', ...others] = params.get('VALUE') ?? []
  const type = only.toLowerCase()
  return others.length > 0 || type === UNKNOWN || canonicalName(only) === undefined ? undefined : type
}

/** The default type, or that of the forms a time may take, since clients leave out VALUE=DATE and the like. */
function inferredType(value: string, known: PropertyType | undefined): string | undefined {
  const type = known?.defaultType
  if (type === 'date-time') return /^\d{8}(,|$)/.test(value) ? 'date' : value.includes('/') ? 'period' : type
  if (type === 'duration' && /^\d{8}T/.test(value)) return 'date-time'
  return type
}

function readValues(value: string, type: string, known: PropertyType | undefined): JcalValue[] | undefined {
  if (known?.isStructured && type === known.defaultType) return readStructured(value, type)
  const texts = known?.isList ? splitEscaped(value, ',') : [value]
  const values = texts.map((text) => readJcalValue(type, text))
  return values.every((read) => read !== undefined) ? values : undefined
}

function readStructured(value: string, type: string): JcalValue[] | undefined {
  const parts = splitEscaped(value, ';').map((part) => readJcalValue(type, part))
  const plain = parts.filter((part) => typeof part === 'string' || typeof part === 'number')
  if (plain.length !== parts.length) return undefined
  const [only] = plain
  return plain.length === 1 && only !== undefined ? [only] : [plain]
}

function toJcalParameters(params: Parameters, keepsValue: boolean): JcalParameters {
  if (params.size === 0) return {}
  const result: Record<string, string | readonly string[]> = {}
  for (const [name, values] of params) {
    // RFC 7265 §3.4: VALUE is the type's place, unless the type could not be followed.
    if (name === 'VALUE' && !keepsValue) continue
    result[name.toLowerCase()] = values.length === 1 ? (values[0] ?? '') : values
  }
  return result
}

/**
 * The property of its jCal form.
 * @throws InvalidCalendarError when it is none.
 */
export function fromJcalProperty(data: unknown): Property {
  if (!Array.isArray(data) || data.length < 4)
    throw invalid('A property is not [name, parameters, type, value…]')
  const [written, parameters, type, ...values] = data as unknown[]
  const name = typeof written === 'string' ? canonicalName(written) : undefined
  if (name === undefined || name === 'BEGIN' || name === 'END') {
    throw invalid(`${JSON.stringify(written)?.slice(0, 80)} is not the name of a property`)
  }
  if (typeof type !== 'string' || canonicalName(type) === undefined) {
    throw invalid(`The type of ${name} is not a name`, name)
  }
  const params = fromJcalParameters(parameters, name)
  const known = propertyType(name)
  const lower = type.toLowerCase()
  if (lower !== UNKNOWN && lower !== known?.defaultType) params.set('VALUE', [type.toUpperCase()])
  return { name, params, value: writeValues(name, lower, values, known), line: 0 }
}

function writeValues(name: string, type: string, values: unknown[], known: PropertyType | undefined): string {
  const written = values.map((value) => {
    const isParts = Array.isArray(value) && type !== 'period'
    if (!isParts) return writeJcalValue(type, value)
    const parts = value.map((part) => writeJcalValue(type, part))
    return parts.includes(undefined) ? undefined : parts.join(';')
  })
  if (written.includes(undefined)) throw invalid(`${name} has a value that is not of type ${type}`, name)
  if (written.length > 1 && known !== undefined && !known.isList) {
    throw invalid(`${name} has more than one value`, name)
  }
  return written.join(',')
}

function fromJcalParameters(data: unknown, property: string): Map<string, readonly string[]> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw invalid(`The parameters of ${property} are not an object`, property)
  }
  const params = new Map<string, readonly string[]>()
  for (const [written, value] of Object.entries(data)) {
    const name = canonicalName(written)
    const values: unknown[] = Array.isArray(value) ? value : [value]
    if (name === undefined || values.length === 0) {
      throw invalid(
        `${property} has the parameter ${JSON.stringify(written.slice(0, 80))}, which cannot be`,
        property,
      )
    }
    params.set(
      name,
      values.map((item) => parameterText(item, property, name)),
    )
  }
  return params
}

function parameterText(item: unknown, property: string, name: string): string {
  if (typeof item === 'string') return item
  if (typeof item === 'number' || typeof item === 'boolean') return String(item).toUpperCase()
  throw invalid(`The parameter ${name} of ${property} is not text`, property)
}

function invalid(message: string, subject?: string): InvalidCalendarError {
  return new InvalidCalendarError(message, {
    rule: 'RFC 7265 §3.4',
    ...(subject === undefined ? {} : { subject }),
  })
}
