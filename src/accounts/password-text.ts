import { randomBytes } from 'node:crypto'

/** No vowels, so no words; no 0/o, 1/l/i, so nothing is misread. 28 letters and digits. */
const ALPHABET = 'bcdfghjkmnpqrstvwxyz23456789'
const GROUP = 5

/** A random password of four groups of five, about 96 bits: `hk3wd-xs9tp-…`. */
export function randomPassword(): string {
  return [randomGroup(), randomGroup(), randomGroup(), randomGroup()].join('-')
}

/**
 * An app password names the row it belongs to by its first group, so that a login compares one hash however
 * many app passwords the account has.
 */
export function appPasswordText(appPasswordId: string): string {
  return [selectorOf(appPasswordId), randomGroup(), randomGroup(), randomGroup(), randomGroup()].join('-')
}

/** Could `password` be the app password with this id? */
export function isFor(password: string, appPasswordId: string): boolean {
  return password.startsWith(`${selectorOf(appPasswordId)}-`)
}

/** The first group of an app password, from the 32 leading bits of its (random) id. */
function selectorOf(appPasswordId: string): string {
  let value = Number.parseInt(appPasswordId.slice(0, 8), 16)
  let text = ''
  for (let i = 0; i < GROUP; i++) {
    text += ALPHABET[value % ALPHABET.length]
    value = Math.floor(value / ALPHABET.length)
  }
  return text
}

function randomGroup(): string {
  let text = ''
  while (text.length < GROUP) text += letterOf(randomBytes(1).readUInt8())
  return text
}

/** Octets from 252 up are thrown away: 252 is the last multiple of 28, beyond it some letters were likelier. */
function letterOf(octet: number): string {
  return octet < 252 ? (ALPHABET[octet % ALPHABET.length] ?? '') : ''
}
