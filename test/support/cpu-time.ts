/** CPU milliseconds this process spends in `run`: what else the machine does meanwhile does not count. */
export function cpuMs(run: () => unknown): number {
  const spent = stopwatch()
  run()
  return spent()
}

/** The same of what is waited for, with all this process does meanwhile. */
export async function cpuMsUntil(run: () => Promise<unknown>): Promise<number> {
  const spent = stopwatch()
  await run()
  return spent()
}

function stopwatch(): () => number {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
}

/** CPU milliseconds after which a test takes something for hanging. */
export const HANGS = 5000
