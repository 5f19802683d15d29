import { readdirSync, readFileSync } from 'node:fs'

/** Linux reports CPU time in ticks of 1/100 s. */
const MS_PER_TICK = 10

/** Every process id in the tree below (and including) `root`. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    const fields = statFields(pid)
    if (fields !== undefined) parents.set(pid, Number(fields[1]))
  }
  const tree = new Set([root])
  for (let grown = true; grown; ) {
    grown = false
    for (const [pid, parent] of parents) {
      if (tree.has(parent) && !tree.has(pid)) {
        tree.add(pid)
        grown = true
      }
    }
  }
  return [...tree]
}

/** User and system CPU milliseconds spent so far by the tree, children that ended included. */
export function cpuMs(root: number): number {
  let ticks = 0
  for (const pid of processTree(root)) {
    const fields = statFields(pid)
    if (fields !== undefined) ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  }
  return ticks * MS_PER_TICK
}

/** Largest resident set so far of one process, in MB. */
export function peakMemoryMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

/** The fields of /proc/PID/stat after the command name: state first, parent second. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
