import { decodeReferences } from './character-data.ts'
import { clark, type Name } from './element.ts'
import { InvalidXmlError } from './errors.ts'
import { XML } from './names.ts'
import { isNcName } from './nc-name.ts'

/** Prefix to namespace, as declared so far; '' is the default namespace. */
export type Scope = Readonly<Record<string, string>>

const XMLNS = 'http://www.w3.org/2000/xmlns/'

export const XML_SCOPE: Scope = Object.freeze(Object.assign(Object.create(null), { '': '', xml: XML }))

type RawAttributes = Readonly<Record<string, string>>

/** The scope inside an element: the outer one plus what its attributes declare. */
export function scopeOf(raw: RawAttributes, outer: Scope): Scope {
  let scope: Record<string, string> | undefined
  for (const [name, value] of Object.entries(raw)) {
    if (!isDeclaration(name)) continue
    scope ??= Object.assign(Object.create(null), outer) as Record<string, string>
    const prefix = name === 'xmlns' ? '' : name.slice('xmlns:'.length)
    scope[prefix] = requireBindable(prefix, decodeReferences(value))
  }
  return scope ?? outer
}

/** The attributes that are not declarations, by Clark name. */
export function attributesOf(raw: RawAttributes, scope: Scope): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw)) {
    if (isDeclaration(name)) continue
    const key = name.includes(':') ? clark(splitName(name, scope)) : name
    if (Object.hasOwn(attributes, key)) throw new InvalidXmlError(`The XML repeats the attribute ${name}`)
    attributes[key] = decodeReferences(value)
  }
  return attributes
}

/** A qualified name in its namespace; an undeclared prefix is refused. */
export function splitName(qualifiedName: string, scope: Scope): Name {
  const colon = qualifiedName.indexOf(':')
  const prefix = colon === -1 ? '' : qualifiedName.slice(0, colon)
  const name = qualifiedName.slice(colon + 1)
  const namespace = scope[prefix]
  if (namespace === undefined) throw new InvalidXmlError(`The XML uses the undeclared prefix ${prefix}`)
  if (!isNcName(name)) throw new InvalidXmlError(`${qualifiedName} is not a qualified name`)
  return { namespace, name }
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:')
}

/** Namespaces in XML 1.0 §2.2, §3: what a prefix may be bound to. */
function requireBindable(prefix: string, namespace: string): string {
  const isReserved = prefix === 'xmlns' || namespace === XMLNS || (prefix === 'xml') !== (namespace === XML)
  if (isReserved || (prefix !== '' && namespace === '')) {
    throw new InvalidXmlError(`The XML binds the prefix ${prefix} to ${namespace || 'nothing'}`)
  }
  return namespace
}
