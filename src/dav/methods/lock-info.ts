import { HttpError } from '../errors.ts'
import { child, type Element } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { serializeStandalone } from '../xml/serialize.ts'

export interface LockInfo {
  readonly isExclusive: boolean
  /** The DAV:owner element, fit to be inserted anywhere. */
  readonly ownerXml: string | undefined
}

/** Kept with the lock and given to everyone who asks, so it is no place for documents. */
const MAX_OWNER_LENGTH = 8192

/**
 * DAV:lockinfo (RFC 4918 §14.11).
 *
 * @throws HttpError 400 when it is malformed, 422 for a lock that is not a write lock, 413 for a long owner
 */
export function readLockInfo(body: Element): LockInfo {
  const scope = child(body, DAV, 'lockscope')
  const type = child(body, DAV, 'locktype')
  if (scope === undefined || type === undefined) {
    throw new HttpError(400, 'lockinfo holds lockscope and locktype.')
  }
  if (child(type, DAV, 'write') === undefined) throw new HttpError(422, 'Locks are write locks.')
  const isExclusive = child(scope, DAV, 'exclusive') !== undefined
  if (isExclusive === (child(scope, DAV, 'shared') !== undefined)) {
    throw new HttpError(400, 'A lock is either exclusive or shared.')
  }
  const owner = child(body, DAV, 'owner')
  const ownerXml = owner && serializeStandalone(owner)
  if (ownerXml !== undefined && ownerXml.length > MAX_OWNER_LENGTH) {
    throw new HttpError(413, `The owner of a lock may have ${MAX_OWNER_LENGTH} characters.`)
  }
  return { isExclusive, ownerXml }
}
