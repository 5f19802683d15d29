import type { Logger } from './http/log.ts'

/**
 * A terminal's Ctrl-C reaches the whole process group, and npm passes on what it receives as well: signals
 * this close together are one wish.
 */
const SAME_WISH_MS = 1000
const PARENT_CHECK_MS = 500

/** How long a forced stop may take before the process just ends. */
const FORCED_MS = 5000

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP and ends the process with 0 when it is done, or with
 * 1 when it fails. A second signal, a second or more later, calls `force`, which makes `stop` finish early.
 *
 * @param isUnderNpm also stop when the parent goes away: npx runs programs below a shell that dies of a
 *   SIGTERM without passing it on
 */
export function stopOnSignals(
  stop: () => Promise<void>,
  force: () => void,
  { log, isUnderNpm }: { log: Logger; isUnderNpm: boolean },
): void {
  let firstAt: number | undefined
  const onSignal = (signal: string) => {
    if (firstAt === undefined) {
      firstAt = Date.now()
      log.info({ signal }, 'stopping')
      endAfter(stop, log)
    } else if (Date.now() - firstAt >= SAME_WISH_MS) {
      log.warn({ signal }, 'stopping at once')
      force()
      setTimeout(() => exit(log, 1), FORCED_MS).unref()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)
  if (isUnderNpm) watchParent(() => onSignal('parent gone'))
}

function endAfter(work: () => Promise<void>, log: Logger): void {
  work().then(
    () => exit(log, 0),
    (error) => {
      log.error({ err: error }, 'did not stop cleanly')
      exit(log, 1)
    },
  )
}

function exit(log: Logger, code: number): void {
  log.flush(() => process.exit(code))
  // A log whose reader is gone must not keep the process.
  setTimeout(() => process.exit(code), 500).unref()
}

function watchParent(onGone: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, PARENT_CHECK_MS)
  timer.unref()
}
