import { must, type Section } from '../engine/section.ts'
import { expectSame, expectTrue } from '../expect.ts'
import { instancesOf, retrieve } from '../fixtures/retrieved.ts'
import { alarm, calendar, component, event } from '../ical/build.ts'
import { componentsOf, lineOf, paramOf, readCalendar, textValue } from '../ical/read.ts'
import { newYork } from '../ical/zones.ts'

const daily = ['DTSTART:20260601T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=5']

const rich = (uid: string): string =>
  calendar(
    newYork,
    event(uid, [
      'DTSTART;TZID=America/New_York:20260601T100000',
      'DURATION:PT1H',
      'SUMMARY:Rich',
      'DESCRIPTION:Long',
      'LOCATION:Here',
      ...alarm(['TRIGGER:-PT5M']),
    ]),
  )

/** The calendar-data element in reports: partial retrieval, and parts of a series (RFC 4791 §9.6). */
export const section: Section = {
  cite: 'RFC 4791 §9.6',
  title: 'calendar-data',
  tests: [
    must(
      'return only overrides that matter with limit-recurrence-set',
      'The master comes with the overrides whose old or new time overlaps the range, and no others.',
      async (t) => {
        const text = calendar(
          event(t.name(), daily),
          event('', ['RECURRENCE-ID:20260602T100000Z', 'DTSTART:20260602T180000Z', 'DURATION:PT1H']),
          event('', ['RECURRENCE-ID:20260605T100000Z', 'DTSTART:20260605T180000Z', 'DURATION:PT1H']),
        )
        const uid = textValue(componentsOf(readCalendar(text), 'VEVENT')[0], 'UID')
        const href = await t.object(await t.calendar(), text.replaceAll('UID:\r\n', `UID:${uid}\r\n`))
        const found = await retrieve(
          t,
          href,
          '<C:limit-recurrence-set start="20260602T000000Z" end="20260603T000000Z"/>',
        )
        expectSame(
          instancesOf(found).join('\n'),
          '- 20260601T100000Z\n20260602T100000Z 20260602T180000Z',
          'Other components were given',
        )
      },
      { cite: 'RFC 4791 §9.6.6' },
    ),
    must(
      'keep the rule of the master with limit-recurrence-set',
      'The master is returned as it is.',
      async (t) => {
        const href = await t.object(await t.calendar(), calendar(event(t.name(), daily)))
        const found = await retrieve(
          t,
          href,
          '<C:limit-recurrence-set start="20260602T000000Z" end="20260603T000000Z"/>',
        )
        expectSame(
          textValue(componentsOf(found, 'VEVENT')[0], 'RRULE'),
          'FREQ=DAILY;COUNT=5',
          'The rule differs',
        )
      },
      { cite: 'RFC 4791 §9.6.6' },
    ),
    must(
      'return only the free-busy periods in the range with limit-freebusy-set',
      'Periods that do not overlap the range are left out.',
      async (t) => {
        const calendarHref = `${t.owner.home}${t.name('cal')}/`
        const made = await t.makeCalendar(
          calendarHref,
          '<C:supported-calendar-component-set><C:comp name="VFREEBUSY"/></C:supported-calendar-component-set>',
        )
        const text = calendar(
          component('VFREEBUSY', [
            `UID:${t.name()}`,
            'DTSTAMP:20260101T000000Z',
            'FREEBUSY:20260601T100000Z/PT1H',
            'FREEBUSY:20260701T100000Z/PT1H',
          ]),
        )
        if (made.status !== 201 || (await t.owner.put(`${calendarHref}fb.ics`, text)).status !== 201)
          return t.skip('calendars hold no VFREEBUSY here')
        const found = await retrieve(
          t,
          `${calendarHref}fb.ics`,
          '<C:limit-freebusy-set start="20260601T000000Z" end="20260602T000000Z"/>',
        )
        const lines = componentsOf(found, 'VFREEBUSY').flatMap((each) =>
          each.lines.filter((line) => line.name === 'FREEBUSY'),
        )
        expectSame(lines.map((line) => line.value.slice(0, 8)).join(), '20260601', 'Other periods were given')
      },
      { cite: 'RFC 4791 §9.6.7' },
    ),
    must(
      'return only the properties named',
      'prop elements choose the properties of a component.',
      async (t) => {
        const href = await t.object(await t.calendar(), rich(t.name()))
        const found = await retrieve(
          t,
          href,
          '<C:comp name="VCALENDAR"><C:prop name="VERSION"/><C:comp name="VEVENT"><C:prop name="UID"/><C:prop name="SUMMARY"/></C:comp></C:comp>',
        )
        const [eventFound] = componentsOf(found, 'VEVENT')
        expectSame(
          eventFound?.lines
            .map((line) => line.name)
            .sort()
            .join(),
          'SUMMARY,UID',
          'Other properties were given',
        )
      },
      { cite: 'RFC 4791 §9.6.1' },
    ),
    must(
      'return only the components named',
      'comp elements choose components; alarms and zones not named are left out.',
      async (t) => {
        const href = await t.object(await t.calendar(), rich(t.name()))
        const found = await retrieve(
          t,
          href,
          '<C:comp name="VCALENDAR"><C:allprop/><C:comp name="VEVENT"><C:allprop/></C:comp></C:comp>',
        )
        expectSame(found.components.map((each) => each.name).join(), 'VEVENT', 'Other components were given')
        expectSame(componentsOf(found, 'VEVENT')[0]?.components.length, 0, 'The alarm was given')
      },
      { cite: 'RFC 4791 §9.6.1' },
    ),
    must(
      'return all components with allcomp',
      'allcomp stands for every component inside.',
      async (t) => {
        const href = await t.object(await t.calendar(), rich(t.name()))
        const found = await retrieve(t, href, '<C:comp name="VCALENDAR"><C:allprop/><C:allcomp/></C:comp>')
        expectSame(
          found.components
            .map((each) => each.name)
            .sort()
            .join(),
          'VEVENT,VTIMEZONE',
          'Other components were given',
        )
      },
      { cite: 'RFC 4791 §9.6.2' },
    ),
    must(
      'return all properties with allprop',
      'allprop stands for every property of the component.',
      async (t) => {
        const href = await t.object(await t.calendar(), rich(t.name()))
        const found = await retrieve(
          t,
          href,
          '<C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:allprop/></C:comp></C:comp>',
        )
        const names = componentsOf(found, 'VEVENT')[0]?.lines.map((line) => line.name) ?? []
        for (const name of ['UID', 'SUMMARY', 'DESCRIPTION', 'LOCATION', 'DTSTART'])
          expectTrue(names.includes(name), `${name} is missing`, names.join())
      },
      { cite: 'RFC 4791 §9.6.3' },
    ),
    must(
      'return a property without its value for novalue',
      'novalue="yes" asks for the name and parameters alone.',
      async (t) => {
        const href = await t.object(await t.calendar(), rich(t.name()))
        const found = await retrieve(
          t,
          href,
          '<C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:prop name="DESCRIPTION" novalue="yes"/><C:prop name="SUMMARY"/></C:comp></C:comp>',
        )
        const [eventFound] = componentsOf(found, 'VEVENT')
        expectSame(
          lineOf(eventFound, 'DESCRIPTION')?.value,
          '',
          'The value was given, or the property is missing',
        )
        expectSame(textValue(eventFound, 'SUMMARY'), 'Rich', 'The title differs')
      },
      {
        cite: 'RFC 4791 §9.6.4',
        why: 'RFC 4791 §9.6.4 leaves the value out for novalue="yes", so that a client can ask whether a long property is there.',
      },
    ),
    must(
      'keep parameters of the properties it returns',
      'A chosen property comes whole.',
      async (t) => {
        const href = await t.object(await t.calendar(), rich(t.name()))
        const found = await retrieve(
          t,
          href,
          '<C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:prop name="DTSTART"/></C:comp></C:comp>',
        )
        expectSame(
          paramOf(lineOf(componentsOf(found, 'VEVENT')[0], 'DTSTART'), 'TZID'),
          'America/New_York',
          'The parameter differs',
        )
      },
      { cite: 'RFC 4791 §9.6.4' },
    ),
  ],
}
