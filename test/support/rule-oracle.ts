/**
 * A slow, literal reading of RFC 5545 §3.3.10 to test the engine against: step from DTSTART one interval at a
 * time, look at every day of the interval, keep what each BYxxx part allows, apply BYSETPOS, count. It shares
 * no code with the engine, not even the calendar: days are JavaScript Dates in UTC.
 */
const DAY = 86_400_000
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const UNITS = { HOURLY: 3_600_000, MINUTELY: 60_000, SECONDLY: 1000 } as const

/** Intervals looked at before the oracle gives up. */
const PATIENCE = 40_000
const LAST = Date.UTC(2100, 0, 1)

/**
 * The first `max` instances (ms as if UTC) before the year 2100; undefined when they take too many steps.
 * `start` is DTSTART in ms as if UTC. UNTIL, RSCALE and parts the frequency does not allow are not understood.
 */
export function oracle(rule: string, start: number, isDate: boolean, max: number): number[] | undefined {
  const reading = new Reading(rule, start, isDate)
  const wanted = Math.min(max, reading.number('COUNT') ?? max)
  const found: number[] = []
  for (let index = 0; found.length < wanted; index++) {
    if (index === PATIENCE) return undefined
    const [from, until] = reading.interval(index)
    if (from >= LAST) break
    for (const instance of reading.pick(reading.candidates(from, until))) {
      if (instance >= start && instance < LAST && found.length < wanted) found.push(instance)
    }
  }
  return found
}

class Reading {
  readonly #parts: ReadonlyMap<string, string>
  readonly #start: Date
  readonly #isDate: boolean
  readonly #frequency: string

  constructor(rule: string, start: number, isDate: boolean) {
    this.#parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]))
    this.#start = new Date(start)
    this.#isDate = isDate
    this.#frequency = this.#parts.get('FREQ') ?? ''
  }

  number(name: string): number | undefined {
    const value = this.#parts.get(name)
    return value === undefined ? undefined : Number(value)
  }

  list(name: string): string[] | undefined {
    return this.#parts.get(name)?.split(',')
  }

  has(name: string): boolean {
    return this.#parts.has(name)
  }

  /** First and last (exclusive) moment of the n-th interval. */
  interval(n: number): [number, number] {
    const step = n * (this.number('INTERVAL') ?? 1)
    const year = this.#start.getUTCFullYear()
    const month = this.#start.getUTCMonth()
    const midnight = Math.floor(this.#start.getTime() / DAY) * DAY
    switch (this.#frequency) {
      case 'YEARLY': {
        if (this.has('BYWEEKNO')) return this.#weekYear(this.#firstWeekYear() + step)
        return [Date.UTC(year + step, 0, 1), Date.UTC(year + step + 1, 0, 1)]
      }
      case 'MONTHLY':
        return [Date.UTC(year, month + step, 1), Date.UTC(year, month + step + 1, 1)]
      case 'WEEKLY': {
        const sunday = midnight - this.#daysIntoWeek(midnight) * DAY
        return [sunday + step * 7 * DAY, sunday + (step * 7 + 7) * DAY]
      }
      case 'DAILY':
        return [midnight + step * DAY, midnight + (step + 1) * DAY]
      default: {
        const unit = UNITS[this.#frequency as keyof typeof UNITS]
        const first = Math.floor(this.#start.getTime() / unit) * unit
        return [first + step * unit, first + (step + 1) * unit]
      }
    }
  }

  /** Every instance of an interval, in order. */
  candidates(from: number, until: number): number[] {
    const found: number[] = []
    for (let day = Math.floor(from / DAY) * DAY; day < until; day += DAY) {
      if (!this.#allowsDay(new Date(day))) continue
      for (const time of this.#times(from - day, until - day)) found.push(day + time)
    }
    return found
  }

  pick(candidates: number[]): number[] {
    const positions = this.list('BYSETPOS')?.map(Number)
    if (positions === undefined) return candidates
    return candidates.filter((_, index) => {
      return positions.includes(index + 1) || positions.includes(index - candidates.length)
    })
  }

  #allowsDay(day: Date): boolean {
    const year = day.getUTCFullYear()
    const month = day.getUTCMonth()
    const monthLength = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
    const yearLength = Math.round((Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY)
    const dayOfYear = Math.round((day.getTime() - Date.UTC(year, 0, 1)) / DAY)
    return (
      this.#isIn(this.#months(), month, 12) &&
      this.#isIn(this.#monthDays(), day.getUTCDate() - 1, monthLength) &&
      this.#isIn(this.list('BYYEARDAY'), dayOfYear, yearLength) &&
      this.#allowsWeek(day.getTime()) &&
      this.#allowsWeekday(day, { monthLength, yearLength, dayOfYear })
    )
  }

  #isIn(list: string[] | undefined, index: number, length: number): boolean {
    return (
      list === undefined || list.some((item) => Number(item) === index + 1 || Number(item) === index - length)
    )
  }

  /** BYMONTH, or DTSTART's month where the rule names days of a month only. */
  #months(): string[] | undefined {
    const given = this.list('BYMONTH')
    if (given !== undefined || this.#frequency !== 'YEARLY') return given
    const isWithinYear = this.has('BYYEARDAY') || this.has('BYWEEKNO')
    if (isWithinYear || (this.has('BYDAY') && !this.has('BYMONTHDAY'))) return undefined
    return [String(this.#start.getUTCMonth() + 1)]
  }

  #monthDays(): string[] | undefined {
    const given = this.list('BYMONTHDAY')
    const isLong = this.#frequency === 'YEARLY' || this.#frequency === 'MONTHLY'
    const hasDays = ['BYDAY', 'BYYEARDAY', 'BYWEEKNO'].some((name) => this.has(name))
    return given !== undefined || !isLong || hasDays ? given : [String(this.#start.getUTCDate())]
  }

  #allowsWeekday(day: Date, at: { monthLength: number; yearLength: number; dayOfYear: number }): boolean {
    const given = this.list('BYDAY') ?? this.#impliedWeekday()
    if (given === undefined) return true
    const isWithinYear = this.#frequency === 'YEARLY' && !this.has('BYMONTH')
    const index = isWithinYear ? at.dayOfYear : day.getUTCDate() - 1
    const length = isWithinYear ? at.yearLength : at.monthLength
    return given.some((item) => {
      if (WEEKDAYS.indexOf(item.slice(-2)) !== day.getUTCDay()) return false
      const ordinal = Number(item.slice(0, -2))
      if (ordinal === 0) return true
      // The n-th such day has n - 1 weeks before it within the month or year, or behind it when negative.
      return ordinal > 0
        ? Math.floor(index / 7) === ordinal - 1
        : Math.floor((length - 1 - index) / 7) === -ordinal - 1
    })
  }

  #impliedWeekday(): string[] | undefined {
    const isWeekly = this.#frequency === 'WEEKLY'
    const isWeeks = this.has('BYWEEKNO') && !this.has('BYMONTHDAY') && !this.has('BYYEARDAY')
    return isWeekly || isWeeks ? [WEEKDAYS[this.#start.getUTCDay()] ?? ''] : undefined
  }

  #allowsWeek(day: number): boolean {
    const given = this.list('BYWEEKNO')
    if (given === undefined) return true
    const year = new Date(day).getUTCFullYear()
    for (const candidate of [year - 1, year, year + 1]) {
      const [from, until] = this.#weekYear(candidate)
      if (day < from || day >= until) continue
      return this.#isIn(given, Math.floor((day - from) / (7 * DAY)), Math.round((until - from) / (7 * DAY)))
    }
    return false
  }

  /** The weeks of a year: from the week with 4 January in it. */
  #weekYear(year: number): [number, number] {
    const start = (of: number): number => {
      const fourth = Date.UTC(of, 0, 4)
      return fourth - this.#daysIntoWeek(fourth) * DAY
    }
    return [start(year), start(year + 1)]
  }

  #firstWeekYear(): number {
    const midnight = Math.floor(this.#start.getTime() / DAY) * DAY
    const year = this.#start.getUTCFullYear()
    const weekYear = [year - 1, year, year + 1].find((candidate) => {
      const [from, until] = this.#weekYear(candidate)
      return midnight >= from && midnight < until
    })
    const isProduced = this.#allowsDay(new Date(midnight))
    if (isProduced) return weekYear ?? year
    return this.number('INTERVAL') === 1 || !this.has('INTERVAL') ? (weekYear ?? year) - 1 : year
  }

  #daysIntoWeek(day: number): number {
    const weekStart = WEEKDAYS.indexOf(this.#parts.get('WKST') ?? 'MO')
    return (new Date(day).getUTCDay() - weekStart + 7) % 7
  }

  /** Times of day (ms) within part of a day. */
  *#times(from: number, until: number): Generator<number> {
    if (this.#isDate) {
      if (from <= 0 && until > 0) yield 0
      return
    }
    const span = { from: Math.max(0, from), until: Math.min(DAY, until) }
    for (const hour of this.#values('BYHOUR', 'HOURLY', this.#start.getUTCHours(), 3_600_000, 24, span)) {
      for (const minute of this.#values(
        'BYMINUTE',
        'MINUTELY',
        this.#start.getUTCMinutes(),
        60_000,
        60,
        span,
      )) {
        for (const second of this.#values(
          'BYSECOND',
          'SECONDLY',
          this.#start.getUTCSeconds(),
          1000,
          60,
          span,
        )) {
          const time = ((hour * 60 + minute) * 60 + second) * 1000
          if (time >= span.from && time < span.until) yield time
        }
      }
    }
  }

  /** The hours, minutes or seconds of a span: listed, or the one of the interval, or DTSTART's. */
  #values(
    name: string,
    frequency: 'HOURLY' | 'MINUTELY' | 'SECONDLY',
    own: number,
    unit: number,
    units: number,
    span: { from: number; until: number },
  ): number[] {
    const given = this.list(name)?.map(Number)
    const order = ['SECONDLY', 'MINUTELY', 'HOURLY']
    const isFixed =
      order.includes(this.#frequency) && order.indexOf(this.#frequency) <= order.indexOf(frequency)
    if (!isFixed) return [...(given ?? [own])].sort((a, b) => a - b)
    const value = Math.floor(span.from / unit) % units
    return given === undefined || given.includes(value) ? [value] : []
  }
}
