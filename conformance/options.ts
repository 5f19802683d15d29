import { parseArgs } from 'node:util'
import type { Credentials } from './client/http.ts'

/** What a run was asked for. */
export interface Options {
  /** Undefined: start this project's own server. */
  readonly url: URL | undefined
  readonly credentials: readonly Credentials[]
  readonly only: readonly string[]
  readonly except: readonly string[]
  readonly atOnce: number
  readonly mailSink: string | undefined
  readonly json: string | undefined
  readonly junit: string | undefined
  readonly html: string | undefined
  /** Prints every failure in full rather than as one line. */
  readonly isVerbose: boolean
}

/** The command line is not usable; the message says why. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export const usage = `Usage: kalends-conformance --url URL --user NAME --password SECRET [more]

  --user2, --password2, --user3, --password3   further accounts, for access control and scheduling
  --only NAME       run only groups, sections or titles containing NAME (rfc6638, rfc4791/7.8, "sync-token"); may repeat
  --except NAME     leave those out; may repeat
  --at-once N       how many tests run at the same time (4)
  --mail-sink H:P   listens there for mail the server sends, for the e-mail tests
  --json FILE, --junit FILE, --html FILE       write a report
  --brief           one line for each failure instead of the whole exchange

Without --url this project's own server is started for the run.
`

const flags = {
  url: { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  user2: { type: 'string' },
  password2: { type: 'string' },
  user3: { type: 'string' },
  password3: { type: 'string' },
  only: { type: 'string', multiple: true },
  except: { type: 'string', multiple: true },
  'at-once': { type: 'string' },
  'mail-sink': { type: 'string' },
  json: { type: 'string' },
  junit: { type: 'string' },
  html: { type: 'string' },
  brief: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** Reads the command line. Throws UsageError. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args)
  if (values.help) throw new UsageError(usage)
  const atOnce = Number(values['at-once'] ?? '4')
  if (!Number.isInteger(atOnce) || atOnce < 1) throw new UsageError('--at-once takes a whole number above 0')
  const credentials = [
    account(values.user, values.password, ''),
    account(values.user2, values.password2, '2'),
    account(values.user3, values.password3, '3'),
  ].filter((each) => each !== undefined)
  if (values.url !== undefined && values.user === undefined) throw new UsageError('--url needs --user')
  return {
    url: values.url === undefined ? undefined : readUrl(values.url),
    credentials,
    only: values.only ?? [],
    except: values.except ?? [],
    atOnce,
    mailSink: values['mail-sink'],
    json: values.json,
    junit: values.junit,
    html: values.html,
    isVerbose: !values.brief,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`, { cause: error })
  }
}

function account(
  username: string | undefined,
  password: string | undefined,
  n: string,
): Credentials | undefined {
  if (username === undefined) return undefined
  if (password === undefined) throw new UsageError(`--user${n} needs --password${n}`)
  return { username, password }
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new UsageError(`--url is not a URL: ${text}`)
  return new URL(text)
}
