import { listEventEntries, RECORD_SEPARATOR, UNIT_SEPARATOR } from '../store/event-entries.ts'
import type { CalendarEnv } from './env.ts'
import type { Calendar, ComponentName } from './model.ts'

/** As much of a calendar object as a client that looks for changes asks for. */
export interface ObjectEntry {
  readonly name: string
  /** Unquoted. */
  readonly etag: string
  readonly component: ComponentName
}

/**
 * Every object of a calendar, in groups, of one state of the database: what `listObjects` gives, for a
 * fraction of its cost. It does not look at privileges.
 */
export async function* listEntries(
  env: CalendarEnv,
  { owner, calendarId }: Calendar,
): AsyncGenerator<readonly ObjectEntry[]> {
  for await (const rows of env.store.reader.stream(listEventEntries, owner.userId, calendarId)) {
    for (const { entries } of rows) yield entries.split(RECORD_SEPARATOR).map(entryOf)
  }
}

function entryOf(record: string): ObjectEntry {
  const [name, etag, component] = record.split(UNIT_SEPARATOR)
  return { name, etag, component } as ObjectEntry
}
