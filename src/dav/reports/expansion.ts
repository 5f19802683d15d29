import { HttpError } from '../errors.ts'
import * as preconditions from '../preconditions.ts'
import { childElements, type Element, type Name } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { isNcName } from '../xml/nc-name.ts'

/** A DAV:property of DAV:expand-property: its hrefs are replaced by responses that hold `inner` (RFC 3253 §3.8). */
export interface Expansion extends Name {
  readonly inner: readonly Expansion[]
}

/** How far hrefs are followed, and how many names a request may hold: bounds on the work one request causes. */
const MAX_DEPTH = 4
const MAX_NAMES = 200

/** Reads the tree of DAV:property elements. Throws 400 for one without a name or with an impossible one, 403 past the bounds. */
export function readExpansions(body: Element): readonly Expansion[] {
  let names = 0
  const read = (parent: Element, depth: number): Expansion[] =>
    childElements(parent)
      .filter(isProperty)
      .map((property) => {
        names += 1
        if (depth > MAX_DEPTH || names > MAX_NAMES) throw preconditions.numberOfMatchesWithinLimits()
        const name = property.attributes.name?.trim()
        if (!name) throw new HttpError(400, 'Each DAV:property needs a name.')
        if (!isNcName(name)) throw new HttpError(400, `No property can have the name ${name}.`)
        return { namespace: property.attributes.namespace ?? DAV, name, inner: read(property, depth + 1) }
      })
  return read(body, 1)
}

function isProperty(element: Element): boolean {
  return element.namespace === DAV && element.name === 'property'
}
