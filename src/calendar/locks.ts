import { findHomeLocks, type LockRecord } from '../store/locks.ts'
import type { CalendarEnv } from './env.ts'
import { covers } from './lock-scope.ts'

export type Lock = LockRecord

/** Every live lock in a home, in one statement; `locksOver` finds those of one resource. */
export function locksInHome(env: CalendarEnv, ownerId: string): Promise<readonly Lock[]> {
  return env.store.reader.rows(findHomeLocks, ownerId, env.clock())
}

/** The locks whose scope a resource is in, directly or indirectly (RFC 4918 §15.8). */
export function locksOver(locks: readonly Lock[], path: string): readonly Lock[] {
  return locks.filter((lock) => covers(lock, path))
}
