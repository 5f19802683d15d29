import { InvalidXmlError } from './errors.ts'

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 §2.2 leaves out
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u

/** Refuses characters that XML 1.0 §2.2 does not allow. */
export function requireXmlCharacters(text: string): string {
  if (NOT_XML.test(text)) throw new InvalidXmlError('The XML holds a character that XML does not allow')
  return text
}

/** Character data with its references resolved: the five predefined entities and character references only. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return requireXmlCharacters(text)
  const decoded = text.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new InvalidXmlError('The XML holds a bare "&"')
    return name.startsWith('#') ? fromCodePoint(name) : predefined(name)
  })
  return requireXmlCharacters(decoded)
}

function predefined(name: string): string {
  const character = Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined
  if (character === undefined) throw new InvalidXmlError(`The XML uses the undefined entity &${name};`)
  return character
}

function fromCodePoint(reference: string): string {
  const hexadecimal = /^#x([0-9a-fA-F]{1,6})$/.exec(reference)?.[1]
  const decimal = /^#([0-9]{1,7})$/.exec(reference)?.[1]
  const code = hexadecimal !== undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
  if (!(code <= 0x10ffff)) throw new InvalidXmlError(`&${reference}; is not a character`)
  return String.fromCodePoint(code)
}
