/** The recurrence set of one component: DTSTART, RRULE, RDATE, less EXDATE and EXRULE (RFC 5545 §3.8.5). */
import { type Component, properties } from './component.ts'
import { RecurrenceLimitError } from './errors.ts'
import { readPeriods } from './periods.ts'
import { Recurrence, type RuleCursor } from './recurrence.ts'
import type { Budget } from './recurrence-budget.ts'
import { DAY } from './recurrence-civil.ts'
import { type Exclusions, readExclusions } from './recurrence-exclusions.ts'
import { parseRule, type RuleUntil } from './recurrence-rule.ts'
import { type Extent, longestOf, placeLike, type Schedule, type TimeContext } from './recurrence-schedule.ts'
import { readTimeValues, toInstant } from './times.ts'
import { durationDays, durationTimeMs } from './values.ts'
import type { Zone } from './zones.ts'

/** One member of a recurrence set, before overrides. */
export interface Occurrence {
  /** Wall-clock ms as if UTC, in the zone of the schedule. */
  readonly local: number
  /** Epoch ms; also what a RECURRENCE-ID names it by. */
  readonly start: number
  readonly extent: Extent
}

interface BoundRule {
  readonly recurrence: Recurrence
  /** Epoch ms of the last instant UNTIL allows; Infinity without UNTIL. */
  readonly last: number
}

/** RFC 5545 §3.8.5.3: RRULE "SHOULD NOT be specified more than once". */
const MAX_RULES = 50

/** What DTSTART, RRULE, RDATE, EXDATE and EXRULE of one component amount to. */
export class RecurrenceSet {
  readonly schedule: Schedule
  readonly isRecurring: boolean
  /** No occurrence lasts longer than this many ms. */
  readonly longest: number
  readonly #rules: readonly BoundRule[]
  readonly #exceptionRules: readonly BoundRule[]
  readonly #dates: readonly Occurrence[]
  readonly #exclusions: Exclusions | undefined

  /**
   * Throws InvalidCalendarError for a rule or date that cannot be read, RecurrenceLimitError for more rules
   * than anyone needs.
   */
  constructor(component: Component, schedule: Schedule, context: TimeContext) {
    const rules = properties(component, 'RRULE')
    const exceptionRules = properties(component, 'EXRULE')
    const dates = properties(component, 'RDATE')
    if (rules.length + exceptionRules.length > MAX_RULES) {
      throw new RecurrenceLimitError(`${component.name} has more than ${MAX_RULES} recurrence rules`)
    }
    this.schedule = schedule
    this.isRecurring = rules.length + dates.length > 0
    this.#rules = rules.map(({ value }) => bindRule(value, schedule))
    this.#exceptionRules = exceptionRules.map(({ value }) => bindRule(value, schedule))
    this.#dates = readDates(component, schedule, context)
    // They are exceptions "for recurring events": one that does not recur is when its DTSTART says (RFC 5545 §3.8.5.1).
    this.#exclusions = this.isRecurring ? readExclusions(component, schedule, context) : undefined
    this.longest = this.#dates.reduce((most, { extent }) => Math.max(most, longestOf(extent)), 0)
  }

  /**
   * Opens the set near `from` (epoch ms; -Infinity is the beginning): the caller leaves out what is before. It may
   * end after `until` (epoch ms).
   * Occurrences come in order of wall-clock time, which in the hours around a change of offset may not be
   * that of time: see `slackAt`.
   */
  open(from: number, until: number, budget: Budget): () => Occurrence | undefined {
    const local = {
      from: Number.isFinite(from) ? this.#localAt(from) - this.slackAt(from) : from,
      until: Number.isFinite(until) ? this.#localAt(until) + DAY : until,
    }
    const heads = this.#rules.map((rule) => new RuleHead(rule, this.schedule, local, budget))
    const exceptions = this.#exceptionRules.map((rule) => new RuleHead(rule, this.schedule, local, budget))
    let date = 0
    while ((this.#dates[date]?.start ?? from) < from) date++
    let last: number | undefined
    return () => {
      for (;;) {
        const found = takeFirst(heads, this.#dates[date])
        if (found === undefined) return undefined
        if (found === this.#dates[date]) date++
        if (found.start === last || this.#exclusions?.has(found) === true) continue
        if (exceptions.some((head) => head.reaches(found.local))) continue
        last = found.start
        return found
      }
    }
  }

  /** The earliest of DTSTART and the RDATEs (epoch ms): no occurrence starts before it. */
  get firstStart(): number {
    return this.#dates[0]?.start ?? this.schedule.zone.toInstant(this.schedule.local)
  }

  /** An instant no occurrence starts after; Infinity when the set has no end, or one too costly to find. */
  lastStart(budget: Budget): number {
    const ends = this.#rules.map(({ recurrence, last }) => {
      const local = last === Number.POSITIVE_INFINITY ? recurrence.last(budget) : undefined
      return local === undefined ? last : this.schedule.zone.toInstant(local)
    })
    return Math.max(...ends, this.#dates.at(-1)?.start ?? Number.NEGATIVE_INFINITY)
  }

  /** How far (ms) wall-clock order and time order may differ around an instant. */
  slackAt(instant: number): number {
    if (!Number.isFinite(instant)) return 0
    const { zone } = this.schedule
    return Math.abs(zone.offsetAt(instant + DAY) - zone.offsetAt(instant - DAY)) * 1000
  }

  #localAt(instant: number): number {
    return instant + this.schedule.zone.offsetAt(instant) * 1000
  }
}

/** The next occurrence of one rule. */
class RuleHead {
  readonly #cursor: RuleCursor
  readonly #last: number
  readonly #zone: Zone
  readonly #extent: Extent
  head: Occurrence | undefined

  constructor(
    { recurrence, last }: BoundRule,
    { zone, extent }: Schedule,
    { from, until }: { from: number; until: number },
    budget: Budget,
  ) {
    this.#cursor = recurrence.open(from, budget, { countsStart: true, until })
    this.#last = last
    this.#zone = zone
    this.#extent = extent
    this.advance()
  }

  advance(): void {
    const local = this.#cursor.next()
    const start = local === undefined ? Number.POSITIVE_INFINITY : this.#zone.toInstant(local)
    this.head = local === undefined || start > this.#last ? undefined : { local, start, extent: this.#extent }
  }

  /** Does the rule have an occurrence at that wall-clock time? To be asked in ascending order. */
  reaches(local: number): boolean {
    while (this.head !== undefined && this.head.local < local) this.advance()
    return this.head?.local === local
  }
}

/** Takes the earliest of the heads and the next date; of equals the date, since it may carry its own duration. */
function takeFirst(heads: readonly RuleHead[], date: Occurrence | undefined): Occurrence | undefined {
  let first: RuleHead | undefined
  for (const head of heads) {
    if (head.head !== undefined && head.head.start < (first?.head?.start ?? Number.POSITIVE_INFINITY))
      first = head
  }
  const found = first?.head
  if (first === undefined || found === undefined || (date !== undefined && date.start <= found.start))
    return date
  first.advance()
  return found
}

function bindRule(value: string, schedule: Schedule): BoundRule {
  const rule = parseRule(value)
  const recurrence = new Recurrence(rule, { local: schedule.local, isDate: schedule.isAllDay })
  return { recurrence, last: lastInstant(rule.until, schedule) }
}

/**
 * UNTIL as an instant. With a DATE for DTSTART only its own date counts; a DATE beside a DATE-TIME lets the
 * whole day in ("bounds the recurrence rule in an inclusive manner", RFC 5545 §3.3.10).
 */
function lastInstant(until: RuleUntil | undefined, { zone, isAllDay }: Schedule): number {
  if (until === undefined) return Number.POSITIVE_INFINITY
  if (isAllDay || until.kind === 'date') {
    return zone.toInstant((Math.floor(until.local / DAY) + 1) * DAY) - 1
  }
  return until.kind === 'utc' ? until.local : zone.toInstant(until.local)
}

/** DTSTART and the RDATEs, in order of time. */
function readDates(component: Component, schedule: Schedule, context: TimeContext): Occurrence[] {
  const { zone, local, extent } = schedule
  const dates: Occurrence[] = [{ local, start: zone.toInstant(local), extent }]
  for (const from of properties(component, 'RDATE')) {
    for (const value of readTimeValues(from, context.zones)) {
      dates.push({ ...placeLike(schedule, value, context), extent })
    }
    for (const { start, end } of readPeriods(from, context.zones)) {
      const placed = placeLike(schedule, start, context)
      const own =
        'time' in end
          ? { days: 0, ms: Math.max(0, toInstant(end.time, context.floatingZone) - placed.start) }
          : { days: durationDays(end.duration), ms: durationTimeMs(end.duration) }
      dates.push({ ...placed, extent: own })
    }
  }
  return dates.length === 1 ? dates : dates.sort((a, b) => a.start - b.start)
}
