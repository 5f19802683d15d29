import { statement } from './statement.ts'

/** A write lock (RFC 4918 §6). It lives with the home whose resource it protects. */
export interface LockRecord {
  /** Owner of the home. */
  readonly userId: string
  readonly lockId: string
  readonly calendarId: string
  /** Canonical path of the lock's root. */
  readonly path: string
  /** Is the root a collection, so that its href ends in a slash? */
  readonly isCollection: boolean
  /** Depth infinity. */
  readonly isDeep: boolean
  readonly isExclusive: boolean
  /** Who took the lock. */
  readonly holderId: string
  /** The DAV:owner element as sent. */
  readonly ownerXml: string | undefined
  /** What was granted when it was taken or last refreshed. */
  readonly timeoutSeconds: number
  readonly expiresAt: Date
}

const COLUMNS = `user_id as "userId", lock_id as "lockId", calendar_id as "calendarId", path,
  is_collection as "isCollection", is_deep as "isDeep", is_exclusive as "isExclusive", holder_id as "holderId", owner_xml as "ownerXml",
  timeout_seconds as "timeoutSeconds", expires_at as "expiresAt"`

/** ($1 userId, $2 calendarId, $3 now): the live locks in one collection, oldest root first. */
export const findLocks = statement<LockRecord>(
  'locks.find',
  `select ${COLUMNS} from locks
   where user_id = $1 and calendar_id = $2 and expires_at > $3 order by path, lock_id`,
)

/** ($1 holderId, $2 now): how many live locks someone holds, wherever they are. */
export const countHeldLocks = statement<{ held: number }>(
  'locks.held',
  'select count(*)::integer as held from locks where holder_id = $1 and expires_at > $2',
)

/** ($1 userId, $2 now): the live locks in a whole home. */
export const findHomeLocks = statement<LockRecord>(
  'locks.find-home',
  `select ${COLUMNS} from locks where user_id = $1 and expires_at > $2 order by path, lock_id`,
)

/**
 * (userId, lockId, calendarId, path, isCollection, isDeep, isExclusive, holderId, ownerXml, timeoutSeconds,
 * expiresAt)
 */
export const insertLock = statement(
  'locks.insert',
  `insert into locks (user_id, lock_id, calendar_id, path, is_collection, is_deep, is_exclusive, holder_id,
     owner_xml, timeout_seconds, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
)

/** ($1 userId, $2 lockId, $3 timeoutSeconds, $4 expiresAt) */
export const extendLock = statement(
  'locks.extend',
  'update locks set timeout_seconds = $3, expires_at = $4 where user_id = $1 and lock_id = $2',
)

/** ($1 userId, $2 lockId) */
export const deleteLock = statement('locks.delete', 'delete from locks where user_id = $1 and lock_id = $2')

/** ($1 userId, $2 calendarId, $3 path): the locks rooted at a path and below it. */
export const deleteLocksAt = statement(
  'locks.delete-at',
  `delete from locks where user_id = $1 and calendar_id = $2
     and (path = $3 or substr(path, 1, length($3) + 1) = $3 || '/')`,
)

/**
 * ($1 userId, $2 calendarId): notes on the collection's own row until when anything in it may be locked, so
 * that a write which has locked the row knows at no cost that there is nothing to look for. Run it after
 * every change to the collection's locks, in the same transaction.
 */
export const noteLocks = statement(
  'locks.note',
  `update calendars set locked_until =
     (select max(l.expires_at) from locks l where l.user_id = $1 and l.calendar_id = $2)
   where user_id = $1 and calendar_id = $2`,
)

/** ($1 userId, $2 calendarId, $3 path): the locks rooted below a path. */
export const deleteLocksBelow = statement(
  'locks.delete-below',
  `delete from locks where user_id = $1 and calendar_id = $2
     and substr(path, 1, length($3) + 1) = $3 || '/'`,
)
