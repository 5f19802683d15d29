import { child, childElements, type Element, textOf } from '../../dav/xml/element.ts'
import { CALDAV, DAV } from '../../dav/xml/names.ts'
import { parseXml } from '../../dav/xml/parse.ts'
import { reasonOf } from '../../start-error.ts'
import { type Finding, failed, ok, skipped } from './finding.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Ends the walk: what comes after depends on it. */
class Stop extends Error {
  readonly check: string

  constructor(check: string, message: string) {
    super(message)
    this.check = check
  }
}

const MOST_REDIRECTS = 5
const TIMEOUT_MS = 10_000

/**
 * Walks the way a client finds its calendars (RFC 6764 §6): well-known, principal, home, calendars.
 *
 * @param base what one would type into a client
 * @param credentials without them the walk ends where a login is asked for
 */
export async function* checkDiscovery(
  base: URL,
  credentials: Credentials | undefined,
): AsyncGenerator<Finding> {
  try {
    const root = yield* walkToRoot(base)
    yield await checkChallenge(root)
    if (credentials === undefined) {
      yield skipped('login', 'no --user: the walk ends where a client would ask for the password')
      return
    }
    yield* walkToCalendars(root, credentials)
  } catch (error) {
    const check = error instanceof Stop ? error.check : 'discovery'
    yield failed(
      check,
      error instanceof Stop ? error.message : `${base}: ${reasonOf((error as Error).cause ?? error)}`,
    )
  }
}

async function* walkToRoot(base: URL): AsyncGenerator<Finding, URL> {
  const start = new URL('/.well-known/caldav', base)
  let url = start
  for (let hops = 0; hops < MOST_REDIRECTS; hops++) {
    const response = await ask('PROPFIND', url)
    const location = response.headers.get('Location')
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.status === 404)
        throw new Stop('well-known', `${url} answers 404: clients must be given the full path`)
      yield ok(
        'well-known',
        url === start ? `${start} answers ${response.status} itself` : `${start} leads to ${url}`,
      )
      return url
    }
    url = new URL(location, url)
  }
  throw new Stop('well-known', `${start} redirects more than ${MOST_REDIRECTS} times`)
}

async function checkChallenge(root: URL): Promise<Finding> {
  const response = await ask('PROPFIND', root)
  const challenge = response.headers.get('WWW-Authenticate') ?? ''
  if (response.status === 401 && /^basic /i.test(challenge))
    return ok('challenge', `${root} asks for a login: ${challenge}`)
  throw new Stop(
    'challenge',
    `${root} answers ${response.status} without a login, not 401 with a Basic challenge: ${await firstLineOf(response)}`,
  )
}

async function* walkToCalendars(root: URL, credentials: Credentials): AsyncGenerator<Finding> {
  const principal = await hrefIn(root, DAV, 'current-user-principal', credentials, 'login')
  yield ok('login', `${credentials.username} is ${principal}`)
  const options = await ask('OPTIONS', principal, credentials)
  if (!(options.headers.get('DAV') ?? '').includes('calendar-access')) {
    throw new Stop(
      'options',
      `OPTIONS ${principal} does not list calendar-access in the DAV header: a proxy may answer in our place`,
    )
  }
  yield ok('options', `DAV: ${options.headers.get('DAV')}`)
  const home = await hrefIn(principal, CALDAV, 'calendar-home-set', credentials, 'home')
  yield ok('home', String(home))
  const names = await calendarsIn(home, credentials)
  if (names.length === 0) throw new Stop('calendars', `${home} holds no calendar`)
  yield ok('calendars', names.join(', '))
}

/** The URL in a property of a resource. */
async function hrefIn(
  url: URL,
  namespace: string,
  name: string,
  credentials: Credentials,
  check: string,
): Promise<URL> {
  const [response] = await propfind(url, '0', `<p:${name} xmlns:p="${namespace}"/>`, credentials, check)
  const property = response === undefined ? undefined : find(response, namespace, name)
  const href = property === undefined ? undefined : child(property, DAV, 'href')
  if (href === undefined) throw new Stop(check, `${url} does not tell its ${name}`)
  return new URL(textOf(href).trim(), url)
}

async function calendarsIn(home: URL, credentials: Credentials): Promise<string[]> {
  const responses = await propfind(home, '1', '<D:resourcetype/><D:displayname/>', credentials, 'calendars')
  return responses
    .filter((response) => find(response, CALDAV, 'calendar') !== undefined)
    .map((response) => {
      const name = find(response, DAV, 'displayname') ?? child(response, DAV, 'href')
      return name === undefined ? '' : textOf(name)
    })
}

/** The DAV:response elements of a PROPFIND. */
async function propfind(
  url: URL,
  depth: string,
  props: string,
  credentials: Credentials,
  check: string,
): Promise<Element[]> {
  const body = `<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop>${props}</D:prop></D:propfind>`
  const response = await ask('PROPFIND', url, credentials, { depth, body })
  if (response.status === 401) throw new Stop(check, `user name and password are refused at ${url}`)
  if (response.status !== 207) {
    throw new Stop(check, `PROPFIND ${url} answers ${response.status}: ${await firstLineOf(response)}`)
  }
  return childElements(parseXml(await response.text())).filter(({ name }) => name === 'response')
}

function find(element: Element, namespace: string, name: string): Element | undefined {
  if (element.namespace === namespace && element.name === name) return element
  for (const inner of childElements(element)) {
    const found = find(inner, namespace, name)
    if (found !== undefined) return found
  }
  return undefined
}

async function ask(
  method: string,
  url: URL,
  credentials?: Credentials,
  { depth = '0', body }: { depth?: string; body?: string } = {},
): Promise<Response> {
  const headers: Record<string, string> = { Depth: depth, 'User-Agent': 'kalends-doctor' }
  if (body !== undefined) headers['Content-Type'] = 'application/xml; charset=utf-8'
  if (credentials !== undefined) {
    const pair = `${credentials.username}:${credentials.password}`
    headers.Authorization = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
  }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  return fetch(url, { method, headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) })
}

async function firstLineOf(response: Response): Promise<string> {
  return (await response.text()).split('\n', 1)[0]?.slice(0, 200) ?? ''
}
