/** CPU milliseconds this process spends in `run`: what else the machine does meanwhile does not count. */
export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** CPU milliseconds after which a test takes something for hanging. */
export const HANGS = 5000
