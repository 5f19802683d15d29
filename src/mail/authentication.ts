import { authenticate } from 'mailauth'
import { domainOf } from './addresses.ts'
import { isVouchedFor } from './authentication-results.ts'
import type { RawMail } from './raw-mail.ts'
import type { ReadMail } from './read-mail.ts'

/** How it is found out whether a mail is from the domain it says. */
export interface AuthenticationPolicy {
  /** Name in Authentication-Results of the mail server in front, whose word counts; undefined: nobody's. */
  readonly trustedAuthserv: string | undefined
  /** Looks names up in the DNS, as `dns.promises.resolve` does. */
  readonly resolver: (name: string, type: string) => Promise<unknown>
}

/** Each costs a look-up and a check. */
const MOST_SIGNATURES = 10

/**
 * Do all signatures cover the sender and the whole body? Behind one with a length (RFC 6376 §3.5, `l=`) anybody may
 * append what they like, and one without From says nothing about it.
 */
function areSignaturesWhole(signatures: readonly string[]): boolean {
  return (
    signatures.length <= MOST_SIGNATURES &&
    signatures.every((each) => !/(^|;)\s*l\s*=/.test(each) && /(^|;)\s*h\s*=[^;]*\bfrom\b/i.test(each))
  )
}

/**
 * Is the mail proven to come from the domain of its From address: by the word of the mail server in front, or by
 * DKIM, SPF and DMARC (RFC 7489 §3.1) checked here? A DNS that does not answer proves nothing.
 */
export async function isFromAuthentic(
  raw: RawMail,
  { from, authenticationResults, signatures }: ReadMail,
  { trustedAuthserv, resolver }: AuthenticationPolicy,
): Promise<boolean> {
  if (from === undefined) return false
  if (trustedAuthserv !== undefined && isVouchedFor(authenticationResults, trustedAuthserv, from)) return true
  if (!areSignaturesWhole(signatures)) return false
  const { dkim, spf, dmarc } = await authenticate(raw.octets, {
    resolver,
    disableArc: true,
    disableBimi: true,
    ...(raw.peer === undefined ? {} : { ip: raw.peer.address, helo: raw.peer.helo, sender: raw.peer.sender }),
  })
  if (dmarc !== false && dmarc.status.result === 'pass') return true
  // A domain without DMARC still has its signature, or its SPF for the very same domain.
  if (dmarc !== false && dmarc.status.result === 'fail') return false
  const domain = domainOf(from)
  const isSigned = dkim.results.some(
    ({ status, signingDomain }) => status.result === 'pass' && signingDomain?.toLowerCase() === domain,
  )
  return (
    isSigned ||
    (raw.peer !== undefined && spf !== false && spf.status.result === 'pass' && spf.domain === domain)
  )
}
