import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectSuccess, expectTrue } from '../expect.ts'
import { periodsOf } from '../fixtures/free-busy.ts'
import { componentSet } from '../fixtures/populated.ts'
import { freeBusyQuery } from '../fixtures/reports.ts'
import { calendar, component, event, type Lines } from '../ical/build.ts'
import { readCalendar } from '../ical/read.ts'
import { escapeXml } from '../xml/write.ts'

function availability(uid: string, lines: Lines, ...available: readonly Lines[]): string {
  const inside = available.map((each, n) =>
    component('AVAILABLE', [`UID:${uid}-${n}`, 'DTSTAMP:20260101T000000Z', ...each]),
  )
  return calendar(
    component('VAVAILABILITY', [`UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, ...inside.flat()]),
  )
}

const day = ['DTSTART:20260310T000000Z', 'DTEND:20260311T000000Z']
const office = ['DTSTART:20260310T090000Z', 'DTEND:20260310T170000Z']

async function busy(t: TestContext, href: string): Promise<string> {
  const response = await t.owner.report(href, freeBusyQuery('20260310T000000Z', '20260311T000000Z'))
  expectStatus(response, 200)
  return periodsOf(readCalendar(response.text)).join(' ')
}

/** A calendar that holds availability, or a skip. */
async function holding(t: TestContext, ...texts: string[]): Promise<string> {
  const href = `${t.owner.home}${t.name('cal')}/`
  const made = await t.makeCalendar(href, componentSet('VEVENT', 'VAVAILABILITY'))
  if (made.status !== 201) return t.skip(`a calendar for VAVAILABILITY is refused with ${made.status}`)
  for (const [n, text] of texts.entries()) {
    const stored = await t.owner.put(`${href}a${n}.ics`, text)
    if (stored.status !== 201) return t.skip(`VAVAILABILITY is refused with ${stored.status}`)
  }
  return href
}

/** Availability (RFC 7953). */
export const section: Section = {
  cite: 'RFC 7953 §5',
  title: 'Availability',
  needs: ['dav:calendar-availability'],
  tests: [
    must(
      'store VAVAILABILITY in a calendar made for it',
      'Calendars may hold availability objects.',
      async (t) => {
        const text = availability(t.name(), day, office)
        const href = await holding(t, text)
        expectTrue(
          (await t.owner.get(`${href}a0.ics`)).text.includes('BEGIN:AVAILABLE'),
          'The component is missing',
        )
      },
      { cite: 'RFC 7953 §3.1' },
    ),
    must(
      'count the time outside AVAILABLE as unavailable',
      'Within the range of the availability what is not available is busy-unavailable.',
      async (t) => {
        const href = await holding(t, availability(t.name(), day, office))
        expectSame(
          await busy(t, href),
          'BUSY-UNAVAILABLE 20260310T000000Z/20260310T090000Z BUSY-UNAVAILABLE 20260310T170000Z/20260311T000000Z',
          'Other periods were given',
        )
      },
      { cite: 'RFC 7953 §5' },
    ),
    must(
      'give that time the type BUSYTYPE names',
      'BUSYTYPE chooses the type of the time that is not available.',
      async (t) => {
        const href = await holding(t, availability(t.name(), [...day, 'BUSYTYPE:BUSY-TENTATIVE'], office))
        expectTrue(
          (await busy(t, href)).startsWith('BUSY-TENTATIVE 20260310T000000Z/20260310T090000Z'),
          'Other periods were given',
        )
      },
      { cite: 'RFC 7953 §3.2' },
    ),
    must(
      'keep events busy within available time',
      'Events are busy whatever the availability.',
      async (t) => {
        const href = await holding(
          t,
          availability(t.name(), day, office),
          calendar(event(t.name(), ['DTSTART:20260310T100000Z', 'DURATION:PT1H'])),
        )
        expectTrue(
          (await busy(t, href)).includes('BUSY 20260310T100000Z/20260310T110000Z'),
          'The event is missing',
        )
      },
      { cite: 'RFC 7953 §5' },
    ),
    must(
      'repeat AVAILABLE by its rule',
      'AVAILABLE recurs like events.',
      async (t) => {
        const href = await holding(
          t,
          availability(
            t.name(),
            ['DTSTART:20260301T000000Z', 'DTEND:20260401T000000Z'],
            ['DTSTART:20260302T090000Z', 'DTEND:20260302T170000Z', 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
          ),
        )
        expectSame(
          await busy(t, href),
          'BUSY-UNAVAILABLE 20260310T000000Z/20260310T090000Z BUSY-UNAVAILABLE 20260310T170000Z/20260311T000000Z',
          'Other periods were given',
        )
      },
      { cite: 'RFC 7953 §3.1' },
    ),
    must(
      'let the higher priority win where two overlap',
      'PRIORITY decides which availability counts; 1 is the highest.',
      async (t) => {
        const low = availability(t.name(), [...day, 'PRIORITY:9'], office)
        const high = availability(
          t.name(),
          ['DTSTART:20260310T080000Z', 'DTEND:20260310T120000Z', 'PRIORITY:1'],
          ['DTSTART:20260310T080000Z', 'DTEND:20260310T100000Z'],
        )
        const periods = await busy(t, await holding(t, low, high))
        expectTrue(
          periods.includes('BUSY-UNAVAILABLE 20260310T100000Z/20260310T120000Z'),
          'The higher priority does not win',
          periods,
        )
        expectTrue(!periods.includes('T000000Z/20260310T090000Z'), 'The lower priority wins', periods)
      },
      { cite: 'RFC 7953 §4' },
    ),
    must(
      'keep calendar-availability of the inbox',
      'The availability of a user is a property of the scheduling inbox.',
      async (t) => {
        t.need('inbox')
        const before = await t.owner.propertyText(t.owner.inbox, 'C:calendar-availability')
        const restore =
          before === ''
            ? t.owner.proppatch.bind(t.owner, t.owner.inbox, {}, ['C:calendar-availability'])
            : t.owner.proppatch.bind(t.owner, t.owner.inbox, { 'C:calendar-availability': escapeXml(before) })
        t.after(() => restore())
        expectSuccess(
          await t.owner.proppatch(t.owner.inbox, {
            'C:calendar-availability': escapeXml(availability(t.name(), day, office)),
          }),
        )
        expectTrue(
          (await t.owner.propertyText(t.owner.inbox, 'C:calendar-availability')).includes(
            'BEGIN:VAVAILABILITY',
          ),
          'It was not kept',
        )
      },
      { cite: 'RFC 7953 §7.2.4', needs: ['inbox'] },
    ),
  ],
  lane: 'scheduling',
}
