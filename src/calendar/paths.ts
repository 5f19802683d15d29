import type { Ref } from './model.ts'

/**
 * The canonical path of a resource: decoded segments below the homes, each percent-encoded, joined with '/',
 * with no slash at either end (`alice/work/x.ics`). Locks and If headers name resources by it.
 */
export function canonicalPath(ref: Ref): string {
  return segmentsOf(ref).map(encodeURIComponent).join('/')
}

/** The decoded segments of a reference below the homes, the owner's username first. */
export function segmentsOf(ref: Ref): readonly string[] {
  if (!('collection' in ref)) return [ref.owner]
  if ('name' in ref) return [ref.owner, ref.collection, ref.name]
  if ('path' in ref) return [ref.owner, ref.collection, ...ref.path]
  return [ref.owner, ref.collection]
}
