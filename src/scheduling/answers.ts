import { type Component, property } from '../ical/component.ts'
import { RecurrenceLimitError } from '../ical/errors.ts'
import { instancesBetween } from '../ical/instances.ts'
import { UTC } from '../ical/zones.ts'
import { STAMP } from './copy.ts'
import { withoutProperties, withParameter } from './edit.ts'
import { attendeesOf, mapAttendees, type Participant } from './participants.ts'
import type { InstanceKey, Series } from './series.ts'
import { instanceOf, rulesOf, timingOf } from './timing.ts'
import { excludedKeys } from './view.ts'

/**
 * The component an organizer wrote, with the answers that are on record. An organizer cannot forge an answer
 * (RFC 6638 §3.2.1), a stale copy does not undo one (§3.2.10), and a reschedule asks again (§3.2.8).
 */
export function withRecordedAnswers(
  component: Component,
  key: InstanceKey | undefined,
  before: Series | undefined,
  after: Series,
  own: ReadonlySet<string>,
): Component {
  const recorded = before === undefined ? undefined : recordOf(before, key)
  const asksAgain = recorded === undefined || isRescheduled(recorded, component, key, before as Series, after)
  const known = new Map(recorded === undefined ? [] : attendeesOf(recorded).map((a) => [a.address, a]))
  return mapAttendees(component, (attendee) => {
    if (own.has(attendee.address) || attendee.agent !== 'SERVER') return attendee.property
    const answer = asksAgain ? undefined : known.get(attendee.address)
    return withAnswer(attendee, answer, known.get(attendee.address))
  })
}

/** Do both hold the same answers, to the series and to each instance? */
export function sameAnswers(one: Component, other: Component): boolean {
  return answersOf(one) === answersOf(other)
}

function answersOf(calendar: Component): string {
  return calendar.components
    .flatMap((component) => {
      const instance = property(component, 'RECURRENCE-ID')?.value ?? ''
      return attendeesOf(component).map(({ address, status }) => `${instance} ${address} ${status}`)
    })
    .sort()
    .join('\n')
}

/** What was on record for a component: its own earlier version, or the instance it overrides. */
function recordOf(before: Series, key: InstanceKey | undefined): Component | undefined {
  return key === undefined ? before.master : instanceOf(before, key)
}

function withAnswer(
  attendee: Participant,
  answer: Participant | undefined,
  recorded: Participant | undefined,
): Participant['property'] {
  const status = answer?.property.params.get('PARTSTAT')?.[0] ?? 'NEEDS-ACTION'
  let property = withParameter(attendee.property, 'PARTSTAT', status)
  // The time of the last answer outlives a reset, or a replayed old answer would count again.
  for (const kept of ['SCHEDULE-STATUS', STAMP]) {
    property = withParameter(property, kept, recorded?.property.params.get(kept)?.[0])
  }
  return status === 'NEEDS-ACTION' ? withParameter(property, 'RSVP', 'TRUE') : property
}

/** RFC 6638 §3.2.8: did the time change, or do the rules bring instances that were not there? */
function isRescheduled(
  recorded: Component,
  component: Component,
  key: InstanceKey | undefined,
  before: Series,
  after: Series,
): boolean {
  if (timingOf(recorded, before) !== timingOf(component, after)) return true
  if (key !== undefined) return false
  return mayAddInstances(recorded, component, before, after) || reinstates(recorded, component, before, after)
}

/** A rule that only ends earlier adds nothing; any other change of rules may. */
function mayAddInstances(recorded: Component, component: Component, before: Series, after: Series): boolean {
  if (rulesOf(recorded) === rulesOf(component)) return false
  const [older, newer] = [openRules(recorded), openRules(component)]
  if (older.open !== newer.open) return true
  // Client: those that split a series by "this and all following" write UNTIL in place of COUNT.
  const isComparable = older.kinds === newer.kinds || older.kinds === '' || newer.kinds === ''
  return isComparable ? newer.end > older.end : lastStart(component, after) > lastStart(recorded, before)
}

/** The rules without their ends, how they end, and the end as a number that is larger the longer the series. */
function openRules(master: Component): { open: string; kinds: string; end: number } {
  let end = Number.POSITIVE_INFINITY
  const kinds = new Set<string>()
  const open = rulesOf(master).replace(/;?(UNTIL|COUNT)=([^;\n]+)/g, (_, kind: string, value: string) => {
    kinds.add(kind)
    end = Math.min(end, Number(value.replace(/\D/g, '').padEnd(kind === 'UNTIL' ? 14 : 0, '0')))
    return ''
  })
  return { open, kinds: [...kinds].sort().join(), end }
}

const MOST_COMPARED = 10_000

/** Epoch ms of the last instance that a master's rules yield; infinite when that is too far to say. */
function lastStart(master: Component, { object }: Series): number {
  const alone = { ...object, master: withoutProperties(master, new Set(['EXDATE'])), overrides: [] }
  const always = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
  try {
    const instances = instancesBetween(alone, always, { floatingZone: UTC, limit: MOST_COMPARED })
    return instances.at(-1)?.start ?? Number.NEGATIVE_INFINITY
  } catch (error) {
    if (error instanceof RecurrenceLimitError) return Number.POSITIVE_INFINITY
    throw error
  }
}

function reinstates(recorded: Component, component: Component, before: Series, after: Series): boolean {
  const now = excludedKeys(component, after)
  return [...excludedKeys(recorded, before)].some((key) => !now.has(key) && !after.overrides.has(key))
}
