import { createHmac } from 'node:crypto'

export const MAC_BYTES = 16

/**
 * What proves that a token was issued here (HMAC-SHA256, cut to MAC_BYTES).
 *
 * @param purpose what kind of token it is: none is taken for another kind
 */
export function macOf(purpose: 'reply' | 'bounce' | 'hold', signed: string | Buffer, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update(`kalends ${purpose} 1\n`)
    .update(signed)
    .digest()
    .subarray(0, MAC_BYTES)
}
