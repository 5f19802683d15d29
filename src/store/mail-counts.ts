import { statement } from './statement.ts'

/** SQL that counts mails in windows of time, for every process on the database together. */

/**
 * ($1 keys text[], $2 now, $3 windows begun before then are over): counts one under each key, and tells how many that
 * makes. The rows stay locked until the transaction ends, in one order for everybody.
 */
export const countMails = statement<{ readonly key: string; readonly count: number; readonly since: Date }>(
  'mail-counts.count',
  `insert into mail_counts as c (key, since, count)
   select key, $2::timestamptz, 1 from (select distinct unnest($1::text[]) as key) g order by key
   on conflict (key) do update set since = case when c.since <= $3 then excluded.since else c.since end,
     count = case when c.since <= $3 then 1 else c.count + 1 end
   returning key, count, since`,
)

/** ($1 keys text[]): takes one back under each. */
export const uncountMails = statement(
  'mail-counts.uncount',
  'update mail_counts set count = count - 1 where key = any($1::text[])',
)

/** ($1 windows begun before then are over): forgets some of them. */
export const sweepMailCounts = statement(
  'mail-counts.sweep',
  `delete from mail_counts where key in (
     select key from mail_counts where since <= $1 order by since limit 10 for update skip locked)`,
)

/** ($1 userId, $2 address, $3 language tag, $4 now) */
export const noteLanguage = statement(
  'mail-correspondents.note',
  `insert into mail_correspondents (user_id, address, language, noted_at) values ($1, $2, $3, $4)
   on conflict (user_id, address) do update set language = excluded.language, noted_at = excluded.noted_at`,
)

/** ($1 before when) */
export const sweepCorrespondents = statement(
  'mail-correspondents.sweep',
  'delete from mail_correspondents where noted_at < $1',
)
