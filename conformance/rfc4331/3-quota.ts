import type { TestContext } from '../engine/context.ts'
import { must, type Section, should } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectPropStatus, expectTrue } from '../expect.ts'
import { calendar, event } from '../ical/build.ts'
import { propOf } from '../multistatus.ts'

const names = ['D:quota-available-bytes', 'D:quota-used-bytes']

async function quota(t: TestContext, name: string): Promise<string> {
  const text = await t.owner.propertyText(t.owner.home, name)
  return text === '' ? t.skip(`the home has no ${name}`) : text
}

/** The quota properties (RFC 4331 §3, §4). */
export const section: Section = {
  cite: 'RFC 4331 §3',
  title: 'Quota',
  tests: [
    ...names.map((name) =>
      must(`give ${name} as a number of octets`, 'Quota values are whole numbers.', async (t) => {
        const text = await quota(t, name)
        expectTrue(/^\d+$/.test(text), 'It is no such number', text)
      }),
    ),
    ...names.map((name) =>
      must(`refuse to set ${name}`, 'The property is protected.', async (t) => {
        await quota(t, name)
        const response = await t.owner.proppatch(t.owner.home, { [name]: '1' })
        if (response.status !== 403)
          expectPropStatus(expectMember(expectMultistatus(response), t.owner.home), name, 403)
      }),
    ),
    should(
      'leave the quota out of allprop',
      'The properties are returned only when asked for.',
      async (t) => {
        const found = expectMember(
          expectMultistatus(await t.owner.request('PROPFIND', t.owner.home, { depth: '0' })),
          t.owner.home,
        )
        expectTrue(
          names.every((name) => propOf(found, name) === undefined),
          'allprop returned it',
        )
      },
    ),
    should(
      'count what is stored',
      'quota-used-bytes grows with what the account stores.',
      async (t) => {
        const before = Number(await quota(t, 'D:quota-used-bytes'))
        const text = calendar(
          event(t.name(), ['DTSTART:20260310T100000Z', `DESCRIPTION:${'x'.repeat(50_000)}`]),
        )
        await t.object(await t.calendar(), text)
        const after = Number(await quota(t, 'D:quota-used-bytes'))
        expectTrue(after >= before + 40_000, 'It did not grow', `${before} then ${after}`)
      },
      { cite: 'RFC 4331 §4' },
    ),
  ],
}
