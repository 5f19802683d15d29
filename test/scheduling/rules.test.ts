import { expect } from 'chai'
import type { Component } from '../../src/ical/component.ts'
import type { CalendarObject } from '../../src/ical/object.ts'
import { planAttendee } from '../../src/scheduling/attendee.ts'
import { SchedulingError } from '../../src/scheduling/errors.ts'
import type { SchedulingMessage } from '../../src/scheduling/message.ts'
import { planOrganizer } from '../../src/scheduling/organizer.ts'
import { roleOfChange } from '../../src/scheduling/role.ts'
import {
  ALICE,
  answerOf,
  attendee,
  BOB,
  CAROL,
  componentOf,
  deliver,
  event,
  NOW,
  own,
  parameterOf,
  reread,
  textOf,
  told,
  vevent,
} from './support.ts'

const asAlice = { own: own(ALICE), now: NOW }
const asBob = { own: own(BOB), now: NOW, isSilent: false }
const DAILY = 'RRULE:FREQ=DAILY;COUNT=5'
const THIRD = '20261203T090000Z'

function organize(before: CalendarObject | undefined, after: CalendarObject | undefined) {
  return planOrganizer(before, after, asAlice)
}

const series = (...lines: string[]) => vevent(DAILY, attendee(BOB), ...lines)
const third = (...lines: string[]) =>
  vevent(`RECURRENCE-ID:${THIRD}`, `DTSTART:${THIRD}`, 'DTEND:20261203T100000Z', ...lines)

/** Bob's copy of what Alice wrote. */
function copy(object: CalendarObject): CalendarObject {
  const message = organize(undefined, object).messages.find(({ recipient }) => recipient === BOB)
  return reread(deliver(undefined, message as SchedulingMessage).store as Component)
}

const changed = (object: CalendarObject, change: (text: string[]) => string[]): CalendarObject =>
  event(change(linesOf(object)))

/** The lines of the one VEVENT of an object. */
function linesOf(object: CalendarObject): string[] {
  const component = componentOf(object) as Component
  const lines = component.properties.map(({ name, params, value }) =>
    [name, ...[...params].map(([key, values]) => `${key}=${values.join(',')}`)].join(';').concat(`:${value}`),
  )
  return ['BEGIN:VEVENT', ...lines, 'END:VEVENT']
}

describe('what an organizer’s change sends', () => {
  it('invites everybody it names but the organizer, and asks for answers', () => {
    const { messages } = organize(undefined, event(vevent(attendee(ALICE), attendee(BOB), attendee(CAROL))))
    expect(told(messages)).to.deep.equal(['bob REQUEST series', 'carol REQUEST series'])
    expect(parameterOf(messages[0]?.calendar, BOB, 'RSVP')).to.equal('TRUE')
    expect(textOf(messages[0]?.calendar, 'DTSTAMP')).to.equal('20261122T120000Z')
  })

  it('cancels for those left out and for everybody on removal', () => {
    const before = event(vevent(attendee(BOB), attendee(CAROL)))
    const plan = organize(before, event(vevent(attendee(BOB))))
    expect(told(plan.messages)).to.include('carol CANCEL series')
    expect(told(organize(before, undefined).messages)).to.deep.equal([
      'bob CANCEL series',
      'carol CANCEL series',
    ])
  })

  it('turns an EXDATE into a CANCEL of the instance, and an override into a REQUEST of it alone', () => {
    const before = event(series())
    expect(told(organize(before, event(series(`EXDATE:${THIRD}`))).messages)).to.deep.equal([
      `bob CANCEL ${THIRD}`,
    ])
    const moved = event(series(), third('SUMMARY:Elsewhere', attendee(BOB)))
    expect(told(organize(before, moved).messages)).to.deep.equal([`bob REQUEST ${THIRD}`])
  })

  it('tells nobody of instances they are not invited to', () => {
    const { messages } = organize(undefined, event(series(), third(attendee(BOB), attendee(CAROL))))
    expect(told(messages)).to.deep.equal([`bob REQUEST series ${THIRD}`, `carol REQUEST ${THIRD}`])
    const without = organize(undefined, event(series(), third(attendee(CAROL)))).messages
    expect(textOf(without[0]?.calendar, 'EXDATE')).to.equal(THIRD)
  })

  it('says nothing to those whose client does, and nothing private', () => {
    const text = vevent(
      attendee(BOB, 'SCHEDULE-AGENT=CLIENT'),
      attendee(CAROL, 'SCHEDULE-STATUS=1.2'),
      'X-PRIVATE:mine',
    )
    const { messages } = organize(undefined, event(text))
    expect(told(messages)).to.deep.equal(['carol REQUEST series'])
    expect(textOf(messages[0]?.calendar, 'X-PRIVATE')).to.equal(undefined)
    expect(parameterOf(messages[0]?.calendar, CAROL, 'SCHEDULE-STATUS')).to.equal(undefined)
  })

  it('cannot forge an answer, and keeps one that came in meanwhile', () => {
    const { store } = organize(undefined, event(vevent(attendee(BOB, 'PARTSTAT=ACCEPTED'))))
    expect(answerOf(store, BOB)).to.equal('NEEDS-ACTION')
    const answered = event(vevent(attendee(BOB, 'PARTSTAT=ACCEPTED')))
    const stale = organize(answered, event(vevent('SUMMARY:Other', attendee(BOB))))
    expect(answerOf(stale.store, BOB)).to.equal('ACCEPTED')
  })

  it('asks again and counts up when the time changes', () => {
    const answered = event(vevent(attendee(BOB, 'PARTSTAT=ACCEPTED'), 'SEQUENCE:3'))
    const { store, messages } = organize(
      answered,
      event(vevent('DTEND:20261201T113000Z', attendee(BOB), 'SEQUENCE:3')),
    )
    expect(answerOf(store, BOB)).to.equal('NEEDS-ACTION')
    expect(textOf(store, 'SEQUENCE')).to.equal('4')
    expect(answerOf(messages[0]?.calendar, BOB)).to.equal('NEEDS-ACTION')
  })

  it('marks what is over, and sends again when forced', () => {
    const over = vevent('DTSTART:20200101T090000Z', 'DTEND:20200101T100000Z', attendee(BOB))
    expect(organize(undefined, event(over)).messages[0]?.isPast).to.equal(true)
    const before = event(vevent(attendee(BOB)))
    const forced = organize(before, event(vevent(attendee(BOB, 'SCHEDULE-FORCE-SEND=REQUEST'))))
    expect(told(forced.messages)).to.deep.equal(['bob REQUEST series'])
    expect(parameterOf(forced.store, BOB, 'SCHEDULE-FORCE-SEND')).to.equal(undefined)
  })

  it('stamps two messages of one second apart', () => {
    const first = organize(undefined, event(vevent(attendee(BOB))))
    const again = organize(reread(first.store as Component), event(vevent(attendee(BOB), attendee(CAROL))))
    const held = copy(event(vevent(attendee(BOB))))
    const message = again.messages.find(({ recipient }) => recipient === BOB) as SchedulingMessage
    expect(deliver(held, message).effect).to.equal('applied')
  })
})

describe('what an attendee’s change sends', () => {
  it('answers what was answered, and nothing else', () => {
    const held = copy(event(vevent(attendee(BOB))))
    const same = planAttendee(held, held, asBob)
    expect(same.messages).to.deep.equal([])
    const accepted = changed(held, (lines) => lines.map((line) => line.replace('NEEDS-ACTION', 'ACCEPTED')))
    const answer = changed(held, (lines) =>
      lines.map((line) => (line.includes('bob@') ? attendee(BOB, 'PARTSTAT=ACCEPTED') : line)),
    )
    expect(accepted.uid).to.equal(answer.uid)
    const { messages } = planAttendee(held, answer, asBob)
    expect(told(messages)).to.deep.equal(['alice REPLY series'])
    expect(planAttendee(held, answer, { ...asBob, isSilent: true }).messages).to.deep.equal([])
  })

  it('may add what is their own, and not what is the organizer’s', () => {
    const held = copy(event(vevent(attendee(BOB))))
    for (const line of [
      'TRANSP:TRANSPARENT',
      'CATEGORIES:Mine',
      'X-MINE:1',
      'COMMENT:Late',
      'CLASS:PUBLIC',
    ]) {
      expect(
        () =>
          planAttendee(
            held,
            changed(held, (lines) => [...lines.slice(0, -1), line, 'END:VEVENT']),
            asBob,
          ),
        line,
      ).not.to.throw()
    }
    for (const [from, to] of [
      ['SUMMARY:Planning', 'SUMMARY:Mine'],
      ['DTEND:20261201T100000Z', 'DTEND:20261201T120000Z'],
      ['END:VEVENT', 'LOCATION:Here\r\nEND:VEVENT'],
      ['END:VEVENT', `${attendee(CAROL)}\r\nEND:VEVENT`],
    ] as const) {
      const bad = changed(held, (lines) => lines.map((line) => line.replace(from, to)))
      expect(() => planAttendee(held, bad, asBob), to).to.throw(SchedulingError)
    }
  })

  it('gets back what their client left out, and is refused what is older than the organizer’s last change', () => {
    const held = copy(event(vevent('LOCATION:Room', 'SEQUENCE:2', attendee(BOB))))
    const without = changed(held, (lines) => lines.filter((line) => !line.startsWith('LOCATION')))
    expect(textOf(planAttendee(held, without, asBob).store, 'LOCATION')).to.equal('Room')
    const stale = changed(held, (lines) => lines.map((line) => line.replace('SEQUENCE:2', 'SEQUENCE:1')))
    expect(() => planAttendee(held, stale, asBob)).to.throw(SchedulingError, 'SEQUENCE')
  })

  it('declines what they take out', () => {
    const held = copy(event(series()))
    const out = changed(held, (lines) => [...lines.slice(0, -1), `EXDATE:${THIRD}`, 'END:VEVENT'])
    const { messages } = planAttendee(held, out, asBob)
    expect(told(messages)).to.deep.equal([`alice REPLY ${THIRD}`])
    expect(answerOf(messages[0]?.calendar, BOB, THIRD)).to.equal('DECLINED')
    expect(told(planAttendee(held, undefined, asBob).messages)).to.deep.equal(['alice REPLY series'])
  })

  it('answers instances the series has, and makes none', () => {
    const instance = (at: string) =>
      vevent(
        `RECURRENCE-ID:${at}`,
        `DTSTART:${at}`,
        `DTEND:${at.replace('T09', 'T10')}`,
        attendee(BOB, 'PARTSTAT=DECLINED'),
      )
    const held = copy(
      event(vevent(DAILY, 'RDATE:20270101T090000Z', 'EXDATE:20261202T090000Z', attendee(BOB))),
    )
    const answering = (at: string) =>
      planAttendee(held, event(linesOf(held), instance(at)), asBob).messages.map(({ method }) => method)
    for (const at of ['20261201T090000Z', THIRD, '20270101T090000Z'])
      expect(answering(at), at).to.deep.equal(['REPLY'])
    for (const at of ['20261202T090000Z', '20261206T090000Z', '20261130T090000Z', '20261203T093000Z'])
      expect(() => answering(at), at).to.throw(SchedulingError, 'instance')
    const single = copy(event(vevent(attendee(BOB))))
    expect(() => planAttendee(single, event(linesOf(single), instance(THIRD)), asBob)).to.throw(
      SchedulingError,
    )
    const days = ['DTSTART;VALUE=DATE:20261201', 'DTEND;VALUE=DATE:20261202']
    const allDay = copy(event(vevent(...days, DAILY, attendee(BOB))))
    const day = vevent(
      'RECURRENCE-ID;VALUE=DATE:20261203',
      'DTSTART;VALUE=DATE:20261203',
      'DTEND;VALUE=DATE:20261204',
      attendee(BOB, 'PARTSTAT=DECLINED'),
    )
    expect(planAttendee(allDay, event(linesOf(allDay), day), asBob).messages).to.have.length(1)
  })

  it('who is invited to single instances only answers those', () => {
    const organizer = event(vevent(DAILY, attendee(CAROL)), third(attendee(CAROL), attendee(BOB)))
    const held = copy(organizer)
    const answer = event(third(attendee(CAROL), attendee(BOB, 'PARTSTAT=ACCEPTED')))
    const { messages } = planAttendee(held, answer, asBob)
    expect(told(messages)).to.deep.equal([`alice REPLY ${THIRD}`])
    const fourth = '20261204T090000Z'
    const more = event(
      third(attendee(CAROL), attendee(BOB)),
      vevent(`RECURRENCE-ID:${fourth}`, `DTSTART:${fourth}`, 'DTEND:20261204T100000Z', attendee(BOB)),
    )
    expect(() => planAttendee(held, more, asBob)).to.throw(SchedulingError, 'instance')
  })

  it('cannot take the meeting over', () => {
    const held = copy(event(vevent(attendee(BOB))))
    const mine = changed(held, (lines) =>
      lines.map((line) => (line.startsWith('ORGANIZER') ? `ORGANIZER:${BOB}` : line)),
    )
    expect(roleOfChange(held, mine, own(BOB))).to.equal('attendee')
    expect(() => planAttendee(held, mine, asBob)).to.throw(SchedulingError, 'ORGANIZER')
  })
})

describe('what a message does to a copy', () => {
  const reply = (status: string, held: CalendarObject) =>
    planAttendee(
      held,
      changed(held, (lines) =>
        lines.map((line) => (line.includes('bob@') ? attendee(BOB, `PARTSTAT=${status}`) : line)),
      ),
      asBob,
    ).messages[0] as SchedulingMessage

  it('a REPLY is on record once, and an older one never', () => {
    const organizer = event(vevent(attendee(BOB)))
    const answer = reply('ACCEPTED', copy(organizer))
    const first = deliver(organizer, answer)
    expect(answerOf(first.store, BOB)).to.equal('ACCEPTED')
    expect(parameterOf(first.store, BOB, 'SCHEDULE-STATUS')).to.equal('2.0')
    expect(deliver(reread(first.store as Component), answer).effect).to.equal('outdated')
  })

  it('a REPLY by somebody else, or by nobody invited, does nothing', () => {
    const organizer = event(vevent(attendee(BOB)))
    const answer = reply('ACCEPTED', copy(organizer))
    expect(deliver(organizer, { ...answer, sender: CAROL }).effect).to.equal('ignored')
    const uninvited = event(vevent(attendee(CAROL)))
    expect(deliver(uninvited, answer).effect).to.equal('ignored')
    expect(answerOf(deliver(uninvited, answer, true).store, BOB)).to.equal('ACCEPTED')
  })

  it('a delegate is invited in the attendee’s stead', () => {
    const organizer = event(vevent(attendee(BOB)))
    const held = copy(organizer)
    const delegating = changed(held, (lines) => [
      ...lines
        .slice(0, -1)
        .map((line) =>
          line.includes('bob@') ? attendee(BOB, `PARTSTAT=DELEGATED;DELEGATED-TO="${CAROL}"`) : line,
        ),
      attendee(CAROL, `DELEGATED-FROM="${BOB}"`),
      'END:VEVENT',
    ])
    const [message] = planAttendee(held, delegating, asBob).messages
    const { store } = deliver(organizer, message as SchedulingMessage)
    expect(answerOf(store, BOB)).to.equal('DELEGATED')
    expect(answerOf(store, CAROL)).to.equal('NEEDS-ACTION')
    expect(parameterOf(store, CAROL, 'RSVP')).to.equal('TRUE')
  })

  it('a reply delegates to a few, and only when it says that it delegates', () => {
    const organizer = event(vevent(attendee(ALICE), attendee(BOB)))
    const many = Array.from({ length: 20 }, (_, number) => `"mailto:d${number}@example.test"`).join(',')
    const invited = (status: string) => {
      const held = event(vevent(attendee(ALICE), attendee(BOB)))
      const text = event(vevent(attendee(ALICE), attendee(BOB, `PARTSTAT=${status};DELEGATED-TO=${many}`)))
      const [message] = planAttendee(held, text, asBob).messages
      const { store } = deliver(organizer, message as SchedulingMessage)
      return componentOf(store)?.properties.filter(({ name }) => name === 'ATTENDEE').length
    }
    expect(invited('DELEGATED')).to.equal(2 + 5)
    expect(invited('ACCEPTED')).to.equal(2)
  })

  it('an update keeps the recipient’s alarms, transparency, private properties and answer', () => {
    const before = event(vevent(attendee(BOB, 'PARTSTAT=ACCEPTED')))
    const base = linesOf(before).slice(0, -1)
    const mine = [
      'TRANSP:TRANSPARENT',
      'X-MINE:1',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:x',
      'TRIGGER:-PT5M',
      'END:VALARM',
    ]
    const held = event([...base, ...mine, 'END:VEVENT'])
    const { messages } = organize(before, event(vevent('SUMMARY:New', attendee(BOB))))
    const { store } = deliver(held, messages[0] as SchedulingMessage)
    expect(textOf(store, 'SUMMARY')).to.equal('New')
    expect(textOf(store, 'TRANSP')).to.equal('TRANSPARENT')
    expect(textOf(store, 'X-MINE')).to.equal('1')
    expect(answerOf(store, BOB)).to.equal('ACCEPTED')
    expect(componentOf(store)?.components.map(({ name }) => name)).to.deep.equal(['VALARM'])
  })

  it('a series that ends earlier keeps its answers, one that goes on asks again, however the ends are written', () => {
    const written = (end: string) => event(vevent(`RRULE:FREQ=DAILY;${end}`, attendee(BOB)))
    const accepted = (end: string) =>
      event(vevent(`RRULE:FREQ=DAILY;${end}`, attendee(BOB, 'PARTSTAT=ACCEPTED')))
    const cases = [
      ['COUNT=6', 'UNTIL=20261203T090000Z', 'ACCEPTED'],
      ['COUNT=6', 'UNTIL=20261206T090000Z', 'ACCEPTED'],
      ['COUNT=6', 'UNTIL=20261207T090000Z', 'NEEDS-ACTION'],
      ['UNTIL=20261206T090000Z', 'COUNT=6', 'ACCEPTED'],
      ['UNTIL=20261206T090000Z', 'COUNT=1000', 'NEEDS-ACTION'],
      ['COUNT=6', 'COUNT=5', 'ACCEPTED'],
      ['COUNT=6', 'INTERVAL=1', 'NEEDS-ACTION'],
      ['UNTIL=20261206T090000Z', 'UNTIL=20261208', 'NEEDS-ACTION'],
    ] as const
    for (const [before, after, status] of cases) {
      const { store } = organize(accepted(before), written(after))
      expect(answerOf(store, BOB), `${before} to ${after}`).to.equal(status)
    }
  })

  it('nobody takes over a meeting by a REQUEST', () => {
    const held = copy(event(vevent(attendee(BOB))))
    const theirs = planOrganizer(
      undefined,
      event(vevent(`ORGANIZER:${CAROL}`, attendee(BOB), 'SEQUENCE:9')),
      {
        own: own(CAROL),
        now: NOW + 1000,
      },
    )
    expect(deliver(held, theirs.messages[0] as SchedulingMessage).effect).to.equal('ignored')
  })
})
