import { usedBytes } from '../store/access.ts'
import type { CalendarEnv } from './env.ts'

/** Octets stored in the home of a user, of which `limits.quotaBytes` is the most (RFC 4331 §3). */
export async function homeUsage(env: CalendarEnv, ownerId: string): Promise<bigint> {
  return (await env.store.reader.row(usedBytes, ownerId))?.used ?? 0n
}
