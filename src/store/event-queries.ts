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

const IN_CALENDAR = 'e.user_id = $1 and e.calendar_id = $2'
const WANTED = `($3::text is null or e.component = $3)
  and ($4::text is null or strpos(lower(e.uid), lower($4)) > 0)`

/**
 * ($1 userId, $2 calendarId, $3 component or null, $4 part of the UID or null, $5 text is wanted, $6 nothing
 * else is asked)
 */
export const findCandidates = statement<CandidateRow>(
  'events.candidates',
  `${candidate('true')} from events e where ${IN_CALENDAR} and ${WANTED} order by e.revision`,
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

const FROM = '$7'
const UNTIL = '$8'

/**
 * Recurring objects whose listed instances do not cover the whole range, or that have none: each once, by the
 * index that finds only those.
 */
function uncovered(inCalendar: string, select: string, from: string, until: string, also: string): string {
  const branch = (condition: string) => `${select} from events e
     where ${inCalendar} and e.is_recurring and ${condition} and ${mayOverlap(from, until)} and ${also}`
  const endsBefore = `e.indexed_until < ${until}`
  const beginsAfter = `e.indexed_from > ${from}`
  return `${branch(endsBefore)}
   union all
   ${branch(`${beginsAfter} and ${endsBefore} is not true`)}
   union all
   ${branch(`not e.is_exact and ${beginsAfter} is not true and ${endsBefore} is not true`)}`
}

const INSTANCES = `select i.event_id from event_instances i
  where i.user_id = $1 and i.calendar_id = $2 and ${overlaps('i', FROM, UNTIL)}`

/** By time: what it costs is the instances in the range. */
const HITS = `${INSTANCES} and ${isNear('i', FROM)} union ${INSTANCES} and i.is_long`

const OWN_INSTANCE = `select 1 from event_instances i
    where i.user_id = $1 and i.event_id = e.event_id and ${overlaps('i', FROM, UNTIL)}`

/** By object: what it costs is the objects that recur, however many instances the range has. */
const WIDE_HITS = `select e.event_id from events e cross join lateral (
    (${OWN_INSTANCE} and ${isNear('i', FROM)} limit 1)
    union all
    (${OWN_INSTANCE} and i.is_long limit 1)
    limit 1
  ) found
  where ${IN_CALENDAR} and e.is_recurring and e.is_exact and ${mayOverlap(FROM, UNTIL)}`

function inRange(hits: string): string {
  return `with hits as materialized (${hits})
   ${candidate('e.is_exact')} from events e
   where ${IN_CALENDAR} and not e.is_recurring and ${isNear('e', FROM)} and ${overlaps('e', FROM, UNTIL)}
     and ${WANTED}
   union all
   ${candidate('e.is_exact')} from events e
   where ${IN_CALENDAR} and not e.is_recurring and e.is_long and ${mayOverlap(FROM, UNTIL)} and ${WANTED}
   union all
   select hit.* from hits h cross join lateral (
     ${candidate('true')} from events e
     where e.user_id = $1 and e.event_id = h.event_id and e.is_exact and ${WANTED} limit 1
   ) hit
   union all
   ${uncovered(
     IN_CALENDAR,
     candidate('false'),
     FROM,
     UNTIL,
     `${WANTED} and not (e.is_exact and e.event_id in (select h.event_id from hits h))`,
   )}`
}

/** As findCandidates, and ($7 from, $8 until): only what may overlap that range. */
export const findCandidatesInRange = statement<CandidateRow>('events.candidates-in-range', inRange(HITS))

/** The same for a range of many months, or without end. */
export const findCandidatesInWideRange = statement<CandidateRow>(
  'events.candidates-in-wide-range',
  inRange(WIDE_HITS),
)

/** A stretch of time of one event that is not free, or the text to find them in. */
export interface BusyRow {
  /** Undefined where several calendars' events are made one. */
  readonly calendarId: string | undefined
  readonly start: Date | undefined
  readonly end: Date | undefined
  readonly busy: string
  /** Undefined: start, end and busy are the answer. */
  readonly data: string | undefined
}

const EVENTS = `e.user_id = $1 and e.calendar_id = any($2::uuid[]) and ($5::text is null or e.uid <> $5)`
const KNOWN = 'e.start_time as "from", e.end_time as until, e.busy'
const BUSY = `${EVENTS} and not e.is_recurring and e.is_exact and e.busy <> 'FREE' and e.component = 'VEVENT'`
const TAKES_TIME = `e.component in ('VEVENT', 'VFREEBUSY', 'VAVAILABILITY')`
const INSTANCE = `select i.event_id, i.start_time as "from", i.end_time as until, i.busy from event_instances i
     where i.user_id = $1 and i.calendar_id = any($2::uuid[]) and i.busy <> 'FREE'
       and ${overlaps('i', '$3', '$4')}`
const TEXT = `select e.event_id, e.calendar_id, e.busy, e.data`
const OPEN = `${EVENTS} and not e.is_recurring and not e.is_exact and e.busy <> 'FREE'
     and ${TAKES_TIME}`

/**
 * ($1 userId, $2 calendarIds uuid[], $3 from, $4 until, $5 UID to leave out or null): what the index knows, those of one type that touch or
 * overlap made one; and the texts of the objects it does not answer for.
 */
export const findBusy = statement<BusyRow>(
  'events.busy',
  `with texts as materialized (
     ${TEXT} from events e where ${OPEN} and not e.is_long
       and e.start_time > $3::timestamptz - interval '8 days' and e.start_time < $4
     union all
     ${TEXT} from events e where ${OPEN} and e.is_long and ${mayOverlap('$3', '$4')}
     union all
     ${uncovered(EVENTS, TEXT, '$3', '$4', TAKES_TIME)}
   ), known as (
     select ${KNOWN} from events e where ${BUSY} and ${isNear('e', '$3')} and ${overlaps('e', '$3', '$4')}
     union all
     select ${KNOWN} from events e where ${BUSY} and e.is_long and ${overlaps('e', '$3', '$4')}
     union all
     select i."from", i.until, i.busy
     from (${INSTANCE} and ${isNear('i', '$3')} union all ${INSTANCE} and i.is_long) i
     where i.event_id not in (select event_id from texts)
       and ($5::text is null or i.event_id not in (
         select x.event_id from events x where x.user_id = $1 and x.uid = $5))
   ), marked as (
     select *, case when "from" > max(until) over (
       partition by busy order by "from", until rows between unbounded preceding and 1 preceding
     ) then 1 else 0 end as gap from known
   ), islands as (
     select *, sum(gap) over (partition by busy order by "from", until) as island from marked
   )
   select null::uuid as "calendarId", min("from") as start, max(until) as "end", busy, null as data
   from islands group by busy, island
   union all
   select calendar_id, null, null, busy, data from texts`,
)
