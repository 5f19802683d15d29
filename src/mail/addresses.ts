/** What an address must not have: whatever could end it, or the line it is on. */
const UNSAFE = /[\s<>()[\]\\,;:"\p{Cc}]/u

/**
 * The e-mail address of a `mailto:` calendar user address, in lower case; undefined for any other URI, and for what no
 * mail can be sent to.
 */
export function emailOf(address: string): string | undefined {
  const match = /^mailto:(.+)$/i.exec(address.trim())
  if (match?.[1] === undefined) return undefined
  const email = decodeSafely(match[1]).trim().toLowerCase()
  return UNSAFE.test(email) ? undefined : email
}

/** The calendar user address of an e-mail address, as comparisons take it. */
export function addressOf(email: string): string {
  return `mailto:${email.trim().toLowerCase()}`
}

/** What stands after the last `@`, in lower case; empty when there is none. */
export function domainOf(email: string): string {
  const at = email.lastIndexOf('@')
  return at < 0 ? '' : email.slice(at + 1).toLowerCase()
}

/** `user+tag@host` in its parts; `tag` is undefined without a plus sign. */
export function partsOf(email: string): { user: string; tag: string | undefined; domain: string } {
  const domain = domainOf(email)
  const local = email.slice(0, email.length - domain.length - 1).toLowerCase()
  const plus = local.indexOf('+')
  return plus < 0
    ? { user: local, tag: undefined, domain }
    : { user: local.slice(0, plus), tag: local.slice(plus + 1), domain }
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
