import { type JcalRecur, readJcalRecur, writeJcalRecur } from './jcal-recur.ts'
import {
  readJcalOffset,
  readJcalPeriod,
  readJcalTime,
  readJcalTimeOfDay,
  writeJcalOffset,
  writeJcalPeriod,
  writeJcalTime,
  writeJcalTimeOfDay,
} from './jcal-times.ts'
import { readDuration, readText, writeText } from './values.ts'

/** One value of a property in jCal; an array is a structured value or a period. */
export type JcalValue = string | number | boolean | readonly (string | number)[] | JcalRecur

interface ValueForm {
  /** From iCalendar; undefined when the text is not of the type. */
  readonly read: (text: string) => JcalValue | undefined
  /** To iCalendar; undefined when the value is not of the type. */
  readonly write: (value: unknown) => string | undefined
}

const asWritten: ValueForm = { read: (text) => text, write: writeRaw }

/** RFC 7265 §3.6, one for each type; a type that is not here is carried as written. */
const FORMS: ReadonlyMap<string, ValueForm> = new Map(
  Object.entries<ValueForm>({
    boolean: {
      read: (text) => ({ TRUE: true, FALSE: false })[text.toUpperCase()],
      write: (value) => (typeof value === 'boolean' ? String(value).toUpperCase() : undefined),
    },
    date: { read: (text) => onlyIf(!text.includes('T'), readJcalTime(text)), write: ifString(writeJcalTime) },
    'date-time': {
      read: (text) => onlyIf(text.includes('T'), readJcalTime(text)),
      write: ifString(writeJcalTime),
    },
    duration: {
      read: (text) => onlyIf(readDuration(text) !== undefined, text),
      write: ifString((text) => onlyIf(readDuration(text) !== undefined, text)),
    },
    float: { read: readFloat, write: writeNumber },
    integer: { read: (text) => onlyIf(/^[+-]?\d{1,15}$/.test(text), Number(text)), write: writeInteger },
    period: {
      read: readJcalPeriod,
      write: (value) =>
        Array.isArray(value) &&
        typeof value[0] === 'string' &&
        typeof value[1] === 'string' &&
        value.length === 2
          ? writeJcalPeriod(value[0], value[1])
          : undefined,
    },
    recur: { read: readJcalRecur, write: writeJcalRecur },
    text: { read: readText, write: ifString(writeText) },
    time: { read: readJcalTimeOfDay, write: ifString(writeJcalTimeOfDay) },
    'utc-offset': { read: readJcalOffset, write: ifString(writeJcalOffset) },
  }),
)

/** The jCal value of an iCalendar value of that (lower-case) type; undefined when it is not of the type. */
export function readJcalValue(type: string, text: string): JcalValue | undefined {
  return (FORMS.get(type) ?? asWritten).read(text)
}

/** The iCalendar value of a jCal value of that type; undefined when it is not of the type. */
export function writeJcalValue(type: string, value: unknown): string | undefined {
  return (FORMS.get(type) ?? asWritten).write(value)
}

function onlyIf<T>(condition: boolean, value: T): T | undefined {
  return condition ? value : undefined
}

function ifString(write: (text: string) => string | undefined): (value: unknown) => string | undefined {
  return (value) => (typeof value === 'string' ? write(value) : undefined)
}

/** A value carried as written cannot hold a line break: it would begin a content line of its own. */
function writeRaw(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && !/[\r\n]/.test(value) ? value : undefined
}

function readFloat(text: string): number | undefined {
  const value = Number(text)
  // What JavaScript would write with an exponent, iCalendar cannot.
  return onlyIf(/^[+-]?\d+(\.\d+)?$/.test(text) && !String(value).includes('e'), value)
}

function writeNumber(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  const text = String(value)
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text
}

function writeInteger(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined
}
