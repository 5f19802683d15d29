import type { FailureCounts } from '../store/failure-counts.ts'

/** Uses `first`, and `second` for every call that `first` fails: logins must not depend on a helper service. */
export function withFallback(
  first: FailureCounts,
  second: FailureCounts,
  onFailure: (error: unknown) => void,
): FailureCounts {
  const either = async <T>(use: (counts: FailureCounts) => Promise<T>): Promise<T> => {
    try {
      return await use(first)
    } catch (error) {
      onFailure(error)
      return use(second)
    }
  }
  return {
    wait: (...args) => either((counts) => counts.wait(...args)),
    take: (...args) => either((counts) => counts.take(...args)),
    add: (...args) => either((counts) => counts.add(...args)),
    giveBack: (key) => either((counts) => counts.giveBack(key)),
    clear: (key) => either((counts) => counts.clear(key)),
  }
}
