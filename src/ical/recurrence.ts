/**
 * Recurrence rules on wall-clock time (RFC 5545 §3.3.10): the one engine behind every expansion.
 *
 * Times in and out are local milliseconds, a wall-clock time written as if it were UTC; zones are applied by
 * the callers. A cursor opens at any point directly: the number of the period there is computed, not counted
 * to. A rule with COUNT is opened the same way where every period holds equally many instances, and is walked
 * from its start otherwise, which COUNT itself bounds.
 */
import { RecurrenceLimitError } from './errors.ts'
import { Budget } from './recurrence-budget.ts'
import { DAY } from './recurrence-civil.ts'
import { completeDayParts } from './recurrence-defaults.ts'
import { dayMatcher, dayPeriods, END_DAY, type PeriodSource } from './recurrence-periods.ts'
import type { RecurrenceRule } from './recurrence-rule.ts'
import { timePeriods } from './recurrence-subdaily.ts'
import { offsetsWithin, pickPositions } from './recurrence-times.ts'
import { calendarPeriods } from './rscale.ts'

/** DTSTART as the rule sees it: local ms, and whether it is a DATE. */
export interface RuleStart {
  readonly local: number
  readonly isDate: boolean
}

export interface RuleCursor {
  /** The next instance in local ms, strictly ascending; undefined after the last. */
  next(): number | undefined
}

/** Consecutive empty periods after which a rule is asked whether it can match at all. */
const PATIENCE = 64

/** A rule bound to its DTSTART, ready to be opened anywhere. */
export class Recurrence {
  readonly rule: RecurrenceRule
  readonly start: RuleStart
  readonly #source: PeriodSource
  readonly #offsets: readonly number[]

  constructor(rule: RecurrenceRule, start: RuleStart) {
    this.rule = start.isDate ? withoutTimes(rule) : rule
    this.start = start
    this.#source = sourceFor(this.rule, start)
    const offsets = offsetsWithin(this.rule, ((start.local % DAY) + DAY) % DAY)
    const isSubDaily = isLessThanDaily(this.rule)
    // Below a day every period is one anchor, so BYSETPOS picks the same offsets in each.
    this.#offsets =
      isSubDaily && this.rule.bySetPos.length > 0
        ? pickPositions(this.rule.bySetPos, offsets.length).map((index) => offsets[index] ?? 0)
        : offsets
  }

  /**
   * Opens the rule at its first instance at or after `from` (local ms). UNTIL is the caller's to apply, since
   * it is an instant. When `countsStart`, a DTSTART the rule does not produce still uses up one of COUNT
   * ("always counts as the first occurrence", RFC 5545 §3.3.10). The cursor may end after `until` (local ms), so
   * that a rule whose next instance is centuries away does not look for it. Throws RecurrenceLimitError (now
   * or on next()) when the budget runs out.
   */
  open(
    from: number,
    budget: Budget,
    { countsStart = false, until = Number.POSITIVE_INFINITY }: { countsStart?: boolean; until?: number } = {},
  ): RuleCursor {
    const floor = Math.max(from, this.start.local)
    const endDay = Math.min(END_DAY, Math.floor(until / DAY) + 1)
    const { count } = this.rule
    if (count === undefined)
      return this.#walk(Math.max(0, this.#source.indexAt(floor)), floor, budget, endDay)
    const limit = countsStart && !this.isStartProduced() ? count - 1 : count
    return this.#openCounted(floor, limit, budget, endDay)
  }

  /** Does the rule itself produce DTSTART? */
  isStartProduced(): boolean {
    const endDay = Math.min(END_DAY, Math.floor(this.start.local / DAY) + 1)
    return this.#walk(0, this.start.local, new Budget(START_BUDGET), endDay).next() === this.start.local
  }

  /**
   * The last instance in local ms that COUNT allows, DTSTART counting as the first. Undefined without COUNT,
   * when that many dates cannot be written, or when it takes more work to find than the budget has.
   */
  last(budget: Budget): number | undefined {
    const { count } = this.rule
    if (count === undefined) return undefined
    const perPeriod = this.#perPeriod() ?? 0
    try {
      const limit = this.isStartProduced() ? count : count - 1
      const rest = perPeriod === 0 ? 0 : limit - this.#countFrom(0, this.start.local, budget)
      if (rest > 0) {
        const last = this.#period(Math.ceil(rest / perPeriod), budget)[(rest - 1) % perPeriod]
        return last === undefined || last >= END_DAY * DAY ? undefined : last
      }
      return this.#lastByWalking(limit, budget)
    } catch (error) {
      if (error instanceof RecurrenceLimitError) return undefined
      throw error
    }
  }

  #lastByWalking(limit: number, budget: Budget): number | undefined {
    const cursor = this.#openCounted(this.start.local, limit, budget, END_DAY)
    let last: number | undefined
    for (let at = cursor.next(); at !== undefined; at = cursor.next()) last = at
    return last ?? this.start.local
  }

  #openCounted(floor: number, count: number, budget: Budget, endDay: number): RuleCursor {
    const perPeriod = this.#perPeriod()
    if (perPeriod === undefined || perPeriod === 0) {
      return counted(this.#walk(0, this.start.local, budget, endDay), count, floor)
    }
    const inFirst = this.#countFrom(0, this.start.local, budget)
    const index = Math.max(0, this.#source.indexAt(floor))
    const before = index === 0 ? 0 : inFirst + (index - 1) * perPeriod
    const periodStart = index === 0 ? this.start.local : Number.NEGATIVE_INFINITY
    return counted(this.#walk(index, periodStart, budget, endDay), count - before, floor)
  }

  #perPeriod(): number | undefined {
    const anchors = this.#source.anchorsPerPeriod
    return anchors === undefined ? undefined : this.#sizeOf(anchors)
  }

  #countFrom(index: number, floor: number, budget: Budget): number {
    return this.#period(index, budget).filter((local) => local >= floor).length
  }

  /** Every instance of one period, whatever DTSTART. */
  #period(index: number, budget: Budget): number[] {
    const anchors: number[] = []
    this.#source.anchors(index, anchors)
    const offsets = this.#offsets
    const instances: number[] = []
    budget.spend(1 + anchors.length * offsets.length)
    if (this.rule.bySetPos.length > 0 && !isLessThanDaily(this.rule)) {
      for (const at of pickPositions(this.rule.bySetPos, anchors.length * offsets.length)) {
        instances.push((anchors[Math.floor(at / offsets.length)] ?? 0) + (offsets[at % offsets.length] ?? 0))
      }
    } else {
      for (const anchor of anchors) for (const offset of offsets) instances.push(anchor + offset)
    }
    return instances
  }

  /** Is it certain that no period has an instance? */
  #isHopeless(): boolean {
    const counts = this.#source.anchorCounts()
    return counts !== undefined && ![...counts].some((anchors) => this.#sizeOf(anchors) > 0)
  }

  /** Instances of a period with that many anchors. */
  #sizeOf(anchors: number): number {
    const size = anchors * this.#offsets.length
    const picks = this.rule.bySetPos.length > 0 && !isLessThanDaily(this.rule)
    return picks ? pickPositions(this.rule.bySetPos, size).length : size
  }

  #walk(first: number, floor: number, budget: Budget, endDay: number): RuleCursor {
    let index = first
    let batch: number[] = []
    let at = 0
    let last = Number.NEGATIVE_INFINITY
    let misses = 0
    const next = (): number | undefined => {
      for (;;) {
        while (at < batch.length) {
          const local = batch[at++] ?? 0
          if (local < floor || local <= last) continue
          last = local
          misses = 0
          return local
        }
        if (++misses === PATIENCE && this.#isHopeless()) index = Number.POSITIVE_INFINITY
        index = index === Number.POSITIVE_INFINITY ? index : this.#source.skipTo(index, budget, endDay)
        if (index === Number.POSITIVE_INFINITY) return undefined
        batch = this.#period(index, budget)
        at = 0
        index++
      }
    }
    return { next }
  }
}

const START_BUDGET = 100_000

/** Cuts a cursor that began at the rule's own start to `count`, and leaves out what is before `floor`. */
function counted(cursor: RuleCursor, count: number, floor: number): RuleCursor {
  let left = count
  return {
    next() {
      while (left > 0) {
        left--
        const local = cursor.next()
        if (local === undefined) break
        if (local >= floor) return local
      }
      left = 0
      return undefined
    },
  }
}

function isLessThanDaily(rule: RecurrenceRule): boolean {
  return rule.frequency === 'HOURLY' || rule.frequency === 'MINUTELY' || rule.frequency === 'SECONDLY'
}

function sourceFor(rule: RecurrenceRule, start: RuleStart): PeriodSource {
  if (rule.calendar !== undefined && (rule.calendar !== 'gregorian' || rule.skip !== 'OMIT')) {
    return calendarPeriods(rule, start)
  }
  const startDay = Math.floor(start.local / DAY)
  const parts = completeDayParts(rule, startDay)
  return isLessThanDaily(rule)
    ? timePeriods(rule, dayMatcher(parts), start)
    : dayPeriods(rule, parts, startDay)
}

/** RFC 5545 §3.3.10: BYSECOND, BYMINUTE and BYHOUR are ignored when DTSTART is a DATE. */
function withoutTimes(rule: RecurrenceRule): RecurrenceRule {
  return { ...rule, bySecond: [], byMinute: [], byHour: [] }
}
