import { daysInMonth, localTimeOf } from './times.ts'

/** One change of offset (seconds) with the name that begins with it. */
export interface Onset {
  readonly at: number
  readonly offsetFrom: number
  readonly offsetTo: number
  readonly isDaylight: boolean
  readonly name: string
}

/** Onsets that one STANDARD or DAYLIGHT part describes. */
export interface OnsetRun {
  readonly onsets: readonly Onset[]
  /** RRULE parts after FREQ=YEARLY; without it the onsets are listed one by one. */
  readonly recurrence: { readonly parts: string; readonly isEndless: boolean } | undefined
}

/** A run shorter than this is as well listed. */
const SHORTEST_RULE = 3

/**
 * Groups onsets into runs that a yearly rule describes, and the rest into lists.
 * @param onsets in order of time, up to `end`.
 * @param until where the range ends: onsets after it serve only to tell which rules go on (epoch ms).
 */
export function fitRules(onsets: readonly Onset[], until: number, end: number): OnsetRun[] {
  const runs = growRuns(onsets)
  const ruled: OnsetRun[] = []
  const single: Onset[] = []
  for (const run of runs) {
    const [first] = run.onsets
    if (first === undefined || first.at >= until) continue
    const last = run.onsets.at(-1) ?? first
    const isEndless = end - last.at < TWO_YEARS
    const within = run.onsets.filter(({ at }) => at < until)
    if (run.onsets.length < SHORTEST_RULE || (!isEndless && within.length < SHORTEST_RULE)) {
      single.push(...within)
      continue
    }
    const kept = isEndless ? run.onsets : within
    ruled.push({ onsets: kept, recurrence: { parts: partsOf(run), isEndless } })
  }
  return [...ruled, ...listsOf(single)].sort((a, b) => (a.onsets[0]?.at ?? 0) - (b.onsets[0]?.at ?? 0))
}

const TWO_YEARS = 2 * 366 * 86_400_000

/** Onsets in consecutive years on the same weekday and time of one month, within one week of days. */
interface GrowingRun {
  readonly onsets: Onset[]
  readonly month: number
  readonly weekday: number
  readonly timeOfDay: number
  year: number
  minDay: number
  maxDay: number
  /** Days from the month's end, 1 being its last day. */
  maxDayFromEnd: number
}

function growRuns(onsets: readonly Onset[]): GrowingRun[] {
  const runs: GrowingRun[] = []
  const open = new Map<string, GrowingRun>()
  for (const onset of onsets) {
    const started = startRun(onset)
    const key = [onset.offsetFrom, onset.offsetTo, onset.isDaylight, onset.name, started.month].join()
    const run = open.get(key)
    if (run !== undefined && extendRun(run, started)) continue
    open.set(key, started)
    runs.push(started)
  }
  return runs
}

function startRun(onset: Onset): GrowingRun {
  const localMs = onset.at + onset.offsetFrom * 1000
  const { year, month, day } = localTimeOf(localMs)
  return {
    onsets: [onset],
    month,
    weekday: new Date(localMs).getUTCDay(),
    timeOfDay: ((localMs % 86_400_000) + 86_400_000) % 86_400_000,
    year,
    minDay: day,
    maxDay: day,
    maxDayFromEnd: daysInMonth(year, month) - day + 1,
  }
}

/** Takes the onset of `next` into `run` when one rule can describe both; answers whether it did. */
function extendRun(run: GrowingRun, next: GrowingRun): boolean {
  const isSame = run.weekday === next.weekday && run.timeOfDay === next.timeOfDay
  if (!isSame || next.year !== run.year + 1) return false
  const minDay = Math.min(run.minDay, next.minDay)
  const maxDay = Math.max(run.maxDay, next.maxDay)
  const maxDayFromEnd = Math.max(run.maxDayFromEnd, next.maxDayFromEnd)
  if (maxDay - minDay > 6 && maxDayFromEnd > 7) return false
  run.onsets.push(...next.onsets)
  Object.assign(run, { year: next.year, minDay, maxDay, maxDayFromEnd })
  return true
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

/** The simplest rule parts that name every day of the run: last weekday, nth weekday, or weekday within seven days. */
function partsOf({ month, weekday, minDay, maxDay, maxDayFromEnd }: GrowingRun): string {
  const name = WEEKDAYS[weekday] ?? ''
  if (maxDayFromEnd <= 7) return `;BYMONTH=${month};BYDAY=-1${name}`
  const nth = Math.ceil(minDay / 7)
  if (maxDay <= nth * 7) return `;BYMONTH=${month};BYDAY=${nth}${name}`
  const days = Array.from({ length: 7 }, (_, index) => maxDay - 6 + index)
  return `;BYMONTH=${month};BYMONTHDAY=${days.join(',')};BYDAY=${name}`
}

/** Onsets that no rule describes, listed together when they differ in nothing but time. */
function listsOf(onsets: readonly Onset[]): OnsetRun[] {
  const lists = new Map<string, Onset[]>()
  for (const onset of onsets) {
    const key = [onset.offsetFrom, onset.offsetTo, onset.isDaylight, onset.name].join()
    const list = lists.get(key)
    if (list === undefined) lists.set(key, [onset])
    else list.push(onset)
  }
  return [...lists.values()].map((list) => ({ onsets: list, recurrence: undefined }))
}
