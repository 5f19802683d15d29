import { timingSafeEqual } from 'node:crypto'
import { partsOf } from './addresses.ts'
import { fromBase32, toBase32 } from './base32.ts'
import { ID_BYTES, idOctets, idOf } from './id-octets.ts'
import { MAC_BYTES, macOf } from './token-mac.ts'

/** Answers come to `reply+{token}@{domain}`: the token says whose event, and that we told this attendee of it. */
const LOCAL_PART = 'reply'

/** What a token is issued for. It does not change while the event lives, or calendars would see a new organizer. */
export interface Invitation {
  /** UUID of the organizer. */
  readonly ownerId: string
  readonly uid: string
  /** E-mail address of the attendee. */
  readonly attendee: string
}

export interface ReplyAddresses {
  /** Domain whose mail for `reply+…` reaches this server. */
  readonly domain: string
  /** Key of the signature. */
  readonly secret: string
}

/** The address an attendee answers to; at most 64 octets before the `@` (RFC 5321 §4.5.3.1.1). */
export function replyAddress(invitation: Invitation, { domain, secret }: ReplyAddresses): string {
  const octets = Buffer.concat([idOctets(invitation.ownerId), macOfInvitation(invitation, secret)])
  return `${LOCAL_PART}+${toBase32(octets)}@${domain}`
}

/** A reply address taken apart, not yet verified. */
export interface ReplyToken {
  readonly ownerId: string
  readonly mac: Buffer
}

/** The token in an address; undefined when the address is no reply address of ours. */
export function readReplyAddress(email: string, { domain }: ReplyAddresses): ReplyToken | undefined {
  const parts = partsOf(email)
  if (parts.user !== LOCAL_PART || parts.domain !== domain.toLowerCase() || parts.tag === undefined)
    return undefined
  const octets = fromBase32(parts.tag)
  if (octets?.length !== ID_BYTES + MAC_BYTES) return undefined
  return { ownerId: idOf(octets.subarray(0, ID_BYTES)), mac: octets.subarray(ID_BYTES) }
}

/** Was the token issued to this attendee for the event with this UID? */
export function isIssuedTo(
  { ownerId, mac }: ReplyToken,
  uid: string,
  attendee: string,
  { secret }: ReplyAddresses,
): boolean {
  return timingSafeEqual(mac, macOfInvitation({ ownerId, uid, attendee }, secret))
}

function macOfInvitation({ ownerId, uid, attendee }: Invitation, secret: string): Buffer {
  return macOf('reply', [ownerId.toLowerCase(), attendee.toLowerCase(), uid].join('\n'), secret)
}
