import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectCondition, expectSame, expectTrue } from '../expect.ts'
import { instancesOf, retrieve } from '../fixtures/retrieved.ts'
import { calendar, event } from '../ical/build.ts'
import { childrenOf, textOf } from '../xml/element.ts'

type Row = readonly [what: string, scale: string, start: string, rule: string, instances: string]

const rows: readonly Row[] = [
  [
    'the thirty-first, left out',
    'GREGORIAN',
    '20260131',
    'RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;COUNT=4',
    '20260131 20260331 20260531 20260731',
  ],
  [
    'the thirty-first, put back',
    'GREGORIAN',
    '20260131',
    'RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4',
    '20260131 20260228 20260331 20260430',
  ],
  [
    'the thirty-first, put forward',
    'GREGORIAN',
    '20260131',
    'RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=4',
    '20260131 20260301 20260331 20260501',
  ],
  [
    'the leap day, put back',
    'GREGORIAN',
    '20240229',
    'RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;COUNT=5',
    '20240229 20250228 20260228 20270228 20280229',
  ],
  [
    'the leap day, put forward',
    'GREGORIAN',
    '20240229',
    'RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;COUNT=5',
    '20240229 20250301 20260301 20270301 20280229',
  ],
  [
    'the Chinese New Year',
    'CHINESE',
    '20130210',
    'RSCALE=CHINESE;FREQ=YEARLY;COUNT=4',
    '20130210 20140131 20150219 20160208',
  ],
  [
    'the thirteenth month of Ethiopia',
    'ETHIOPIC',
    '20130906',
    'RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13;COUNT=4',
    '20130906 20140906 20150906 20160906',
  ],
  [
    'a Hebrew anniversary in a leap month, put forward',
    'HEBREW',
    '20140208',
    'RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4',
    '20140208 20150227 20160217 20170306',
  ],
]

async function scalesOf(t: TestContext): Promise<string[]> {
  const set = await t.owner.property(await t.calendar(), 'C:supported-rscale-set')
  if (set === undefined) return t.skip('the calendar has no supported-rscale-set')
  return childrenOf(set, 'C:supported-rscale').map((each) => textOf(each).toUpperCase())
}

/** Rules in other calendar systems (RFC 7529). */
export const section: Section = {
  cite: 'RFC 7529 §4',
  title: 'RSCALE and SKIP',
  tests: [
    ...rows.map(([what, scale, start, rule, instances]) =>
      must(
        `repeat ${what}: ${rule}`,
        'The rule counts in the calendar system RSCALE names; SKIP says what becomes of dates that do not exist.',
        async (t) => {
          const scales = await scalesOf(t)
          if (!scales.includes(scale)) return t.skip(`supported-rscale-set lacks ${scale}`)
          const text = calendar(event(t.name(), [`DTSTART;VALUE=DATE:${start}`, `RRULE:${rule}`]))
          const href = await t.object(await t.calendar(), text)
          const expanded = await retrieve(
            t,
            href,
            '<C:expand start="20100101T000000Z" end="20400101T000000Z"/>',
          )
          expectSame(
            instancesOf(expanded)
              .map((each) => each.split(' ')[1])
              .join(' '),
            instances,
            'Other instances were given',
          )
        },
      ),
    ),
    must(
      'name supported-rscale for a calendar system it does not have',
      'A rule in an unknown system is refused, not taken for another.',
      async (t) => {
        await scalesOf(t)
        const text = calendar(
          event(t.name(), ['DTSTART;VALUE=DATE:20260131', 'RRULE:RSCALE=MARTIAN;FREQ=YEARLY;COUNT=2']),
        )
        expectCondition(await t.owner.put(`${await t.calendar()}mars.ics`, text), 'C:supported-rscale')
      },
      { cite: 'RFC 7529 §10' },
    ),
    must(
      'list GREGORIAN among the systems it has',
      'supported-rscale-set names the systems by their CLDR names.',
      async (t) => {
        const scales = await scalesOf(t)
        expectTrue(scales.includes('GREGORIAN'), 'It is missing', scales.join())
      },
      { cite: 'RFC 7529 §10' },
    ),
  ],
}
