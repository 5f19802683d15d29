import { HttpError } from '../errors.ts'
import { child, childElements, type Element, type Name } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'

/** Which properties a request wants (RFC 4918 §14.20). */
export type PropertyRequest =
  /** The elements as sent: some, like C:calendar-data, carry what is wanted in detail. */
  | { readonly kind: 'prop'; readonly names: readonly Element[] }
  | { readonly kind: 'allprop'; readonly include: readonly Name[] }
  | { readonly kind: 'propname' }

const ALLPROP: PropertyRequest = { kind: 'allprop', include: [] }

/**
 * Reads DAV:prop, DAV:allprop with DAV:include, or DAV:propname among the children of `parent`; undefined
 * where there is none of them.
 *
 * @throws HttpError 400 when there are several
 */
export function readPropertyRequest(parent: Element): PropertyRequest | undefined {
  const [wanted, ...more] = childElements(parent).filter(
    ({ namespace, name }) => namespace === DAV && ['prop', 'allprop', 'propname'].includes(name),
  )
  if (more.length > 0) throw new HttpError(400, 'Ask for one of prop, allprop and propname.')
  if (wanted === undefined) return undefined
  if (wanted.name === 'propname') return { kind: 'propname' }
  if (wanted.name === 'prop') return { kind: 'prop', names: childElements(wanted) }
  const include = child(parent, DAV, 'include')
  return include === undefined ? ALLPROP : { kind: 'allprop', include: childElements(include) }
}

/** DAV:propfind (RFC 4918 §14.20); an empty body asks for everything (§9.1). */
export function readPropfind(body: Element | undefined): PropertyRequest {
  if (body === undefined) return ALLPROP
  if (body.namespace !== DAV || body.name !== 'propfind')
    throw new HttpError(400, 'The body must be propfind.')
  const request = readPropertyRequest(body)
  if (request === undefined) throw new HttpError(400, 'propfind must hold prop, allprop or propname.')
  return request
}
