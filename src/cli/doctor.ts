import type { Command } from 'commander'
import { type Config, loadConfig } from '../config.ts'
import { checkDatabase } from './checks/database.ts'
import { type Credentials, checkDiscovery } from './checks/discovery.ts'
import { type Finding, ok } from './checks/finding.ts'
import { checkMail } from './checks/mail.ts'
import { checkSpf } from './checks/spf.ts'
import { checkTls } from './checks/tls.ts'
import { CommandError, EXIT } from './exit.ts'
import type { Json } from './options.ts'
import { printRows } from './output.ts'
import { readPassword } from './secret.ts'

interface DoctorOptions extends Json {
  user?: string
  passwordStdin?: boolean
}

/** `kalends doctor`: says what is wrong before a client does. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor [url]')
    .description('check settings, database, clock, mail and TLS, and find the calendars as a client would')
    .option('--user <name>', 'log in as this user at the url (default url: PUBLIC_URL, or HOST and PORT)')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--json', 'print JSON')
    .action(doctor)
}

async function doctor(url: string | undefined, options: DoctorOptions): Promise<void> {
  const config = loadConfig()
  const base = baseUrl(url, config)
  const credentials = await credentialsOf(options)
  const findings: Finding[] = []
  for await (const finding of examine(config, base, credentials)) {
    findings.push(finding)
    if (options.json !== true) process.stdout.write(lineOf(finding))
  }
  if (options.json === true) printRows([...findings.map((finding) => ({ ...finding }))], options)
  const problems = findings.filter(({ status }) => status === 'failed').length
  if (problems > 0) throw new CommandError(EXIT.failure, `${problems} of ${findings.length} checks failed`)
}

async function* examine(
  config: Config,
  base: URL,
  credentials: Credentials | undefined,
): AsyncGenerator<Finding> {
  yield ok('settings', 'every variable is valid')
  yield* checkTls(config, new Date())
  yield* checkDatabase(config)
  yield await checkMail(config)
  yield await checkSpf(config)
  yield* checkDiscovery(base, credentials)
}

function baseUrl(given: string | undefined, config: Config): URL {
  if (given !== undefined && !URL.canParse(given)) throw new CommandError(EXIT.usage, `${given} is not a URL`)
  const own = `${config.tlsCert === undefined ? 'http' : 'https'}://${config.host}:${config.port}/`
  const publicUrl =
    config.publicUrl === undefined ? own : `${config.publicUrl.origin}${config.publicUrl.prefix}/`
  return new URL(given ?? publicUrl)
}

async function credentialsOf({ user, passwordStdin }: DoctorOptions): Promise<Credentials | undefined> {
  if (user === undefined) return undefined
  return { username: user, password: await readPassword(passwordStdin === true) }
}

const MARKS = { ok: ' ok ', warning: 'WARN', failed: 'FAIL', skipped: ' -- ' } as const

function lineOf({ check, status, detail }: Finding): string {
  return `${MARKS[status]}  ${check.padEnd(11)} ${detail}\n`
}
