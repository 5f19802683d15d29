import { CommanderError } from 'commander'
import { AccountError } from '../accounts/errors.ts'
import { Refusal } from '../calendar/refusal.ts'
import { ConfigError } from '../config.ts'
import { reasonOf, StartError } from '../start-error.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { describeRefusal } from './describe-refusal.ts'

/** What scripts can rely on; `kalends --help` shows the same. */
export const EXIT = { ok: 0, failure: 1, usage: 2, notFound: 3, conflict: 4, partial: 5 } as const

/** A command that ran but did not do all it was asked; `code` says which way. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: number

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

interface Ending {
  readonly code: number
  /** One sentence for standard error; empty when everything is said already. */
  readonly message: string
}

/** The exit code and sentence for whatever ended a command. */
export function endingOf(error: unknown): Ending {
  if (error instanceof CommanderError)
    return { code: error.exitCode === 0 ? EXIT.ok : EXIT.usage, message: '' }
  if (error instanceof CommandError) return { code: error.code, message: error.message }
  if (error instanceof ConfigError) return { code: EXIT.usage, message: error.message }
  if (error instanceof AccountError) return { code: ACCOUNT[error.code], message: error.message }
  if (error instanceof Refusal) return { code: codeOfRefusal(error), message: describeRefusal(error.reason) }
  if (error instanceof StartError) return { code: EXIT.failure, message: error.message }
  if (error instanceof StoreUnavailable) {
    return { code: EXIT.failure, message: `the database does not answer: ${reasonOf(error.cause)}` }
  }
  return { code: EXIT.failure, message: reasonOf(error) }
}

const ACCOUNT = { invalid: EXIT.usage, conflict: EXIT.conflict, 'not-found': EXIT.notFound } as const

function codeOfRefusal({ reason }: Refusal): number {
  if (reason.code === 'not-found') return EXIT.notFound
  return reason.code === 'already-exists' ? EXIT.conflict : EXIT.failure
}
