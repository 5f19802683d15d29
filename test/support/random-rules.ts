/** Random recurrence rules and starts, the same for the same seed. */
import { localTimeOf, writeDate, writeLocalTime } from '../../src/ical/times.ts'

export interface RandomRule {
  readonly rule: string
  /** DTSTART, a DATE or a DATE-TIME without zone. */
  readonly start: string
}

/** Numbers from 0 to below 1, from a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const DAY = 86_400_000

/** Makes random rules that RFC 5545 §3.3.10 allows: no part with a frequency its table calls N/A. */
export class RuleMaker {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = randomNumbers(seed)
  }

  next(): RandomRule {
    const isDate = this.#chance(0.2)
    const frequency = FREQUENCIES[this.#weighted(isDate ? [4, 4, 4, 3] : [5, 5, 4, 4, 2, 1.5, 1])] ?? 'DAILY'
    const parts = [`FREQ=${frequency}`]
    if (this.#chance(0.4)) parts.push(`INTERVAL=${this.#chance(0.9) ? this.#int(1, 6) : this.#int(7, 60)}`)
    this.#addDays(parts, frequency)
    if (!isDate) this.#addTimes(parts, frequency)
    if (parts.some((part) => part.startsWith('BY')) && this.#chance(0.2)) {
      parts.push(`BYSETPOS=${this.#list(1, 2, () => this.#signed(this.#chance(0.8) ? 4 : 20))}`)
    }
    if (this.#chance(0.3)) parts.push(`WKST=${this.#weekday()}`)
    if (this.#chance(0.4)) parts.push(`COUNT=${this.#int(1, 30)}`)
    return { rule: parts.join(';'), start: this.#start(isDate) }
  }

  #addDays(parts: string[], frequency: string): void {
    if (this.#chance(0.3)) parts.push(`BYMONTH=${this.#list(1, 4, () => this.#int(1, 12))}`)
    const isYearly = frequency === 'YEARLY'
    const isSubDaily = ['HOURLY', 'MINUTELY', 'SECONDLY'].includes(frequency)
    const hasWeeks = isYearly && this.#chance(0.2)
    if (hasWeeks) parts.push(`BYWEEKNO=${this.#list(1, 3, () => this.#signed(53))}`)
    if ((isYearly || isSubDaily) && this.#chance(0.15)) {
      parts.push(`BYYEARDAY=${this.#list(1, 3, () => this.#signed(366))}`)
    }
    if (frequency !== 'WEEKLY' && this.#chance(0.3)) {
      parts.push(`BYMONTHDAY=${this.#list(1, 4, () => this.#signed(31))}`)
    }
    if (this.#chance(0.4)) {
      const hasOrdinals = (isYearly && !hasWeeks) || frequency === 'MONTHLY'
      const limit = isYearly && this.#chance(0.3) ? 53 : 5
      parts.push(
        `BYDAY=${this.#list(1, 4, () => (hasOrdinals && this.#chance(0.5) ? this.#signed(limit) : '') + this.#weekday())}`,
      )
    }
  }

  #addTimes(parts: string[], frequency: string): void {
    const isFine = ['MINUTELY', 'SECONDLY'].includes(frequency)
    if (this.#chance(isFine ? 0.5 : 0.12)) parts.push(`BYHOUR=${this.#list(1, 3, () => this.#int(0, 23))}`)
    if (this.#chance(isFine ? 0.5 : 0.12)) parts.push(`BYMINUTE=${this.#list(1, 3, () => this.#int(0, 59))}`)
    if (this.#chance(frequency === 'SECONDLY' ? 0.6 : 0.08)) {
      parts.push(`BYSECOND=${this.#list(1, 3, () => this.#int(0, 59))}`)
    }
  }

  #start(isDate: boolean): string {
    const day = this.#int(3652, 20_000) * DAY
    if (isDate) return writeDate(localTimeOf(day))
    return writeLocalTime(localTimeOf(day + this.#int(0, 86_399) * 1000))
  }

  #int(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1))
  }

  #signed(max: number): number {
    return this.#int(1, max) * (this.#chance(0.35) ? -1 : 1)
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }

  #weighted(weights: readonly number[]): number {
    let left = this.#random() * weights.reduce((sum, weight) => sum + weight, 0)
    return weights.findIndex((weight) => {
      left -= weight
      return left < 0
    })
  }

  #weekday(): string {
    return WEEKDAYS[this.#int(0, 6)] ?? 'MO'
  }

  #list(min: number, max: number, make: () => number | string): string {
    return [...new Set(Array.from({ length: this.#int(min, max) }, make))].join(',')
  }
}
