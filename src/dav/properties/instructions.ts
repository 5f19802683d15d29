import { HttpError } from '../errors.ts'
import { childElements, type Element, type Name } from '../xml/element.ts'
import { DAV, XML } from '../xml/names.ts'

/** One DAV:set or DAV:remove of one property (RFC 4918 §14.19). */
export interface Instruction {
  readonly property: Name
  /** Undefined: remove it. */
  readonly value: Element | undefined
}

const LANG = `{${XML}}lang`

/**
 * The instructions of DAV:propertyupdate, D:mkcol or C:mkcalendar, in document order.
 *
 * @throws HttpError 400 when there is none in a propertyupdate, whose purpose they are
 */
export function readInstructions(body: Element): readonly Instruction[] {
  const instructions = childElements(body)
    .filter(({ namespace, name }) => namespace === DAV && (name === 'set' || name === 'remove'))
    .flatMap((instruction) => readInstruction(instruction, languageOf(instruction, languageOf(body))))
  if (instructions.length === 0 && body.name === 'propertyupdate') {
    throw new HttpError(400, 'propertyupdate must set or remove a property.')
  }
  return instructions
}

function readInstruction(instruction: Element, language: string | undefined): Instruction[] {
  return childElements(instruction)
    .filter(({ namespace, name }) => namespace === DAV && name === 'prop')
    .flatMap((prop) => {
      const inherited = languageOf(prop, language)
      return childElements(prop).map((property) => ({
        property,
        value: instruction.name === 'set' ? inLanguage(property, inherited) : undefined,
      }))
    })
}

function languageOf(element: Element, outer?: string): string | undefined {
  return element.attributes[LANG] ?? outer
}

/** A property keeps the language it was sent in, wherever that was said (RFC 4918 §4.3). */
function inLanguage(property: Element, language: string | undefined): Element {
  if (language === undefined || property.attributes[LANG] !== undefined) return property
  return { ...property, attributes: { ...property.attributes, [LANG]: language } }
}
