import { countMails, sweepMailCounts, uncountMails } from '../store/mail-counts.ts'
import type { Store } from '../store/store.ts'

/** One thing that is counted, and how many of it an hour may have. */
export interface HourlyLimit {
  readonly key: string
  readonly most: number
}

const HOUR_MS = 3_600_000

/**
 * Counts one under every key, for all processes on the database together; or, when one of them has had its share,
 * under none.
 * @returns undefined when it may be; else when the hour is over that stands in the way
 */
export function takeFromHour(
  store: Store,
  limits: readonly HourlyLimit[],
  now: Date,
): Promise<Date | undefined> {
  const over = new Date(now.getTime() - HOUR_MS)
  const keys = limits.map(({ key }) => key)
  return store.transact(async (tx) => {
    const rows = await tx.rows(countMails, keys, now, over)
    const full = rows.filter(({ key, count }) =>
      limits.some((limit) => limit.key === key && count > limit.most),
    )
    // Last, and never waiting: whoever counts waits for nobody who sweeps.
    tx.write(sweepMailCounts, over)
    if (full.length === 0) return undefined
    tx.write(uncountMails, keys)
    return new Date(Math.max(...full.map(({ since }) => since.getTime())) + HOUR_MS)
  })
}
