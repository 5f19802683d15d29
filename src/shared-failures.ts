import { withFallback } from './accounts/fallback-failure-counts.ts'
import { MemoryFailureCounts } from './accounts/memory-failure-counts.ts'
import type { Config } from './config.ts'
import type { Logger } from './http/log.ts'
import { reasonOf, StartError } from './start-error.ts'
import type { FailureCounts } from './store/failure-counts.ts'
import { openRedisFailureCounts } from './store/redis-failure-counts.ts'

/** Where failed logins are counted, until `close`. */
export interface OpenFailures {
  readonly counts: FailureCounts
  close(): Promise<void>
}

const COMPLAIN_EVERY_MS = 60_000

/** In Redis when REDIS_URL says so, for as long as it answers; in this process otherwise. @throws StartError */
export async function openFailures({ redisUrl }: Config, log: Logger): Promise<OpenFailures> {
  const local = new MemoryFailureCounts()
  if (redisUrl === undefined) return { counts: local, close: () => Promise.resolve() }
  const shared = await openRedisFailureCounts(redisUrl).catch((cause) => {
    const { host } = new URL(redisUrl)
    throw new StartError(`Redis at ${host} (REDIS_URL) cannot be used: ${reasonOf(cause)}`, { cause })
  })
  let complainedAt = Number.NEGATIVE_INFINITY
  const counts = withFallback(shared, local, (error) => {
    if (performance.now() - complainedAt < COMPLAIN_EVERY_MS) return
    complainedAt = performance.now()
    log.warn({ err: error }, 'Redis fails; failed logins are counted by each process alone')
  })
  return { counts, close: () => shared.close() }
}
