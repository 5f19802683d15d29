import argon2 from 'argon2'
import { Limiter } from './limiter.ts'

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. */
const COST = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/**
 * Two at once, of the four threads Node shares with file and DNS work, so that a storm of logins leaves the
 * rest of the server its CPU and memory; 200 in line are about three seconds of work.
 */
const limiter = new Limiter(2, 200)

/** What a login of nobody is compared with, so that it takes as long as a login of somebody. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$a2FsZW5kcy5ub2JvZHkuLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

/** @returns the argon2id hash in PHC string form */
export function hashPassword(password: string): Promise<string> {
  return limiter.run(() => argon2.hash(normalise(password), COST))
}

/**
 * @param hash a PHC string, or undefined for an account that is unknown or has no password
 * @throws OverloadedError when too many logins wait already
 */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const matches = await limiter.run(() => argon2.verify(hash ?? NOBODY, normalise(password)))
  return matches && hash !== undefined
}

/** RFC 8265 §4.2.2: the same password typed on two keyboards must be the same octets. */
function normalise(password: string): string {
  return password.normalize('NFC')
}
