import { NO_PARAMETERS, type Parameters, type Property } from './component.ts'
import { InvalidCalendarError } from './errors.ts'

const COLON = 58
const SEMICOLON = 59
const COMMA = 44
const QUOTE = 34

const MAX_NAME_LENGTH = 255
const MAX_PARAMETERS = 1000
const MAX_KNOWN_NAMES = 4096
// iana-token and x-name are letters, digits and hyphens; "_" and "." occur in vendors' names and harm nobody.
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

/** Names as written to their upper-case form, so that the same few dozen names are checked only once. */
const knownNames = new Map<string, string>()

/** The upper-case form of a property, parameter or component name; undefined when it is not a name. */
export function canonicalName(written: string): string | undefined {
  const known = knownNames.get(written)
  if (known !== undefined) return known
  if (written.length > MAX_NAME_LENGTH || !NAME.test(written)) return undefined
  const upper = written.toUpperCase()
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.set(written, upper)
  return upper
}

/**
 * Reads one unfolded content line (RFC 5545 §3.1) with its parameters (§3.2, RFC 6868).
 * @throws InvalidCalendarError naming `line` when it is not a content line.
 */
export function readContentLine(text: string, line: number): Property {
  const colon = text.indexOf(':')
  if (colon < 0) throw notAContentLine(text, line)
  const semicolon = text.indexOf(';')
  const nameEnd = semicolon >= 0 && semicolon < colon ? semicolon : colon
  const name = canonicalName(text.slice(0, nameEnd))
  if (name === undefined) throw notAContentLine(text, line)
  if (nameEnd === colon) return { name, params: NO_PARAMETERS, value: text.slice(colon + 1), line }
  const params = new Map<string, readonly string[]>()
  const valueStart = readParameters(text, nameEnd, params, { name, line })
  return { name, params, value: text.slice(valueStart), line }
}

interface Place {
  readonly name: string
  readonly line: number
}

/** Fills `params` from the semicolon at `at`; returns where the property's value begins. */
function readParameters(
  text: string,
  at: number,
  params: Map<string, readonly string[]>,
  place: Place,
): number {
  let position = at
  for (let count = 0; text.charCodeAt(position) === SEMICOLON; count++) {
    if (count >= MAX_PARAMETERS) throw badParameter(place, `has more than ${MAX_PARAMETERS} parameters`)
    const equals = text.indexOf('=', position)
    const name = equals < 0 ? undefined : canonicalName(text.slice(position + 1, equals))
    if (name === undefined) throw badParameter(place, 'has a parameter that is not NAME=value')
    const values: string[] = []
    position = equals
    do {
      position = readParameterValue(text, position + 1, values, place)
    } while (text.charCodeAt(position) === COMMA)
    const earlier = params.get(name)
    params.set(name, earlier === undefined ? values : [...earlier, ...values])
  }
  if (text.charCodeAt(position) !== COLON) throw badParameter(place, 'has no ":" after its parameters')
  return position + 1
}

/** Appends the parameter value that starts at `start`; returns the position after it. */
function readParameterValue(text: string, start: number, values: string[], place: Place): number {
  if (text.charCodeAt(start) === QUOTE) {
    const close = text.indexOf('"', start + 1)
    if (close < 0) throw badParameter(place, 'has a parameter value whose quote is never closed')
    values.push(decodeCarets(text.slice(start + 1, close)))
    return close + 1
  }
  let end = start
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === COLON || code === SEMICOLON || code === COMMA) break
  }
  values.push(decodeCarets(text.slice(start, end)))
  return end
}

/** RFC 6868 §3.2; a caret before any other character stands for itself. */
function decodeCarets(value: string): string {
  if (!value.includes('^')) return value
  return value.replace(/\^[n'^]/g, (found) => (found === '^n' ? '\n' : found === "^'" ? '"' : '^'))
}

function encodeCarets(value: string): string {
  if (!/[\^\n\r"]/.test(value)) return value
  return value.replace(/\^|\r?\n|\r|"/g, (found) => (found === '^' ? '^^' : found === '"' ? "^'" : '^n'))
}

/** The unfolded content line of a property: the inverse of `readContentLine`. */
export function writeContentLine(property: Property): string {
  if (property.params.size === 0) return `${property.name}:${property.value}`
  return `${property.name}${writeParameters(property.params)}:${property.value}`
}

function writeParameters(params: Parameters): string {
  let text = ''
  for (const [name, values] of params) text += `;${name}=${values.map(writeParameterValue).join(',')}`
  return text
}

function writeParameterValue(value: string): string {
  const encoded = encodeCarets(value)
  return /[,;:]/.test(encoded) ? `"${encoded}"` : encoded
}

function notAContentLine(text: string, line: number): InvalidCalendarError {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return new InvalidCalendarError(
    `Line ${line} is not an iCalendar content line (NAME:value): ${JSON.stringify(shown)}`,
    { line, rule: 'RFC 5545 §3.1' },
  )
}

function badParameter(place: Place, what: string): InvalidCalendarError {
  return new InvalidCalendarError(`Line ${place.line}: ${place.name} ${what}`, {
    line: place.line,
    subject: place.name,
    rule: 'RFC 5545 §3.2',
  })
}
