import { statement } from './statement.ts'

/**
 * A short log of changes to accounts, by which every process learns that a login it remembers may no longer
 * count. A row without user_id concerns everyone.
 */
export const insertAccountChange = statement(
  'insert_account_change',
  'insert into account_changes (change_id, user_id, changed_at) values ($1, $2, now())',
)

/** Readers ask every second; an hour is far beyond the longest transaction. */
export const deleteOldAccountChanges = statement(
  'delete_old_account_changes',
  `delete from account_changes where changed_at < now() - interval '1 hour'`,
)

/** What changed in the last minute, in the database's own time. */
export const recentAccountChanges = statement<{ changeId: string; userId: string | undefined }>(
  'recent_account_changes',
  `select change_id as "changeId", user_id as "userId" from account_changes
   where changed_at > now() - interval '1 minute'`,
)
