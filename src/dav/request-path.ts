import type { HttpContext } from '../http/state.ts'
import { HttpError } from './errors.ts'

/**
 * The request's path as sent, without prefix and query. Segments are not normalised: ".." is refused where
 * they are decoded, instead of quietly meaning another resource.
 *
 * @throws HttpError 400 for a fragment, which a request cannot have (RFC 9110 §7.1)
 */
export function requestPath({ url }: HttpContext): string {
  if (url.includes('#')) throw new HttpError(400, 'A request names a resource, not a fragment of it.')
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  // OPTIONS * (RFC 9110 §9.3.7) is about the server: the root speaks for it.
  if (path === '*') return '/'
  return path.replace(/^https?:\/\/[^/]*/i, '')
}
