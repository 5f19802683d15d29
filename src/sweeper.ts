import type { CalendarEnv } from './calendar/env.ts'
import { sweep } from './calendar/sweep.ts'
import type { Logger } from './http/log.ts'

const FIRST_MS = 60_000
const EVERY_MS = 3_600_000

/** Sweeps a minute after the start and then every hour. @returns a handle that ends it, after a run under way */
export function startSweeper(env: CalendarEnv, log: Logger): { stop(): Promise<void> } {
  let underway = Promise.resolve()
  const run = () => {
    underway = sweep(env).then(
      (report) => log.debug({ ...report }, 'swept'),
      (error) => log.error({ err: error }, 'sweeping failed'),
    )
  }
  let timer = setTimeout(() => {
    run()
    timer = setInterval(run, EVERY_MS)
    timer.unref()
  }, FIRST_MS)
  timer.unref()
  return {
    stop() {
      clearTimeout(timer)
      return underway
    },
  }
}
