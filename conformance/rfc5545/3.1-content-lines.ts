import { must, type Section } from '../engine/section.ts'
import { expectSame, expectStatus, expectTrue } from '../expect.ts'
import { type RoundTrip, roundTripTests } from '../fixtures/round-trip.ts'
import { simpleEvent } from '../ical/build.ts'
import { componentsOf, readCalendar, textValue } from '../ical/read.ts'

const trips: readonly RoundTrip[] = [
  {
    what: 'a line far longer than 75 octets',
    lines: [`DESCRIPTION:${'All work and no play. '.repeat(200)}end`],
  },
  {
    what: 'characters of several octets where lines are folded',
    lines: [`DESCRIPTION:${'äöü日本語𝄞'.repeat(40)}`],
  },
  {
    what: 'escaped commas, semicolons, backslashes and line ends',
    lines: ['DESCRIPTION:a\\, b\\; c\\\\ d\\ne'],
    cite: 'RFC 5545 §3.3.11',
  },
  {
    what: 'a parameter value in quotes',
    lines: ['LOCATION;ALTREP="http://example.com/a;b,c:d":Room'],
    cite: 'RFC 5545 §3.2',
  },
  {
    what: 'several values of one parameter',
    lines: ['X-LIST;X-OF=one,"two, too",three:values'],
    cite: 'RFC 5545 §3.2',
  },
  { what: 'an empty value', lines: ['X-EMPTY:'] },
  { what: 'a value with colons, semicolons and quotes', lines: ['X-RAW:a:b;c="d",e'] },
  {
    what: 'a parameter with the circumflex escapes of RFC 6868',
    lines: ["X-SAID;X-BY=George ^'Babe^' Ruth^nline two ^^:yes"],
    cite: 'RFC 6868 §3',
  },
  { what: 'emoji with modifiers and joiners', lines: ['DESCRIPTION:👩🏽‍🚀 lift-off 🇺🇳'] },
  { what: 'text from right to left', lines: ['COMMENT:اجتماع הישיבה'] },
]

/** Content lines: folding, escapes, parameters (RFC 5545 §3.1). */
export const section: Section = {
  cite: 'RFC 5545 §3.1',
  title: 'Content lines',
  tests: [
    ...roundTripTests(
      'What a line says is kept: folding is undone, escapes and parameters mean what they meant.',
      trips,
    ),
    must(
      'understand lines folded in the middle of a character',
      'Unfolding comes before decoding.',
      async (t) => {
        const text = Buffer.from(simpleEvent(t.name(), 'Grüße'))
        const at = text.indexOf(Buffer.from('ü')) + 1
        const folded = Buffer.concat([text.subarray(0, at), Buffer.from('\r\n '), text.subarray(at)])
        const href = `${await t.calendar()}folded.ics`
        expectStatus(await t.owner.put(href, folded), 201)
        const octets = (await t.owner.get(href)).octets.toString('latin1').replace(/\r?\n[ \t]/g, '')
        expectTrue(
          Buffer.from(octets, 'latin1').toString('utf8').includes('SUMMARY:Grüße'),
          'The title differs',
        )
      },
    ),
    must(
      'understand names in any case',
      'Names of components, properties and parameters are caseless.',
      async (t) => {
        const text = simpleEvent(t.name())
          .replace('BEGIN:VEVENT', 'begin:vevent')
          .replace('END:VEVENT', 'End:VEvent')
          .replace('SUMMARY', 'Summary')
          .replace('DTSTART', 'dtstart')
        const href = `${await t.calendar()}case.ics`
        expectStatus(await t.owner.put(href, text), 201)
        const [event] = componentsOf(readCalendar((await t.owner.get(href)).text), 'VEVENT')
        expectSame(textValue(event, 'SUMMARY'), 'Simple', 'The title differs')
      },
      { cite: 'RFC 5545 §2' },
    ),
    must('end every line it sends with CRLF', 'Lines are delimited by CRLF.', async (t) => {
      const href = await t.object(await t.calendar(), simpleEvent(t.name()))
      expectTrue(!/[^\r]\n/.test((await t.owner.get(href)).text), 'A bare line feed was sent')
    }),
    must(
      'understand a tab as the mark of a folded line',
      'A folded line goes on after a space or a tab.',
      async (t) => {
        const href = `${await t.calendar()}tab.ics`
        expectStatus(
          await t.owner.put(href, simpleEvent(t.name()).replace('SUMMARY:Simple', 'SUMMARY:Sim\r\n\tple')),
          201,
        )
        const [event] = componentsOf(readCalendar((await t.owner.get(href)).text), 'VEVENT')
        expectSame(textValue(event, 'SUMMARY'), 'Simple', 'The title differs')
      },
    ),
  ],
}
