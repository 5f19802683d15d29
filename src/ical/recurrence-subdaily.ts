/** The periods of HOURLY, MINUTELY and SECONDLY rules, jumping over hours and days the BY parts exclude. */
import type { Budget } from './recurrence-budget.ts'
import { DAY } from './recurrence-civil.ts'
import type { DayMatcher, PeriodSource } from './recurrence-periods.ts'
import type { RecurrenceRule } from './recurrence-rule.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
const SECOND = 1000
const UNITS = { HOURLY: HOUR, MINUTELY: MINUTE, SECONDLY: SECOND } as const

/** The limits a period's own start must satisfy. */
interface TimeLimits {
  readonly hours: readonly number[]
  readonly minutes: readonly number[]
  readonly seconds: readonly number[]
}

/**
 * The source for a rule of less than a day on the days given. `start` is DTSTART in local ms; with a DATE value only midnight
 * can be an instance, since no other time can be written in that type.
 */
export function timePeriods(
  rule: RecurrenceRule,
  days: DayMatcher | undefined,
  start: { local: number; isDate: boolean },
): PeriodSource {
  const unit = UNITS[rule.frequency as keyof typeof UNITS]
  const step = unit * rule.interval
  const base = Math.floor(start.local / unit) * unit
  const limits = start.isDate ? { hours: [0], minutes: [0], seconds: [0] } : limitsOf(rule, unit)
  const grid = { days, limits, step, base }
  const isFree = limits.hours.length + limits.minutes.length + limits.seconds.length === 0
  return {
    anchorsPerPeriod: isFree && days === undefined ? 1 : undefined,
    indexAt: (local) => Math.floor((local - base) / step),
    skipTo: (index, budget, endDay) => {
      const at = nextAllowed(base + index * step, grid, budget, endDay)
      return at >= endDay * DAY ? Number.POSITIVE_INFINITY : Math.round((at - base) / step)
    },
    anchors: (index, into) => {
      into.push(base + index * step)
    },
    anchorCounts: () => new Set(days?.isEmpty() === true || neverReaches(grid) ? [] : [1]),
  }
}

function limitsOf(rule: RecurrenceRule, unit: number): TimeLimits {
  return {
    hours: rule.byHour,
    minutes: unit <= MINUTE ? rule.byMinute : [],
    seconds: unit <= SECOND ? rule.bySecond : [],
  }
}

interface Grid {
  readonly days: DayMatcher | undefined
  readonly limits: TimeLimits
  readonly step: number
  readonly base: number
}

/** Near misses after which it is worth proving that the steps can ever land on an allowed time. */
const PATIENCE = 2000

/** The first period start from `from` (itself one) on that the limits allow; `endDay` or later when there is none. */
function nextAllowed(from: number, grid: Grid, budget: Budget, endDay: number): number {
  const end = endDay * DAY
  let at = from
  for (let tries = 0; at < end; tries++) {
    const earliest = earliestAllowed(at, grid, budget, endDay)
    if (earliest <= at) return at
    budget.spend(1)
    if (tries === PATIENCE && neverReaches(grid)) return end
    at = grid.base + Math.ceil((earliest - grid.base) / grid.step) * grid.step
  }
  return at
}

/** A time at or after `at` before which nothing is allowed; `at` itself when it is allowed. */
function earliestAllowed(at: number, { days, limits }: Grid, budget: Budget, endDay: number): number {
  if (days !== undefined) {
    const day = Math.floor(at / DAY)
    const allowed = days.nextAllowed(day, 1, budget, endDay)
    if (allowed !== day) return allowed * DAY
  }
  return (
    blockedUntil(limits.hours, at, HOUR, 24) ??
    blockedUntil(limits.minutes, at, MINUTE, 60) ??
    blockedUntil(limits.seconds, at, SECOND, 60) ??
    at
  )
}

/** When `at` is in a unit (hour, minute, second) the list leaves out: the start of the next one in it. */
function blockedUntil(list: readonly number[], at: number, unit: number, units: number): number | undefined {
  if (list.length === 0) return undefined
  const count = Math.floor(at / unit)
  const value = ((count % units) + units) % units
  if (list.includes(value)) return undefined
  const next = list.find((candidate) => candidate > value) ?? (list[0] ?? 0) + units
  return (count + next - value) * unit
}

/** Can no step ever land on an allowed time of day? The times of day a step visits repeat. */
function neverReaches({ limits, base, step }: Grid): boolean {
  const stride = greatestCommonDivisor(step, DAY)
  const first = ((base % stride) + stride) % stride
  for (let at = first; at < DAY; at += stride) {
    const isBlocked =
      blockedUntil(limits.hours, at, HOUR, 24) ??
      blockedUntil(limits.minutes, at, MINUTE, 60) ??
      blockedUntil(limits.seconds, at, SECOND, 60)
    if (isBlocked === undefined) return false
  }
  return true
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
