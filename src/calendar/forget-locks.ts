import { deleteLocksAt, deleteLocksBelow, noteLocks } from '../store/locks.ts'
import type { Transactor } from '../store/store.ts'
import type { LockScope } from './assert-conditions.ts'

/**
 * Locks go with the resource they are on: after a DELETE or MOVE none is left at its path or below it
 * (RFC 4918 §9.6, §7.6).
 */
export function forgetLocks(tx: Transactor, scope: LockScope, path: string): void {
  if (scope.lockedUntil === undefined) return
  tx.write(deleteLocksAt, scope.ownerId, scope.calendarId, path)
  tx.write(noteLocks, scope.ownerId, scope.calendarId)
}

/** What overwrites a locked resource is locked by the same lock (RFC 4918 §7.6); those below it go. */
export function forgetLocksBelow(tx: Transactor, scope: LockScope, path: string): void {
  if (scope.lockedUntil === undefined) return
  tx.write(deleteLocksBelow, scope.ownerId, scope.calendarId, path)
  tx.write(noteLocks, scope.ownerId, scope.calendarId)
}
