import pino, { type DestinationStream, type Logger } from 'pino'

export type { Logger } from 'pino'

/**
 * Where a secret would be if an object with headers or credentials were ever logged. No wildcards: they
 * would cost every line ten times what the line costs.
 */
const SECRETS = [
  'password',
  'authorization',
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
]

/** A line waits at most this long, so that a busy server writes many with one system call. */
const FLUSH_MS = 200
const FLUSH_BYTES = 8192

/** A JSON log, one line per event, on standard output unless told otherwise. */
export function createLogger(level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: SECRETS, censor: '[secret]' },
    },
    destination,
  )
}

/** What still waits when the process exits is written then. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: false, minLength: FLUSH_BYTES })
  setInterval(() => output.flush(), FLUSH_MS).unref()
  return output
}
