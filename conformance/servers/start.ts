import { startCyrus } from './cyrus.ts'
import { startDavical } from './davical.ts'
import { startKalends } from './kalends.ts'
import type { RunningServer } from './process.ts'
import { startRadicale } from './radicale.ts'
import { startSogo } from './sogo.ts'
import { startXandikos } from './xandikos.ts'

const starters: Readonly<Record<string, () => Promise<RunningServer>>> = {
  kalends: startKalends,
  radicale: startRadicale,
  xandikos: startXandikos,
  davical: startDavical,
  cyrus: startCyrus,
  sogo: startSogo,
}

/** Starts one of the known servers on the loopback interface; throws on an unknown name. */
export function startServer(name: string): Promise<RunningServer> {
  const start = starters[name]
  if (start === undefined)
    throw new Error(`Unknown server ${name}; known: ${Object.keys(starters).join(', ')}`)
  return start()
}
