import { statement } from './statement.ts'

/**
 * A short log of changes to accounts, by which every process learns that a login it remembers may no longer
 * count. A row without user_id concerns everyone.
 */
export const insertAccountChange = statement(
  'insert_account_change',
  'insert into account_changes (change_id, user_id, changed_at) values ($1, $2, now())',
)

/** An hour is far beyond the longest transaction, and beyond the time a remembered login is believed. */
export const deleteOldAccountChanges = statement(
  'delete_old_account_changes',
  `delete from account_changes where changed_at < now() - interval '1 hour'`,
)

/** ($1 milliseconds): what changed in the time just past, by the database's own clock. */
export const recentAccountChanges = statement<{ changeId: string; userId: string | undefined }>(
  'recent_account_changes',
  `select change_id as "changeId", user_id as "userId" from account_changes
   where changed_at > now() - $1::float8 * interval '1 millisecond'`,
)
