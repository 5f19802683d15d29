import { type EventRow, eventColumns } from './events.ts'
import { statement } from './statement.ts'

/**
 * SQL of calendar-query and free-busy-query over what was extracted when an object was stored. A row says
 * whether that already answers the question; if not, it carries the text, from which the caller decides.
 */

export interface CandidateRow extends EventRow {
  /** True: it matches. False: its text, in `data`, must be asked. */
  readonly isDecided: boolean
}

/** @param decided SQL for "the extracted columns answer", given that the filter asks no more than they hold */
function candidate(decided: string): string {
  const answer = `($6 and ${decided})`
  return `select ${eventColumns(`case when $5 or not ${answer} then e.data end`)}, ${answer} as "isDecided"`
}

const COMMON = `e.user_id = $1 and e.calendar_id = $2 and ($3::text is null or e.component = $3)
  and ($4::text is null or strpos(lower(e.uid), lower($4)) > 0)`

/**
 * ($1 userId, $2 calendarId, $3 component or null, $4 part of the UID or null, $5 text is wanted, $6 nothing
 * else is asked)
 */
export const findCandidates = statement<CandidateRow>(
  'events.candidates',
  `${candidate('true')} from events e where ${COMMON}`,
)

/** RFC 4791 §9.9: what has no duration is in the range that it begins in. */
function overlaps(of: string, from: string, until: string): string {
  return `${of}.start_time < ${until} and (${of}.end_time > ${from} or ${of}.start_time >= ${from})`
}

function mayOverlap(from: string, until: string): string {
  return `(e.start_time is null or e.start_time < ${until})
    and (e.end_time is null or e.end_time > ${from} or e.start_time >= ${from})`
}

/** Nothing that is not long and begins earlier reaches into the range. */
function isNear(of: string, from: string): string {
  return `not ${of}.is_long and ${of}.start_time > ${from}::timestamptz - interval '8 days'`
}

/** Does the list of instances cover the whole range? Null is endless coverage. */
function covers(from: string, until: string): string {
  return `(coalesce(e.indexed_from <= ${from}, true) and coalesce(e.indexed_until >= ${until}, true))`
}

const FROM = '$7'
const UNTIL = '$8'

function instancesIn(owner: string, calendar: string, from: string, until: string): string {
  const mine = `i.user_id = ${owner} and i.calendar_id = ${calendar} and ${overlaps('i', from, until)}`
  return `select i.event_id from event_instances i where ${mine} and ${isNear('i', from)}
    union select i.event_id from event_instances i where ${mine} and i.is_long`
}

/** As findCandidates, and ($7 from, $8 until): only what may overlap that range. */
export const findCandidatesInRange = statement<CandidateRow>(
  'events.candidates-in-range',
  `with hits as materialized (${instancesIn('$1', '$2', FROM, UNTIL)})
   ${candidate('e.is_exact')} from events e
   where ${COMMON} and not e.is_recurring and ${isNear('e', FROM)} and ${overlaps('e', FROM, UNTIL)}
   union all
   ${candidate('e.is_exact')} from events e
   where ${COMMON} and not e.is_recurring and e.is_long and ${mayOverlap(FROM, UNTIL)}
   union all
   ${candidate('true')} from hits h join events e on e.user_id = $1 and e.event_id = h.event_id
   where ${COMMON} and e.is_exact
   union all
   ${candidate('false')} from events e
   where ${COMMON} and e.is_recurring and ${mayOverlap(FROM, UNTIL)}
     and not (e.is_exact and (${covers(FROM, UNTIL)} or e.event_id in (select h.event_id from hits h)))`,
)

/** A stretch of time of one event that is not free, or the text to find them in. */
export interface BusyRow {
  readonly calendarId: string
  readonly start: Date | undefined
  readonly end: Date | undefined
  readonly busy: string
  /** Undefined: start, end and busy are the answer. */
  readonly data: string | undefined
}

const EVENTS = `e.user_id = $1 and e.calendar_id = any($2::uuid[]) and e.component = 'VEVENT'`
const KNOWN = 'e.calendar_id as "calendarId", e.start_time as start, e.end_time as "end", e.busy'
const UNDECIDED = `case when not e.is_exact then e.data end as data`
const INSTANCE = `i.user_id = $1 and i.calendar_id = any($2::uuid[]) and i.busy <> 'FREE'
  and ${overlaps('i', '$3', '$4')}`

/** ($1 userId, $2 calendarIds uuid[], $3 from, $4 until) */
export const findBusy = statement<BusyRow>(
  'events.busy',
  `select ${KNOWN}, ${UNDECIDED} from events e
   where ${EVENTS} and not e.is_recurring and e.busy <> 'FREE'
     and ${isNear('e', '$3')} and ${overlaps('e', '$3', '$4')}
   union all
   select ${KNOWN}, ${UNDECIDED} from events e
   where ${EVENTS} and not e.is_recurring and e.busy <> 'FREE' and e.is_long and ${mayOverlap('$3', '$4')}
   union all
   select i.calendar_id, i.start_time, i.end_time, i.busy, null
   from (
     select i.* from event_instances i where ${INSTANCE} and ${isNear('i', '$3')}
     union all select i.* from event_instances i where ${INSTANCE} and i.is_long
   ) i join events e on e.user_id = $1 and e.event_id = i.event_id
   where e.is_exact and ${covers('$3', '$4')} and e.component = 'VEVENT'
   union all
   select e.calendar_id, null, null, e.busy, e.data from events e
   where ${EVENTS} and e.is_recurring and ${mayOverlap('$3', '$4')}
     and not (e.is_exact and ${covers('$3', '$4')})`,
)
