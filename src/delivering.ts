import { setTimeout } from 'node:timers/promises'
import type { CalendarEnv } from './calendar/env.ts'
import { type JobOutcome, runJob } from './calendar/scheduling-jobs.ts'
import type { Logger } from './http/log.ts'

/** Short, since people wait to see what others did. */
const LOOK_MS = 300
/** After a failure that is not a job's own: the database cannot be reached. */
const TROUBLE_MS = 2000

/** Does scheduling's jobs as they come due. @returns a handle that ends it, after the job under way */
export function startDelivering(env: CalendarEnv, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const nap = (ms: number) => setTimeout(ms, undefined, { signal: stopping.signal }).catch(() => undefined)
  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        const outcome = await runJob(env)
        if (outcome.kind === 'failed') report(log, outcome)
        if (outcome.kind === 'none') await nap(LOOK_MS)
      } catch (error) {
        log.warn({ err: error }, 'messages wait to be delivered')
        await nap(TROUBLE_MS)
      }
    }
  }
  const ended = run()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

function report(log: Logger, { error, isSetAside, job }: JobOutcome & { kind: 'failed' }): void {
  const facts = { err: error, job: job.jobId, user: job.userId, uid: job.uid, attempts: job.attempts + 1 }
  if (isSetAside) log.error(facts, 'a message could not be delivered; it is kept and tried once a day')
  else log.warn(facts, 'a message could not be delivered, and is tried again')
}
