import { invalid } from './errors.ts'

/** Usernames are segments of hrefs: unreserved ASCII, lower-case, and they never change. */
const USERNAME = /^[a-z0-9][a-z0-9._-]{0,62}$/
/** RFC 5322's dot-atom (with RFC 6532's letters) before the @, a host name after it. */
const EMAIL = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,252}[\p{L}\p{N}])?$/u

/** @throws AccountError (invalid) */
export function checkUsername(text: string): string {
  if (!USERNAME.test(text)) {
    throw invalid(
      `${JSON.stringify(text)} is not a user name: it must begin with a letter or digit and hold only a-z, 0-9, ".", "_" and "-" (at most 63)`,
    )
  }
  return text
}

/** @returns the address in lower case, by which it is unique. @throws AccountError (invalid) */
export function checkEmail(text: string): string {
  const email = text.trim().toLowerCase()
  if (!EMAIL.test(email)) throw invalid(`${JSON.stringify(text)} is not an e-mail address`)
  return email
}

/** @throws AccountError (invalid) */
export function checkName(text: string): string {
  const name = text.trim().normalize('NFC')
  if (name === '' || name.length > 200 || /\p{Cc}/u.test(name)) {
    throw invalid('a name must have 1 to 200 characters and no control characters')
  }
  return name
}

/** Any length from 1: a passphrase policy is the operator's. @throws AccountError (invalid) */
export function checkPassword(text: string): string {
  if (text === '' || text.length > 1024) throw invalid('a password must have 1 to 1024 characters')
  if (/\p{Cc}/u.test(text))
    throw invalid('a password must not hold control characters: clients cannot send them')
  return text
}

/** @returns the zone's IANA name in its usual case. @throws AccountError (invalid) */
export function checkTimezone(text: string): string {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
    // The platform may know it by an older name (Asia/Calcutta): then the name given is kept.
    return known.toLowerCase() === text.toLowerCase() ? known : text
  } catch (cause) {
    throw invalid(
      `${JSON.stringify(text)} is not a time zone like Europe/Berlin (${(cause as Error).message})`,
    )
  }
}

/** @returns the canonical BCP 47 tag. @throws AccountError (invalid) */
export function checkLocale(text: string): string {
  try {
    const [tag] = Intl.getCanonicalLocales(text)
    if (tag !== undefined) return tag
  } catch {
    // Reported below, in our own words.
  }
  throw invalid(`${JSON.stringify(text)} is not a language tag like en or de-AT`)
}

/**
 * The names a login may mean: as it was sent, then percent-decoded once (a "+" stays a "+").
 * Client: iOS 18.4 sends `user%40example.com` as the Basic user name.
 */
export function loginNames(sent: string): readonly string[] {
  const literal = sent.trim().normalize('NFC').toLowerCase()
  if (!/%[0-9a-f]{2}/.test(literal)) return [literal]
  try {
    return [literal, decodeURIComponent(literal).normalize('NFC').toLowerCase()]
  } catch {
    return [literal]
  }
}
