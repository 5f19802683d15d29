import { readFile } from 'node:fs/promises'

/** A handler for failed file operations: the named codes count as "nothing there", others are thrown on. */
export function ignoring(...codes: string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return undefined
  }
}

/** Does a process with this id exist, whoever owns it? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Does it still run? A process that has ended and that its parent has not asked about yet does not. */
export async function isRunning(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(ignoring('ENOENT', 'ESRCH'))
  if (status === undefined) return process.platform !== 'linux'
  return !/\) [ZX] /.test(status)
}
