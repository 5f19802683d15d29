import { DavClient } from '../client/dav.ts'
import type { Exchange } from '../client/exchange.ts'
import type { Credentials } from '../client/http.ts'
import { requestPath } from '../hrefs.ts'
import { propOf } from '../multistatus.ts'
import { hrefsIn } from '../xml/element.ts'
import type { Account } from './actor.ts'

/** The server could not be used at all; the message says which step failed. */
export class DiscoveryError extends Error {
  override name = 'DiscoveryError'
}

const accountProperties = [
  'C:calendar-home-set',
  'C:calendar-user-address-set',
  'C:schedule-inbox-URL',
  'C:schedule-outbox-URL',
]

/**
 * Finds an account's principal and calendar home the way a client does (RFC 6764 §6): the given URL, then
 * the well-known one, then the root. Throws DiscoveryError.
 */
export async function discoverAccount(url: URL, credentials: Credentials, log: Exchange[]): Promise<Account> {
  const client = new DavClient(url, credentials, log)
  const principal = await findPrincipal(client, url)
  const found = await client.properties(principal, accountProperties)
  const hrefs = (name: string): string[] => hrefsIn(propOf(found, name)).map(requestPath)
  const [home] = hrefs('C:calendar-home-set')
  if (home === undefined) throw new DiscoveryError(`${principal} has no calendar-home-set`)
  return {
    credentials,
    principal,
    home: home.endsWith('/') ? home : `${home}/`,
    addresses: hrefsIn(propOf(found, 'C:calendar-user-address-set')),
    inbox: hrefs('C:schedule-inbox-URL')[0],
    outbox: hrefs('C:schedule-outbox-URL')[0],
  }
}

async function findPrincipal(client: DavClient, url: URL): Promise<string> {
  const tried: string[] = []
  for (const start of [url.pathname, '/.well-known/caldav', '/']) {
    const href = await followRedirects(client, start)
    const response = await client.propfind(href, ['D:current-user-principal'])
    tried.push(`${href} (${response.status})`)
    const found = response.status === 207 ? response.multistatus().responses[0] : undefined
    const [principal] = hrefsIn(propOf(found, 'D:current-user-principal'))
    if (principal !== undefined) return requestPath(principal)
  }
  throw new DiscoveryError(`No current-user-principal at ${tried.join(', ')}: are user and password right?`)
}

async function followRedirects(client: DavClient, href: string): Promise<string> {
  let at = href
  for (let hops = 0; hops < 5; hops++) {
    const response = await client.propfind(at, ['D:current-user-principal'])
    const location = response.header('location')
    if (response.status < 300 || response.status > 399 || location === '') return at
    at = requestPath(location)
  }
  return at
}
