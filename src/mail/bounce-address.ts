import { timingSafeEqual } from 'node:crypto'
import { partsOf } from './addresses.ts'
import { fromBase32, toBase32 } from './base32.ts'
import { ID_BYTES, idOctets, idOf } from './id-octets.ts'
import type { ReplyAddresses } from './reply-token.ts'
import { MAC_BYTES, macOf } from './token-mac.ts'

/** Bounces come to `bounce+{token}@{domain}`: the token says which mail could not be delivered. */
const LOCAL_PART = 'bounce'

/**
 * The envelope sender of one mail, which bounces go to; at most 64 octets before the `@` (RFC 5321 §4.5.3.1.1).
 * @param messageId UUID of the mail
 */
export function bounceAddress(messageId: string, { domain, secret }: ReplyAddresses): string {
  const octets = Buffer.concat([idOctets(messageId), macOfMail(messageId, secret)])
  return `${LOCAL_PART}+${toBase32(octets)}@${domain}`
}

/** UUID of the mail that an address was the envelope sender of; undefined when we never signed that address. */
export function readBounceAddress(email: string, { domain, secret }: ReplyAddresses): string | undefined {
  const parts = partsOf(email)
  if (parts.user !== LOCAL_PART || parts.domain !== domain.toLowerCase()) return undefined
  const octets = fromBase32(parts.tag ?? '')
  if (octets?.length !== ID_BYTES + MAC_BYTES) return undefined
  const messageId = idOf(octets.subarray(0, ID_BYTES))
  return timingSafeEqual(octets.subarray(ID_BYTES), macOfMail(messageId, secret)) ? messageId : undefined
}

function macOfMail(messageId: string, secret: string): Buffer {
  return macOf('bounce', messageId.toLowerCase(), secret)
}
