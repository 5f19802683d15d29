import { type Property, parameter } from './component.ts'
import { InvalidCalendarError } from './errors.ts'
import { readPeriod } from './periods.ts'
import { parseRule } from './recurrence-rule.ts'
import { readTimeValue, type ZoneResolver } from './times.ts'
import { readDuration, readUtcOffset } from './values.ts'

type Check = (property: Property, zones: ZoneResolver) => void

/** How the value of a property is checked; properties that are not here may hold anything. */
const CHECKS: Readonly<Record<string, Check>> = {
  DTSTART: checkTime,
  DTEND: checkTime,
  DUE: checkTime,
  'RECURRENCE-ID': checkTime,
  DTSTAMP: checkTime,
  CREATED: checkTime,
  'LAST-MODIFIED': checkTime,
  COMPLETED: checkTime,
  ACKNOWLEDGED: checkTime,
  EXDATE: checkTimeList,
  RDATE: checkTimeList,
  FREEBUSY: checkPeriodList,
  DURATION: checkDuration,
  TRIGGER: checkTrigger,
  RRULE: checkRule,
  EXRULE: checkRule,
  PRIORITY: checkInteger,
  SEQUENCE: checkInteger,
  REPEAT: checkInteger,
  'PERCENT-COMPLETE': checkInteger,
  TZOFFSETFROM: checkOffset,
  TZOFFSETTO: checkOffset,
}

/**
 * Checks a property's value against its type (RFC 5545 §3.8), in the forms real clients write it.
 * @throws InvalidCalendarError naming line, property and rule.
 */
export function checkValue(property: Property, zones: ZoneResolver): void {
  CHECKS[property.name]?.(property, zones)
}

function checkTime(property: Property, zones: ZoneResolver): void {
  readTimeValue(property.value, property, zones)
}

function checkTimeList(property: Property, zones: ZoneResolver): void {
  for (const text of property.value.split(',')) {
    // Exchange and others write an EXDATE or RDATE without a value.
    if (text === '') continue
    if (!text.includes('/')) readTimeValue(text, property, zones)
    else checkPeriod(text, property, zones)
  }
}

function checkPeriodList(property: Property, zones: ZoneResolver): void {
  for (const text of property.value.split(',')) if (text !== '') checkPeriod(text, property, zones)
}

function checkPeriod(text: string, property: Property, zones: ZoneResolver): void {
  readPeriod(text, property, zones)
}

function checkDuration(property: Property): void {
  if (readDuration(property.value) !== undefined) return
  throw wrong(property, 'a duration of at most 10 000 years', 'RFC 5545 §3.3.6')
}

function checkTrigger(property: Property, zones: ZoneResolver): void {
  const isTime = parameter(property, 'VALUE')?.toUpperCase() === 'DATE-TIME'
  if (isTime || /^\s*\d/.test(property.value)) checkTime(property, zones)
  else checkDuration(property)
}

function checkRule(property: Property): void {
  try {
    parseRule(property.value)
  } catch (cause) {
    if (!(cause instanceof InvalidCalendarError)) throw cause
    const { line, name } = property
    throw new InvalidCalendarError(`Line ${line}: ${name}: ${cause.fault}`, {
      line,
      subject: name,
      ...(cause.rule === undefined ? {} : { rule: cause.rule }),
      ...(cause.unknown === undefined ? {} : { unknown: cause.unknown }),
    })
  }
}

function checkInteger(property: Property): void {
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(property.value))
    throw wrong(property, 'a whole number', 'RFC 5545 §3.3.8')
}

function checkOffset(property: Property): void {
  if (readUtcOffset(property.value) === undefined) throw wrong(property, 'a UTC offset', 'RFC 5545 §3.3.14')
}

function wrong({ name, line, value }: Property, wanted: string, rule: string): InvalidCalendarError {
  return new InvalidCalendarError(
    `Line ${line}: ${name} is not ${wanted}: ${JSON.stringify(value.slice(0, 40))}`,
    { line, subject: name, rule },
  )
}
