import { timingSafeEqual } from 'node:crypto'
import { ID_BYTES, idOctets, idOf } from './id-octets.ts'
import { MAC_BYTES, macOf } from './token-mac.ts'

/** Which mails of whom are held back, as a link says it. */
export interface Hold {
  /** UUID of the user. */
  readonly userId: string
  /** UUID of this one time that mails of theirs were held. */
  readonly holdId: string
}

/** How long a link is good. */
export const HOLD_LINK_MS = 14 * 86_400_000
const TIME_BYTES = 6
const SIGNED_BYTES = 2 * ID_BYTES + TIME_BYTES

/** What a link to decide on a hold carries: letters, digits, `-` and `_`. Who has it may decide, until `until`. */
export function holdToken({ userId, holdId }: Hold, until: Date, secret: string): string {
  const time = Buffer.alloc(TIME_BYTES)
  time.writeUIntBE(until.getTime(), 0, TIME_BYTES)
  const signed = Buffer.concat([idOctets(userId), idOctets(holdId), time])
  return Buffer.concat([signed, macOf('hold', signed, secret)]).toString('base64url')
}

/** The hold a token is for; undefined when it was never signed here, or is good no more. */
export function readHoldToken(token: string, now: Date, secret: string): Hold | undefined {
  const octets = Buffer.from(token, 'base64url')
  if (octets.length !== SIGNED_BYTES + MAC_BYTES || octets.toString('base64url') !== token) return undefined
  const signed = octets.subarray(0, SIGNED_BYTES)
  if (!timingSafeEqual(octets.subarray(SIGNED_BYTES), macOf('hold', signed, secret))) return undefined
  if (signed.readUIntBE(2 * ID_BYTES, TIME_BYTES) < now.getTime()) return undefined
  return { userId: idOf(signed.subarray(0, ID_BYTES)), holdId: idOf(signed.subarray(ID_BYTES, 2 * ID_BYTES)) }
}
