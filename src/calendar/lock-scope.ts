/**
 * What a lock protects (RFC 4918 §6, §7), decided without a database: callers load the live locks of the
 * collections they touch and ask here.
 *
 * Paths are canonical (`alice/work/x.ics`): encoded segments joined by '/', so a string prefix ending in
 * '/' is an ancestor.
 */

/** The part of a lock that decides what it protects. */
export interface LockExtent {
  readonly path: string
  /** Depth infinity: everything below is locked too. */
  readonly isDeep: boolean
  readonly isExclusive: boolean
}

/**
 * What a request does to a resource. `content`: changes its body or properties. `binding`: also creates or
 * removes its name in the parent (RFC 4918 §7.4). `tree`: that, and removes or replaces everything below it.
 */
export interface Write {
  readonly path: string
  readonly change: 'content' | 'binding' | 'tree'
}

/** The canonical path of the collection holding `path`, or '' at the top. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** Is `path` strictly below `ancestor`? */
export function isBelow(path: string, ancestor: string): boolean {
  return path.startsWith(`${ancestor}/`)
}

/** Is the resource anywhere in the scope of the lock, directly or indirectly (RFC 4918 §6.1)? */
export function covers(lock: LockExtent, path: string): boolean {
  return lock.path === path || (lock.isDeep && isBelow(path, lock.path))
}

/**
 * The first existing lock that forbids `wanted` (RFC 4918 §9.10.5): their scopes meet, and one of the two is
 * exclusive.
 */
export function conflictingLock<L extends LockExtent>(
  locks: readonly L[],
  wanted: LockExtent,
): L | undefined {
  return locks.find(
    (lock) =>
      (lock.isExclusive || wanted.isExclusive) && (covers(lock, wanted.path) || covers(wanted, lock.path)),
  )
}

/**
 * The first lock whose token the write needed and did not submit, or undefined when the write may go on.
 * Each protected resource needs one submitted lock of those covering it: one of several shared locks is
 * enough, but the parent's lock and the member's own are both needed (RFC 4918 §7.4).
 *
 * @param isSubmitted whether the request named this lock's token and the actor holds the lock
 */
export function missingLock<L extends LockExtent>(
  locks: readonly L[],
  writes: readonly Write[],
  isSubmitted: (lock: L) => boolean,
): L | undefined {
  for (const path of protectedPaths(locks, writes)) {
    const covering = locks.filter((lock) => covers(lock, path))
    if (covering.length > 0 && !covering.some(isSubmitted)) return covering[0]
  }
  return undefined
}

function protectedPaths(locks: readonly LockExtent[], writes: readonly Write[]): Set<string> {
  const paths = new Set<string>()
  for (const { path, change } of writes) {
    paths.add(path)
    if (change !== 'content') paths.add(parentPath(path))
    if (change === 'tree') {
      for (const lock of locks) if (isBelow(lock.path, path)) paths.add(lock.path)
    }
  }
  return paths
}
