import { config, expect } from 'chai'
import fc from 'fast-check'
import { type Component, newComponent, newProperty, properties, property } from '../../src/ical/component.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { planAttendee } from '../../src/scheduling/attendee.ts'
import { mapProperties, withParameter, withProperty } from '../../src/scheduling/edit.ts'
import type { SchedulingMessage } from '../../src/scheduling/message.ts'
import { planOrganizer } from '../../src/scheduling/organizer.ts'
import { messagesBetween } from '../../src/scheduling/organizer-messages.ts'
import { type Series, seriesOf } from '../../src/scheduling/series.ts'
import { instanceOf, timingOf } from '../../src/scheduling/timing.ts'
import { excludedKeys, isCancelled, viewOf } from '../../src/scheduling/view.ts'
import { ALICE, BOB, CAROL, deliver, event, NOW, own, reread, vevent } from './support.ts'

/**
 * Random edits by an organizer and two attendees of a daily series, over a network that loses, repeats and
 * reorders messages. After everything has calmed down and the organizer has refreshed everybody, each copy says
 * what the organizer's says to that attendee, and the organizer has each attendee's answers.
 */

const PEOPLE = [BOB, CAROL] as const
const DAYS = [2, 3, 4]
const idOf = (day: number) => `202612${String(day).padStart(2, '0')}T090000Z`

type Edit =
  | { readonly kind: 'summary' | 'move' | 'stretch'; readonly to: number }
  | { readonly kind: 'invite' | 'remove'; readonly who: number }
  | { readonly kind: 'override'; readonly day: number; readonly to: number }
  | { readonly kind: 'only'; readonly day: number; readonly who: number; readonly isIn: boolean }
  | { readonly kind: 'exclude' | 'restore' | 'revert'; readonly day: number }
  | {
      readonly kind: 'answer'
      readonly who: number
      readonly day: number | undefined
      readonly status: string
    }
  | { readonly kind: 'drop'; readonly who: number; readonly day: number }
  | { readonly kind: 'deliver'; readonly at: number }
  | { readonly kind: 'repeat' | 'lose'; readonly at: number }

const who = fc.nat({ max: 1 })
const day = fc.constantFrom(...DAYS)
const to = fc.nat({ max: 5 })
const status = fc.constantFrom('ACCEPTED', 'DECLINED', 'TENTATIVE')
const at = fc.nat({ max: 20 })

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('summary', 'move', 'stretch'), to }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('invite', 'remove'), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('override'), day, to }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('only'), day, who, isIn: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('exclude', 'restore', 'revert'), day }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('answer'),
      who,
      day: fc.option(day, { nil: undefined }),
      status,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop'), who, day }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deliver'), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('repeat', 'lose'), at }) },
) as fc.Arbitrary<Edit>

class World {
  organizer: CalendarObject
  readonly copies = new Map<string, CalendarObject>()
  readonly network: SchedulingMessage[] = []
  #now = NOW

  constructor() {
    const first = event(vevent('RRULE:FREQ=DAILY;COUNT=5', `ATTENDEE:${ALICE}`, `ATTENDEE:${BOB}`))
    const plan = planOrganizer(undefined, first, this.#as(ALICE))
    this.organizer = reread(plan.store as Component)
    this.network.push(...plan.messages)
  }

  #as(address: string) {
    this.#now += 100
    return { own: own(address), now: this.#now, isSilent: false }
  }

  apply(step: Edit): void {
    if (step.kind === 'deliver' || step.kind === 'repeat' || step.kind === 'lose') this.#transport(step)
    else if (step.kind === 'answer' || step.kind === 'drop') this.#attend(step)
    else this.#organize(organized(this.organizer, step))
  }

  #organize(after: Component | undefined): void {
    if (after === undefined) return
    const plan = planOrganizer(this.organizer, reread(after), this.#as(ALICE))
    this.organizer = reread(plan.store as Component)
    this.network.push(...plan.messages)
  }

  #attend(step: Extract<Edit, { kind: 'answer' | 'drop' }>): void {
    const person = PEOPLE[step.who] as string
    const copy = this.copies.get(person)
    const after = copy && (step.kind === 'answer' ? answering(copy, person, step) : dropping(copy, step.day))
    if (copy === undefined || after === undefined) return
    const plan = planAttendee(copy, reread(after), this.#as(person))
    this.copies.set(person, reread(plan.store as Component))
    this.network.push(...plan.messages)
  }

  #transport({ kind, at: index }: Extract<Edit, { kind: 'deliver' | 'repeat' | 'lose' }>): void {
    const position = index % Math.max(1, this.network.length)
    const message = this.network[position]
    if (message === undefined) return
    if (kind !== 'repeat') this.network.splice(position, 1)
    if (kind !== 'lose') this.deliver(message)
  }

  deliver(message: SchedulingMessage): void {
    const isReply = message.method === 'REPLY'
    const stored = isReply ? this.organizer : this.copies.get(message.recipient)
    const { store } = deliver(stored, message)
    if (store === undefined) return
    if (isReply) this.organizer = reread(store)
    else this.copies.set(message.recipient, reread(store))
  }

  /** The network empties; then attendees say where they stand, and the organizer refreshes everybody, twice. */
  settle(): void {
    for (const message of this.network.splice(0)) this.deliver(message)
    for (let round = 0; round < 2; round += 1) {
      this.#refresh()
      for (const person of PEOPLE) this.#restate(person)
    }
    this.#refresh()
  }

  #refresh(): void {
    for (const message of this.#told(undefined)) this.deliver(message)
    for (const person of PEOPLE) {
      if (viewOf(seriesOf(this.organizer), person)?.master !== undefined) continue
      const copy = this.copies.get(person)
      if (copy === undefined) continue
      const invited = seriesOf(reread(inviting(this.organizer.calendar, person)))
      for (const message of this.#told(invited)) this.deliver(message)
    }
  }

  #told(before: Series | undefined): SchedulingMessage[] {
    const context = this.#as(ALICE)
    // Later than anything said before.
    this.#now += 100_000
    return messagesBetween(before, seriesOf(this.organizer), { ...context, stamp: this.#now })
  }

  #restate(person: string): void {
    const copy = this.copies.get(person)
    if (copy === undefined) return
    const blank = reread(unanswered(copy.calendar, person))
    const plan = planAttendee(blank, copy, this.#as(person))
    for (const message of plan.messages) this.deliver(message)
  }
}

function organized({ calendar, overrides, master }: CalendarObject, step: Edit): Component | undefined {
  if (master === undefined) return undefined
  const replaceMaster = (change: (component: Component) => Component) =>
    newComponent(
      'VCALENDAR',
      calendar.properties,
      calendar.components.map((component) => (component === master ? change(component) : component)),
    )
  const find = (number: number) =>
    overrides.find((override) => property(override, 'RECURRENCE-ID')?.value === idOf(number))
  const withOverride = (number: number, change: (override: Component) => Component) => {
    const known = find(number)
    const others = calendar.components.filter((component) => component !== known)
    return newComponent('VCALENDAR', calendar.properties, [
      ...others.map((component) => (component === master ? withoutExdate(component, number) : component)),
      change(known ?? instance(master, number)),
    ])
  }
  switch (step.kind) {
    case 'summary':
      return replaceMaster((component) =>
        withProperty(component, newProperty('SUMMARY', `Summary ${step.to}`)),
      )
    case 'stretch':
      return replaceMaster((component) =>
        withProperty(component, newProperty('DTEND', `20261201T10${step.to}000Z`)),
      )
    case 'move':
      return replaceMaster((component) =>
        withProperty(component, newProperty('RRULE', `FREQ=DAILY;COUNT=${4 + step.to}`)),
      )
    case 'invite':
      return replaceMaster((component) => invite(component, PEOPLE[step.who] as string))
    case 'remove':
      return newComponent(
        'VCALENDAR',
        calendar.properties,
        calendar.components.map((component) => uninvite(component, PEOPLE[step.who] as string)),
      )
    case 'override':
      return withOverride(step.day, (override) =>
        withProperty(
          override,
          newProperty('DTEND', `202612${String(step.day).padStart(2, '0')}T10${step.to}000Z`),
        ),
      )
    case 'only':
      return withOverride(step.day, (override) => {
        const person = PEOPLE[step.who] as string
        return step.isIn ? invite(override, person) : uninvite(override, person)
      })
    case 'exclude': {
      const known = find(step.day)
      const others = calendar.components.filter((component) => component !== known)
      return newComponent(
        'VCALENDAR',
        calendar.properties,
        others.map((component) =>
          component === master
            ? {
                ...withoutExdate(component, step.day),
                properties: [
                  ...withoutExdate(component, step.day).properties,
                  newProperty('EXDATE', idOf(step.day)),
                ],
              }
            : component,
        ),
      )
    }
    case 'restore':
      return replaceMaster((component) => withoutExdate(component, step.day))
    case 'revert': {
      const known = find(step.day)
      if (known === undefined) return undefined
      const others = calendar.components.filter((component) => component !== known)
      return newComponent('VCALENDAR', calendar.properties, others)
    }
    default:
      return undefined
  }
}

function instance(master: Component, number: number): Component {
  const id = idOf(number)
  const end = property(master, 'DTEND')?.value.slice(8) ?? 'T100000Z'
  const kept = master.properties.filter(({ name }) => !['RRULE', 'EXDATE', 'RDATE'].includes(name))
  const moved = kept.map((candidate) => {
    if (candidate.name === 'DTSTART') return newProperty('DTSTART', id)
    return candidate.name === 'DTEND' ? newProperty('DTEND', id.slice(0, 8) + end) : candidate
  })
  return newComponent('VEVENT', [...moved, newProperty('RECURRENCE-ID', id)])
}

function withoutExdate(master: Component, number: number): Component {
  return mapProperties(master, (candidate) =>
    candidate.name === 'EXDATE' && candidate.value === idOf(number) ? undefined : candidate,
  )
}

function invite(component: Component, person: string): Component {
  if (properties(component, 'ATTENDEE').some(({ value }) => value === person)) return component
  return { ...component, properties: [...component.properties, newProperty('ATTENDEE', person)] }
}

function uninvite(component: Component, person: string): Component {
  return mapProperties(component, (candidate) =>
    candidate.name === 'ATTENDEE' && candidate.value === person ? undefined : candidate,
  )
}

function inviting(calendar: Component, person: string): Component {
  return { ...calendar, components: calendar.components.map((component) => invite(component, person)) }
}

function answering(
  { calendar }: CalendarObject,
  person: string,
  step: Extract<Edit, { kind: 'answer' }>,
): Component | undefined {
  const wanted = step.day === undefined ? undefined : idOf(step.day)
  const target = calendar.components.find(
    (component) => property(component, 'RECURRENCE-ID')?.value === wanted,
  )
  if (target === undefined || isCancelled(target)) return undefined
  const answered = mapProperties(target, (candidate) =>
    candidate.name === 'ATTENDEE' && candidate.value === person
      ? withParameter(candidate, 'PARTSTAT', step.status)
      : candidate,
  )
  return {
    ...calendar,
    components: calendar.components.map((component) => (component === target ? answered : component)),
  }
}

function dropping({ calendar, master }: CalendarObject, number: number): Component | undefined {
  if (master === undefined || isCancelled(master)) return undefined
  const excluded = { ...master, properties: [...master.properties, newProperty('EXDATE', idOf(number))] }
  return {
    ...calendar,
    components: calendar.components
      .filter((component) => property(component, 'RECURRENCE-ID')?.value !== idOf(number))
      .map((component) => (component === master ? excluded : component)),
  }
}

function unanswered(calendar: Component, person: string): Component {
  return {
    ...calendar,
    components: calendar.components.map((component) =>
      mapProperties(component, (candidate) =>
        candidate.name === 'ATTENDEE' && candidate.value === person
          ? withParameter(candidate, 'PARTSTAT', 'NEEDS-ACTION')
          : candidate,
      ),
    ),
  }
}

/** What a person sees of the series and of each instance that was touched: when, what, and their answer. */
function seen(master: Component | undefined, series: Series, person: string): string[] {
  const isOn = master !== undefined && !isCancelled(master)
  const lines = isOn
    ? [`series ${described(master, series, person)} ${property(master, 'RRULE')?.value}`]
    : []
  for (const number of DAYS) {
    const instance = instanceOf(
      { ...series, master: isOn ? master : undefined },
      Date.UTC(2026, 11, number, 9),
    )
    if (instance === undefined || isCancelled(instance)) continue
    lines.push(`${number} ${described(instance, series, person)}`)
  }
  return lines
}

function described(component: Component, series: Series, person: string): string {
  const mine = properties(component, 'ATTENDEE').find(({ value }) => value === person)
  const answer = mine?.params.get('PARTSTAT')?.[0] ?? 'NEEDS-ACTION'
  return [timingOf(component, series), property(component, 'SUMMARY')?.value, answer].join(' ')
}

function agree(world: World, person: string): void {
  const truth = viewOf(seriesOf(world.organizer), person)
  const wanted =
    truth === undefined
      ? []
      : seen(truth.master, { ...seriesOf(world.organizer), overrides: truth.overrides }, person)
  const copy = world.copies.get(person)
  const held = copy === undefined ? [] : seen(copy.master, seriesOf(copy), person)
  // What they took out of their own calendar is declined in the organizer's.
  const own = copy?.master === undefined ? new Set<number>() : excludedKeys(copy.master, seriesOf(copy))
  const gone = (line: string) =>
    own.has(Date.UTC(2026, 11, Number.parseInt(line, 10), 9)) && line.endsWith('DECLINED')
  expect(held).to.deep.equal(wanted.filter((line) => !gone(line)))
}

describe('scheduling converges', () => {
  before(() => {
    config.truncateThreshold = 0
  })

  it('over a network that loses, repeats and reorders', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), (steps) => {
        const world = new World()
        for (const step of steps) world.apply(step)
        world.settle()
        for (const person of PEOPLE) agree(world, person)
      }),
      { numRuns: Number(process.env.RUNS ?? 300), seed: Number(process.env.SEED ?? 4) },
    )
  })

  it('at once over a network that does not', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), (steps) => {
        const world = new World()
        for (const message of world.network.splice(0)) world.deliver(message)
        for (const step of steps) {
          if (['deliver', 'repeat', 'lose'].includes(step.kind)) continue
          world.apply(step)
          for (const message of world.network.splice(0)) world.deliver(message)
          for (const person of PEOPLE) agree(world, person)
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 300), seed: Number(process.env.SEED ?? 4) },
    )
  })
})
