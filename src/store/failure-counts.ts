/** How failures of one key make the next attempt wait. */
export interface Backoff {
  /** Failures that cost nothing; after them 1 s, 2 s, 4 s … */
  readonly free: number
  /** The longest wait, in milliseconds. */
  readonly longestMs: number
  /** Failures this old are forgotten, in milliseconds. */
  readonly memoryMs: number
}

/** Counts of failed attempts, in this process or shared by many. Times are epoch milliseconds. */
export interface FailureCounts {
  /** Milliseconds until the next attempt may be made; 0: now. */
  wait(key: string, backoff: Backoff, now: number): Promise<number>
  /** The same, and counts the attempt as failed if it may be made now: one step, so that attempts cannot overtake. */
  take(key: string, backoff: Backoff, now: number): Promise<number>
  /** Counts one failure. */
  add(key: string, backoff: Backoff, now: number): Promise<void>
  /** Takes one failure back. */
  giveBack(key: string): Promise<void>
  clear(key: string): Promise<void>
}
