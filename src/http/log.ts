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

/** A JSON log, one line per event, on standard output unless told otherwise. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS, censor: '[secret]' },
    },
    destination ?? pino.destination({ fd: 1, sync: false }),
  )
}
