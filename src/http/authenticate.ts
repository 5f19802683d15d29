import type { Accounts } from '../accounts/accounts.ts'
import { HttpError } from './errors.ts'
import type { HttpMiddleware } from './state.ts'

/** RFC 7617 §2.1: the charset tells clients to send UTF-8. One realm everywhere: clients file passwords by it. */
export const CHALLENGE = 'Basic realm="Kalends", charset="UTF-8"'

/**
 * HTTP Basic (RFC 7617). Sets `ctx.state.actor` or answers: 401 with the challenge; 429 when throttled; 403,
 * without a challenge that would make the client send its password, over a connection others can read.
 */
export function authenticate(accounts: Pick<Accounts, 'authenticate'>): HttpMiddleware {
  return async (ctx, next) => {
    const { client } = ctx.state
    if (!client.isConfidential) {
      throw new HttpError(
        403,
        'Passwords are accepted over HTTPS only, or from the machine the server runs on.',
      )
    }
    const credentials = readBasic(ctx.headers.authorization)
    const result =
      credentials === undefined
        ? REFUSED
        : await accounts.authenticate(credentials.username, credentials.password, {
            remoteAddress: client.address,
          })
    if ('actor' in result) {
      ctx.state.actor = result.actor
      return next()
    }
    if ('throttled' in result) throw tooManyFailures(result.throttled)
    throw new HttpError(401, 'User name and password are needed.', {
      headers: { 'WWW-Authenticate': CHALLENGE },
    })
  }
}

const REFUSED = { refused: true } as const

function tooManyFailures(seconds: number): HttpError {
  return new HttpError(429, `Too many failed logins from this address; try again in ${seconds} seconds.`, {
    headers: { 'Retry-After': String(seconds) },
  })
}

/** @returns undefined when the field is missing, of another scheme or malformed */
export function readBasic(field: string | undefined): { username: string; password: string } | undefined {
  if (field === undefined || !/^basic /i.test(field)) return undefined
  const octets = Buffer.from(field.slice(6), 'base64')
  const text = decodeText(octets)
  const colon = text.indexOf(':')
  if (colon < 1 || text.includes('\0')) return undefined
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Old clients ignore the charset and send Latin-1, which is not valid UTF-8 as soon as it leaves ASCII. */
function decodeText(octets: Buffer): string {
  const text = octets.toString('utf8')
  return text.includes('\ufffd') ? octets.toString('latin1') : text
}
