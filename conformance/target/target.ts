import { randomBytes } from 'node:crypto'
import type { DavClient } from '../client/dav.ts'
import type { Exchange } from '../client/exchange.ts'
import type { Credentials } from '../client/http.ts'
import type { MailSink } from '../client/mail-sink.ts'
import { propOf } from '../multistatus.ts'
import { findAll } from '../xml/element.ts'
import { qualified } from '../xml/names.ts'
import { xml } from '../xml/write.ts'
import { type Account, Actor } from './actor.ts'
import { DiscoveryError, discoverAccount } from './discover.ts'

/** What one resource lets a client do. */
export interface Abilities {
  readonly tokens: ReadonlySet<string>
  readonly methods: ReadonlySet<string>
  /** The reports of supported-report-set, as `D:sync-collection`. */
  readonly reports: ReadonlySet<string>
}

/** A server under test: where it is, who can use it and what it announces. */
export interface Target {
  readonly url: URL
  readonly accounts: readonly Account[]
  readonly principal: Abilities
  readonly home: Abilities
  readonly calendar: Abilities
  readonly object: Abilities
  /** A URL in the home where nothing is. */
  readonly unmapped: Abilities
  /** How a calendar is made here. */
  readonly maker: 'MKCALENDAR' | 'MKCOL'
  /** The value of the Server header, if any. */
  readonly software: string
  /** Where mail of the server arrives, for the e-mail tests. */
  readonly mailSink: MailSink | undefined
}

/** Finds out everything the tests need to know beforehand. Throws DiscoveryError. */
export async function examine(
  url: URL,
  credentials: readonly Credentials[],
  mailSink?: MailSink,
): Promise<Target> {
  const log: Exchange[] = []
  const accounts: Account[] = []
  for (const each of credentials) accounts.push(await discoverAccount(url, each, log))
  const [first] = accounts
  if (first === undefined) throw new DiscoveryError('No user was given')
  const actor = new Actor(url, first, log)
  const { maker, href } = await makeProbe(actor)
  try {
    return {
      url,
      accounts,
      principal: await abilitiesOf(actor, actor.principal),
      home: await abilitiesOf(actor, actor.home),
      calendar: await abilitiesOf(actor, href),
      object: await abilitiesOf(actor, `${href}none.ics`),
      unmapped: await abilitiesOf(actor, `${actor.home}none-${randomBytes(6).toString('hex')}/`),
      maker,
      software: (await actor.options(href)).header('server'),
      mailSink,
    }
  } finally {
    await actor.delete(href)
  }
}

async function makeProbe(actor: Actor): Promise<Pick<Target, 'maker'> & { href: string }> {
  const href = `${actor.home}probe-${randomBytes(6).toString('hex')}/`
  const made = await actor.request('MKCALENDAR', href)
  if (made.status === 201) return { maker: 'MKCALENDAR', href }
  const extended = await actor.request('MKCOL', href, { body: extendedMkcol('') })
  if (extended.status === 201) return { maker: 'MKCOL', href }
  throw new DiscoveryError(`No calendar can be made in ${actor.home}: MKCALENDAR answers ${made.status}`)
}

/** The body of an extended MKCOL that makes a calendar, with more properties as XML. */
export function extendedMkcol(properties: string): string {
  const type = '<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>'
  return xml('D:mkcol', `<D:set><D:prop>${type}${properties}</D:prop></D:set>`)
}

async function abilitiesOf(client: DavClient, href: string): Promise<Abilities> {
  const options = await client.options(href)
  const found = await client.properties(href, ['D:supported-report-set'])
  const reports = findAll(propOf(found, 'D:supported-report-set'), 'D:report').flatMap(
    (each) => each.children,
  )
  return {
    tokens: new Set(options.list('dav')),
    methods: new Set(options.list('allow').map((method) => method.toUpperCase())),
    reports: new Set(reports.map((each) => qualified(each.name))),
  }
}
