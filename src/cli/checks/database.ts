import type { Config } from '../../config.ts'
import { nameOf, openUrl } from '../../open-store.ts'
import { reasonOf } from '../../start-error.ts'
import { type Database, openDatabase } from '../../store/database.ts'
import { migrationState } from '../../store/migrate.ts'
import { call, statement } from '../../store/statement.ts'
import { type Finding, failed, ok, warning } from './finding.ts'
import { checkScheduling } from './scheduling.ts'

const SERVER = statement<{ version: string; now: Date; durable: string }>(
  'doctor_server',
  `select current_setting('server_version') as version, clock_timestamp() as now,
     current_setting('fsync') as durable`,
)

/** Beyond this, expiry of locks and tokens and the times of changes become visibly wrong. */
const MOST_SKEW_MS = 2000

/** Is the database reachable, new enough, migrated, durable, and of our opinion about the time? */
export async function* checkDatabase(config: Config): AsyncGenerator<Finding> {
  const opened = await openUrl(config).catch((error: Error) => error)
  if (opened instanceof Error) {
    yield failed('database', opened.message)
    return
  }
  const database = openDatabase(opened.url, { poolSize: 2, applicationName: 'kalends doctor' })
  try {
    yield* checkServer(database, nameOf(config))
    const migrations = await checkMigrations(opened.url)
    yield migrations
    if (migrations.status === 'ok') yield await checkScheduling(database)
  } catch (error) {
    yield failed('database', `${nameOf(config)} cannot be used: ${reasonOf(error)}`)
  } finally {
    await database.close()
    await opened.close()
  }
}

async function* checkServer(database: Database, name: string): AsyncGenerator<Finding> {
  const asked = Date.now()
  const [{ rows }] = await database.run([call(SERVER)])
  const answered = Date.now()
  const [{ version, now, durable } = { version: '', now: new Date(0), durable: '' }] = rows
  yield ok('database', `Postgres ${version}, ${name}`)
  if (durable !== 'on')
    yield warning('durability', 'fsync is off: a power failure can lose acknowledged changes')
  const skew = Math.round(now.getTime() - (asked + answered) / 2)
  const detail = `the database's clock is ${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} this machine's`
  yield Math.abs(skew) > MOST_SKEW_MS ? failed('clock', detail) : ok('clock', detail)
}

async function checkMigrations(url: string): Promise<Finding> {
  const { done, pending } = await migrationState(url)
  return pending.length === 0
    ? ok('migrations', `up to date at ${done.at(-1)}`)
    : warning(
        'migrations',
        `pending: ${pending.join(', ')}; the next start runs them, or kalends migrate now`,
      )
}
