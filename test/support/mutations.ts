/** Seeded corruption of calendar files, for fuzzing. */

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Random = () => number
type Mutation = (octets: Buffer, random: Random, others: readonly Buffer[]) => Buffer

/** What is likely to find a weak spot when put in place of something else. */
const TOKENS = [
  'BEGIN:VEVENT',
  'END:VEVENT',
  'BEGIN:VTIMEZONE',
  'END:VCALENDAR',
  'DTSTART:00010101T000000Z',
  'DTSTART:99991231T235959',
  'DTEND:19700101T000000Z',
  'RRULE:FREQ=SECONDLY',
  'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'RRULE:FREQ=DAILY;INTERVAL=999999999;COUNT=999999999',
  'RRULE:FREQ=MINUTELY;BYSETPOS=-1;BYSECOND=0,59',
  'RRULE:FREQ=WEEKLY;UNTIL=99991231T000000Z;BYDAY=MO,TU',
  'RRULE:RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=6L;SKIP=FORWARD',
  'EXRULE:FREQ=HOURLY',
  'RDATE;VALUE=PERIOD:19960403T020000Z/19960403T040000Z,19960404T010000Z/PT3H',
  'EXDATE;TZID=Nowhere:20200101T000000',
  'RECURRENCE-ID;RANGE=THISANDFUTURE:20200101T000000Z',
  'DURATION:P999999999W',
  'TRIGGER;RELATED=END:-P999999999D',
  'REPEAT:999999999',
  'TZOFFSETTO:+235959',
  'TZID:Europe/Berlin',
  'X-A;B="',
  'X-A;B=^n^^^',
  ':',
  ';',
  ',',
  '"',
  '\\',
  '\r\n ',
  '\r\n',
  '\r',
  '\u0000',
  'é',
  '😀',
  '20201231T235960Z',
  '-1',
  '99999999999999999999',
  'constructor',
  '__proto__',
]

/** Most leave the text readable, so that what lies behind the reader is reached. */
const MUTATIONS: readonly Mutation[] = [
  flipBits,
  deleteSpan,
  repeatSpan,
  replaceWithToken,
  spliceOther,
  truncate,
  swapLines,
  ...Array<Mutation>(3).fill(deleteLine),
  ...Array<Mutation>(5).fill(insertToken),
  ...Array<Mutation>(6).fill(replaceValue),
  ...Array<Mutation>(8).fill(changeDigit),
]

/** One of `files`, spoilt a few times over. */
export function mutated(files: readonly Buffer[], random: Random): Buffer {
  let octets: Buffer = Buffer.from(pick(files, random))
  const times = 1 + Math.floor(random() ** 2 * 5)
  for (let count = 0; count < times; count++) octets = pick(MUTATIONS, random)(octets, random, files)
  return octets
}

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

function span(octets: Buffer, random: Random, longest: number): [number, number] {
  const start = Math.floor(random() * octets.length)
  return [start, Math.min(octets.length, start + 1 + Math.floor(random() * longest))]
}

function flipBits(octets: Buffer, random: Random): Buffer {
  const changed = Buffer.from(octets)
  for (let count = 0; count < 3 && changed.length > 0; count++) {
    const at = Math.floor(random() * changed.length)
    changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8))
  }
  return changed
}

function deleteSpan(octets: Buffer, random: Random): Buffer {
  const [start, end] = span(octets, random, 60)
  return Buffer.concat([octets.subarray(0, start), octets.subarray(end)])
}

function repeatSpan(octets: Buffer, random: Random): Buffer {
  const [start, end] = span(octets, random, 200)
  const repeated = Array<Buffer>(1 + Math.floor(random() * 20)).fill(octets.subarray(start, end))
  return Buffer.concat([octets.subarray(0, end), ...repeated, octets.subarray(end)])
}

function replaceWithToken(octets: Buffer, random: Random): Buffer {
  const [start, end] = span(octets, random, 20)
  return Buffer.concat([octets.subarray(0, start), Buffer.from(pick(TOKENS, random)), octets.subarray(end)])
}

function insertToken(octets: Buffer, random: Random): Buffer {
  const breaks = [...octets.keys()].filter((at) => octets[at] === 10)
  const at = breaks.length === 0 ? 0 : pick(breaks, random) + 1
  return Buffer.concat([
    octets.subarray(0, at),
    Buffer.from(`${pick(TOKENS, random)}\r\n`),
    octets.subarray(at),
  ])
}

function deleteLine(octets: Buffer, random: Random): Buffer {
  const lines = octets.toString('latin1').split('\n')
  lines.splice(Math.floor(random() * lines.length), 1)
  return Buffer.from(lines.join('\n'), 'latin1')
}

/** Puts a token's value, or another line's, behind the name of a line. */
function replaceValue(octets: Buffer, random: Random): Buffer {
  const lines = octets.toString('latin1').split('\n')
  const at = Math.floor(random() * lines.length)
  const source = random() < 0.5 ? pick(TOKENS, random) : pick(lines, random)
  const [name = ''] = (lines[at] ?? '').split(':')
  lines[at] = `${name}:${source.slice(source.indexOf(':') + 1)}`
  return Buffer.from(lines.join('\n'), 'latin1')
}

function swapLines(octets: Buffer, random: Random): Buffer {
  const lines = octets.toString('latin1').split('\n')
  const [one, other] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)]
  const kept = lines[one] ?? ''
  lines[one] = lines[other] ?? ''
  lines[other] = kept
  return Buffer.from(lines.join('\n'), 'latin1')
}

function spliceOther(octets: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const other = pick(others, random)
  const [start, end] = span(other, random, 400)
  const at = Math.floor(random() * octets.length)
  return Buffer.concat([octets.subarray(0, at), other.subarray(start, end), octets.subarray(at)])
}

function truncate(octets: Buffer, random: Random): Buffer {
  return octets.subarray(0, Math.floor(random() * octets.length))
}

function changeDigit(octets: Buffer, random: Random): Buffer {
  const digits = [...octets.keys()].filter((at) => (octets[at] ?? 0) >= 48 && (octets[at] ?? 0) <= 57)
  if (digits.length === 0) return octets
  const changed = Buffer.from(octets)
  for (let count = 0; count < 2; count++) changed[pick(digits, random)] = 48 + Math.floor(random() * 10)
  return changed
}
