import type { Database } from '../../store/database.ts'
import { countSetAside } from '../../store/scheduling-jobs.ts'
import { call } from '../../store/statement.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Are there invitations or answers that nobody could be told of? */
export async function checkScheduling(database: Database): Promise<Finding> {
  const [{ rows }] = await database.run([call(countSetAside)])
  const { count, since, error } = rows[0] ?? { count: 0, since: undefined, error: undefined }
  if (count === 0) return ok('scheduling', 'every message could be delivered, or is on its way')
  const what = count === 1 ? '1 message' : `${count} messages`
  return warning(
    'scheduling',
    `${what} could not be delivered, since ${since?.toISOString()}; tried again once a day; the last error: ${error}`,
  )
}
