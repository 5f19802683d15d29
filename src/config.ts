import { existsSync, readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** The only reader of the environment: one frozen, validated Config. Bad settings are all reported at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Turns a setting's text into its value; throws an Error saying what it should have been. */
type Parse<T> = (raw: string) => T

interface Setting<T> {
  readonly name: string
  /** The text that stands in when the variable is unset or empty; undefined: the setting is then undefined. */
  readonly fallback: string | undefined
  readonly parse: Parse<T>
}

function setting<T>(name: string, fallback: string, parse: Parse<T>): Setting<T> {
  return { name, fallback, parse }
}

function optional<T>(name: string, parse: Parse<T>): Setting<T | undefined> {
  return { name, fallback: undefined, parse }
}

/** Every setting, once. `.env.example` lists the same names and fallbacks (test/config.test.ts). */
export const SETTINGS = {
  host: setting('HOST', '127.0.0.1', asText),
  port: setting('PORT', '8008', integer(0, 65_535)),
  dataDir: setting('DATA_DIR', './data', (raw) => resolve(raw)),
  databaseUrl: optional('DATABASE_URL', url(['postgres:', 'postgresql:'])),
  databasePool: setting('DATABASE_POOL', '10', integer(2, 1000)),
  redisUrl: optional('REDIS_URL', url(['redis:', 'rediss:'])),
  publicUrl: optional('PUBLIC_URL', asPublicUrl),
  trustedProxies: setting('TRUSTED_PROXIES', '', addressList),
  corsOrigins: setting('CORS_ORIGINS', '', origins),
  tlsCert: optional('TLS_CERT', (raw) => resolve(raw)),
  tlsKey: optional('TLS_KEY', (raw) => resolve(raw)),
  metrics: optional('METRICS_ADDRESS', hostAndPort),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const),
  ),
  workers: setting('WORKERS', '1', integer(1, 256)),
  shutdownSeconds: setting('SHUTDOWN_SECONDS', '10', integer(0, 600)),
  maxResourceSize: setting('MAX_RESOURCE_SIZE', '10000000', integer(1024, 1_000_000_000)),
  maxInstances: setting('MAX_INSTANCES', '10000', integer(1, 1_000_000)),
  maxAttendees: setting('MAX_ATTENDEES_PER_INSTANCE', '1000', integer(1, 1_000_000)),
  partyCrashers: setting('PARTY_CRASHERS', 'ignore', oneOf(['ignore', 'add'] as const)),
  maxCalendars: setting('MAX_CALENDARS', '500', integer(1, 1_000_000)),
  smtpUrl: optional('SMTP_URL', url(['smtp:', 'smtps:'])),
  mailFrom: optional('MAIL_FROM', mailbox),
  mailDomains: setting('MAIL_DOMAINS', '', domains),
  mailReplyDomain: optional('MAIL_REPLY_DOMAIN', domain),
  mailSecret: optional('MAIL_SECRET', secret),
  dkimDomain: optional('DKIM_DOMAIN', domain),
  dkimSelector: optional('DKIM_SELECTOR', asText),
  dkimKey: optional('DKIM_KEY', (raw) => resolve(raw)),
  mailListen: optional('MAIL_LISTEN', url(['lmtp:', 'smtp:'])),
  imapUrl: optional('IMAP_URL', url(['imap:', 'imaps:'])),
  mailTrustedAuthserv: optional('MAIL_TRUSTED_AUTHSERV', domain),
  mailMaxSize: setting('MAIL_MAX_SIZE', '25000000', integer(10_000, 1_000_000_000)),
  mailInvitationsPerHour: setting('MAIL_INVITATIONS_PER_HOUR', '100', integer(1, 1_000_000)),
  mailSendsPerHour: setting('MAIL_SENDS_PER_HOUR', '1000', integer(1, 1_000_000)),
  mailMaxCancels: setting('MAIL_MAX_CANCELS', '50', integer(1, 1_000_000)),
  mailAnswerDays: setting('MAIL_ANSWER_DAYS', '90', integer(0, 3650)),
  quotaBytes: setting('QUOTA_BYTES', '10000000000', integer(1_000_000, Number.MAX_SAFE_INTEGER)),
}

/** Settings of which one means nothing without the others. */
const TOGETHER = [
  ['tlsCert', 'tlsKey'],
  ['smtpUrl', 'mailFrom'],
  ['dkimDomain', 'dkimSelector', 'dkimKey'],
] as const

/** Settings that mean nothing without another, which has other uses too. */
const NEEDS = [['mailReplyDomain', 'mailSecret']] as const

export type Config = { readonly [K in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[K]['parse']> }
export type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads the settings: from the command line, else the environment, else a file `.env`, else the fallback.
 *
 * @param folder where `.env` may be
 * @param overrides variables the command line sets
 * @throws ConfigError naming every variable that is wrong and what it should be
 */
export function loadConfig(
  env: Env = process.env,
  folder: string = process.cwd(),
  overrides: Env = {},
): Config {
  const source = { ...envFile(folder), ...withoutEmpty(env), ...withoutEmpty(overrides) }
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [key, { name, fallback, parse }] of Object.entries(SETTINGS)) {
    const raw = source[name] ?? fallback
    try {
      values[key] = raw === undefined ? undefined : parse(raw)
    } catch (error) {
      problems.push(`${name} ${(error as Error).message}, not ${quote(raw)}`)
    }
  }
  for (const together of TOGETHER) {
    const set = together.filter((key) => values[key] !== undefined)
    if (set.length === 0 || set.length === together.length) continue
    const named = together.map((key) => SETTINGS[key].name)
    problems.push(`${named.slice(0, -1).join(', ')} and ${named.at(-1)} must be set together`)
  }
  for (const [key, needed] of NEEDS) {
    if (values[key] !== undefined && values[needed] === undefined)
      problems.push(`${SETTINGS[key].name} needs ${SETTINGS[needed].name}`)
  }
  if (problems.length > 0) throw new ConfigError(problems.join('; '))
  return Object.freeze(values) as Config
}

/** The value as a message shows it, without a password that stands before an "@", whatever it is made of. */
function quote(raw: string | undefined): string {
  return JSON.stringify(raw?.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@'))
}

/** Was this process started by npm or npx, that is, below a shell of theirs? */
export function isUnderNpm(env: Env = process.env): boolean {
  return env.npm_lifecycle_event !== undefined
}

function envFile(folder: string): Env {
  const path = resolve(folder, '.env')
  if (!existsSync(path)) return {}
  return withoutEmpty(parseEnv(readFileSync(path, 'utf8')) as Env)
}

/** `NAME=` means unset, as it does in most tools that write such files. */
function withoutEmpty(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
}

function asText(raw: string): string {
  return raw.trim()
}

function integer(least: number, most: number): Parse<number> {
  return (raw) => {
    const value = /^\d+$/.test(raw.trim()) ? Number(raw) : Number.NaN
    if (!(value >= least && value <= most)) throw new Error(`must be a whole number from ${least} to ${most}`)
    return value
  }
}

function oneOf<const T extends string>(choices: readonly T[]): Parse<T> {
  return (raw) => {
    const found = choices.find((choice) => choice === raw.trim())
    if (found === undefined) throw new Error(`must be one of ${choices.join(', ')}`)
    return found
  }
}

function url(protocols: readonly string[]): Parse<string> {
  return (raw) => {
    if (!URL.canParse(raw) || !protocols.includes(new URL(raw).protocol)) {
      throw new Error(`must be a URL beginning with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    }
    return raw.trim()
  }
}

/** Where clients reach the server from outside. */
export interface PublicUrl {
  /** `https://calendar.example.com` */
  readonly origin: string
  /** Path in front of the server's own paths: empty, or like `/kalends`. */
  readonly prefix: string
}

/** Paths of our own: a prefix beginning with one could not be told from them. */
const OWN_PATHS = ['dav', 'principals', '.well-known', 'timezones', 'held-mails', 'healthz', 'readyz']

function asPublicUrl(raw: string): PublicUrl {
  const { origin, pathname, search, hash, username } = new URL(url(['http:', 'https:'])(raw))
  const prefix = pathname.replace(/\/+$/, '')
  if (search || hash || username) throw new Error('must have no user, query or fragment')
  if (!/^(\/[A-Za-z0-9._~-]+)*$/.test(prefix))
    throw new Error('must have a path of letters, digits, . _ ~ and -')
  if (OWN_PATHS.includes(prefix.split('/')[1] ?? '')) {
    throw new Error(`must not have a path beginning with ${OWN_PATHS.map((p) => `/${p}`).join(', ')}`)
  }
  return { origin, prefix }
}

/** Name and address of a mailbox. */
export interface Mailbox {
  readonly name: string | undefined
  readonly address: string
}

/** `calendar@example.com` or `Our calendar <calendar@example.com>`. */
function mailbox(raw: string): Mailbox {
  const [, name, bracketed] = /^(.*?)<([^<>]*)>$/.exec(raw.trim()) ?? []
  const address = (bracketed ?? raw).trim().toLowerCase()
  if (!/^[^\s@<>,;"]+@[a-z0-9.-]+$/.test(address)) {
    throw new Error('must be an address like calendar@example.com, with a name before it or without')
  }
  const plain = name?.trim().replace(/^"(.*)"$/, '$1') ?? ''
  return { name: plain === '' ? undefined : plain, address }
}

function domain(raw: string): string {
  const name = raw.trim().toLowerCase()
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) throw new Error('must be a name like example.com')
  return name
}

function domains(raw: string): readonly string[] {
  return items(raw).map(domain)
}

function secret(raw: string): string {
  if (raw.trim().length < 16) throw new Error('must have at least 16 characters')
  return raw.trim()
}

function items(raw: string): string[] {
  return raw.split(/[\s,]+/).filter((item) => item !== '')
}

function addressList(raw: string): BlockList {
  const list = new BlockList()
  for (const item of items(raw)) {
    const [address = '', bits] = item.split('/')
    const version = isIP(address)
    const length = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits)
    if (version === 0 || !(length >= 0 && length <= (version === 6 ? 128 : 32))) {
      throw new Error('must list addresses or networks like 10.0.0.0/8, separated by commas')
    }
    list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

function origins(raw: string): ReadonlySet<string> {
  return new Set(
    items(raw).map((item) => {
      if (!URL.canParse(item) || new URL(item).origin !== item) {
        throw new Error('must list origins like https://app.example.com, separated by commas')
      }
      return item
    }),
  )
}

function hostAndPort(raw: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(?:\[?([^\]]*?)\]?:)?(\d{1,5})$/.exec(raw.trim()) ?? []
  if (port === undefined || Number(port) > 65_535)
    throw new Error('must be a port, or an address and port like 127.0.0.1:9464')
  return { host: host || '127.0.0.1', port: Number(port) }
}
