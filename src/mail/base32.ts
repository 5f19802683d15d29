/** RFC 4648 §6 in lower case, without padding: mail systems may change the case of an address. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Octets as letters and digits that survive in the local part of an address. */
export function toBase32(octets: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const octet of octets) {
    value = ((value << 8) | octet) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}

/** The octets again, in any case of letters; undefined when the text is none of these. */
export function fromBase32(text: string): Buffer | undefined {
  const octets: number[] = []
  let bits = 0
  let value = 0
  for (const character of text.toLowerCase()) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return undefined
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      octets.push((value >> bits) & 255)
    }
  }
  return Buffer.from(octets)
}
