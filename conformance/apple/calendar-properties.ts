import { must, type Section } from '../engine/section.ts'
import { expectSame, expectSuccess, expectTrue } from '../expect.ts'
import { findAll, textOf } from '../xml/element.ts'

const alarmText =
  'BEGIN:VALARM\r\nX-WR-ALARMUID:1\r\nUID:1\r\nTRIGGER:-PT15M\r\nATTACH;VALUE=URI:Chord\r\nACTION:AUDIO\r\nEND:VALARM\r\n'

/** Properties Apple's clients keep on calendars and homes. */
export const section: Section = {
  cite: 'Apple properties',
  title: 'Colours, order and default alarms',
  tests: [
    ...['#FF2968', '#FF2968FF', '#1BADF8FF'].map((colour) =>
      must(
        `keep the colour ${colour}`,
        'calendar-color is kept as it was set, with six or eight digits.',
        async (t) => {
          const href = await t.calendar()
          expectSuccess(await t.owner.proppatch(href, { 'ICAL:calendar-color': colour }))
          expectSame(
            (await t.owner.propertyText(href, 'ICAL:calendar-color')).slice(0, 7),
            colour.slice(0, 7),
            'The colour differs',
          )
        },
      ),
    ),
    must('keep calendar-order', 'calendar-order is a number the client chose.', async (t) => {
      const href = await t.calendar()
      expectSuccess(await t.owner.proppatch(href, { 'ICAL:calendar-order': '7' }))
      expectSame(await t.owner.propertyText(href, 'ICAL:calendar-order'), '7', 'The value differs')
    }),
    must(
      'replace a colour rather than add to it',
      'A new value with another attribute takes the place of the old one.',
      async (t) => {
        const href = await t.calendar()
        for (const [colour, name] of [
          ['#FF2968FF', 'red'],
          ['#1BADF8FF', 'blue'],
        ] as const) {
          const set = `<D:set><D:prop><ICAL:calendar-color symbolic-color="${name}">${colour}</ICAL:calendar-color></D:prop></D:set>`
          const body = `<D:propertyupdate xmlns:D="DAV:" xmlns:ICAL="http://apple.com/ns/ical/">${set}</D:propertyupdate>`
          expectSuccess(await t.owner.request('PROPPATCH', href, { body }))
        }
        const response = await t.owner.propfind(href, ['ICAL:calendar-color'])
        const found = findAll(response.xml(), 'ICAL:calendar-color')
        expectSame(found.map((each) => textOf(each).slice(0, 7)).join(), '#1BADF8', 'Other values were given')
      },
    ),
    must('never give an empty colour', 'An empty calendar-color makes clients fail.', async (t) => {
      const value = await t.owner.property(await t.calendar(), 'ICAL:calendar-color')
      expectTrue(
        value === undefined || /^#[0-9a-f]{6}/i.test(textOf(value)),
        'It is no colour',
        value?.source,
      )
    }),
    ...['default-alarm-vevent-date', 'default-alarm-vevent-datetime'].map((name) =>
      must(`keep ${name} on the home`, 'Default alarms are kept as the text they are.', async (t) => {
        const before = await t.owner.property(t.owner.home, `C:${name}`)
        t.after(() =>
          before === undefined
            ? t.owner.proppatch(t.owner.home, {}, [`C:${name}`])
            : t.owner.proppatch(t.owner.home, { [`C:${name}`]: `<![CDATA[${before.text}]]>` }),
        )
        expectSuccess(await t.owner.proppatch(t.owner.home, { [`C:${name}`]: `<![CDATA[${alarmText}]]>` }))
        const kept = (await t.owner.property(t.owner.home, `C:${name}`))?.text.replaceAll('\r\n', '\n').trim()
        expectSame(kept, alarmText.replaceAll('\r\n', '\n').trim(), 'The text differs')
      }),
    ),
    must(
      'keep a calendar time zone written with character references',
      'CR as a reference and CDATA are ways to write the same text.',
      async (t) => {
        const href = await t.calendar()
        const zone =
          'BEGIN:VCALENDAR&#13;\nVERSION:2.0&#13;\nPRODID:-//Apple Inc.//EN&#13;\nBEGIN:VTIMEZONE&#13;\nTZID:Europe/Berlin&#13;\nBEGIN:STANDARD&#13;\nDTSTART:19961027T030000&#13;\nTZOFFSETFROM:+0200&#13;\nTZOFFSETTO:+0100&#13;\nEND:STANDARD&#13;\nEND:VTIMEZONE&#13;\nEND:VCALENDAR&#13;\n'
        expectSuccess(await t.owner.proppatch(href, { 'C:calendar-timezone': zone }))
        expectTrue(
          (await t.owner.propertyText(href, 'C:calendar-timezone')).includes('TZID:Europe/Berlin'),
          'The text differs',
        )
      },
    ),
  ],
  lane: 'home-properties',
}
