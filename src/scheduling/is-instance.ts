import { RecurrenceLimitError } from '../ical/errors.ts'
import { instancesBetween } from '../ical/instances.ts'
import { UTC } from '../ical/zones.ts'
import type { InstanceKey, Series } from './series.ts'

/** Do the rules and dates of the master yield this instance? What overrides say of it is not looked at. */
export function isInstance({ object, master }: Series, key: InstanceKey): boolean {
  // Keys take floating times and dates as UTC.
  const options = { floatingZone: UTC, limit: 1000 }
  try {
    return instancesBetween(
      { ...object, master, overrides: [] },
      { from: key, until: key + 1 },
      options,
    ).some(({ recurrenceId }) => recurrenceId === key)
  } catch (error) {
    if (error instanceof RecurrenceLimitError) return false
    throw error
  }
}
