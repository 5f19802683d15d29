import { InvalidCalendarError, RecurrenceLimitError } from '../ical/errors.ts'
import { type CompFilter, matchesFilter } from '../ical/filter.ts'
import { type CalendarObject, calendarObjectOf, readCalendarObject } from '../ical/object.ts'
import { parseCalendar } from '../ical/text.ts'
import type { Zone } from '../ical/zones.ts'
import { receivedFrom } from '../scheduling/received.ts'
import {
  type CandidateRow,
  findCandidates,
  findCandidatesInRange,
  findCandidatesInWideRange,
} from '../store/event-queries.ts'
import type { CalendarEnv } from './env.ts'
import { floatingZoneOf } from './floating-zone.ts'
import type { Calendar, CalendarObjectRecord } from './model.ts'
import { planQuery, type QueryPlan } from './query-plan.ts'
import { Turn } from './turn.ts'

export interface ObjectQuery {
  readonly filter: CompFilter
  /** What floating and all-day values are read in, when not in the calendar's own zone. */
  readonly timezone?: Zone
  /** With their text. */
  readonly data: boolean
  /** Of an inbox: its objects are messages (RFC 6638 §2.2), which are not indexed by what they are about. */
  readonly isOfMessages?: boolean
}

/**
 * The objects of a calendar that match a filter (RFC 4791 §7.8), in groups. The index names the candidates;
 * only what it cannot decide is parsed. An object that cannot be evaluated does not match.
 */
export async function* queryObjects(
  env: CalendarEnv,
  calendar: Calendar,
  { filter, timezone, data, isOfMessages = false }: ObjectQuery,
): AsyncGenerator<readonly CalendarObjectRecord[]> {
  const own = floatingZoneOf(calendar)
  const zone = timezone ?? own
  const plan = isOfMessages ? unplanned(planQuery(filter)) : planQuery(filter)
  const read = isOfMessages ? readMessage : readCalendarObject
  const turn = new Turn()
  for await (const rows of candidates(env, calendar, zone.id === own.id ? plan : elsewhere(plan), data)) {
    const matching: CandidateRow[] = []
    for (const row of rows) {
      if (row.isDecided || matches(row, filter, zone, read)) matching.push(row)
      await turn.giveWay()
    }
    yield data ? matching : matching.map((row) => ({ ...row, data: undefined }))
  }
}

function unplanned({ component }: QueryPlan): QueryPlan {
  return { component, uidPart: undefined, range: undefined, isComplete: false }
}

/** @throws InvalidCalendarError */
function readMessage(text: string): CalendarObject {
  const calendar = parseCalendar(text)
  return receivedFrom(calendar)?.object ?? calendarObjectOf(calendar)
}

const DAY_MS = 24 * 3600 * 1000

/** The index was made for another zone: it still names candidates, two days around, and decides nothing. */
function elsewhere(plan: QueryPlan): QueryPlan {
  const { range } = plan
  if (range === undefined) return plan
  const wide = { from: range.from - 2 * DAY_MS, until: range.until + 2 * DAY_MS }
  return { ...plan, range: wide, isComplete: false }
}

function candidates(
  env: CalendarEnv,
  { owner, calendarId }: Calendar,
  { component, uidPart, range, isComplete }: QueryPlan,
  data: boolean,
): AsyncIterable<CandidateRow[]> {
  const common = [owner.userId, calendarId, component, uidPart, data, isComplete] as const
  if (range === undefined) return env.store.reader.stream(findCandidates, ...common)
  const bounds = [instantOf(range.from), instantOf(range.until)] as const
  const isWide = range.until - range.from > WIDE_MS
  const statement = isWide ? findCandidatesInWideRange : findCandidatesInRange
  return env.store.reader.stream(statement, ...common, ...bounds)
}

/** From here on it costs less to ask every recurring object for one instance than to look at all instances. */
const WIDE_MS = 100 * DAY_MS

/** The farthest instants a Date can hold are stored as infinitely far. */
function instantOf(epochMs: number): Date {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, epochMs)))
}

function matches(
  { data }: CandidateRow,
  filter: CompFilter,
  zone: Zone,
  read: (text: string) => CalendarObject,
): boolean {
  if (data === undefined) return false
  try {
    return matchesFilter(read(data), filter, zone)
  } catch (error) {
    if (error instanceof InvalidCalendarError || error instanceof RecurrenceLimitError) return false
    throw error
  }
}
