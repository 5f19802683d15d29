import { must, type Section, should } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectProp,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

const minimal = { Prefer: 'return=minimal' }

/** The Prefer header in general (RFC 7240 §2, §3). */
export const section: Section = {
  cite: 'RFC 7240 §2',
  title: 'Prefer',
  tests: [
    must('ignore a preference it does not know', 'Unknown preferences are ignored.', async (t) => {
      const href = await t.calendar()
      const response = await t.owner.propfind(href, ['D:resourcetype'], '0', { Prefer: 'dance=tango' })
      expectProp(expectMember(expectMultistatus(response), href), 'D:resourcetype')
    }),
    must(
      'ignore a Prefer header that is no such thing',
      'A preference is never a reason to fail.',
      async (t) => {
        expectStatus(
          await t.owner.propfind(await t.calendar(), ['D:resourcetype'], '0', { Prefer: ';;=,"' }),
          207,
        )
      },
    ),
    must('find its preference among others', 'Several preferences are separated by commas.', async (t) => {
      const href = await t.calendar()
      const plain = await t.owner.propfind(href, ['X:none', 'D:resourcetype'], '0', minimal)
      if (plain.text.includes('404')) return t.skip('return=minimal is not honoured')
      const response = await t.owner.propfind(href, ['X:none', 'D:resourcetype'], '0', {
        Prefer: 'wait=10, return=minimal',
      })
      expectTrue(!response.text.includes('404'), 'The preference was not found')
    }),
    should(
      'say with Preference-Applied what it honoured',
      'The header tells which preference was applied.',
      async (t) => {
        const response = await t.owner.propfind(
          await t.calendar(),
          ['X:none', 'D:resourcetype'],
          '0',
          minimal,
        )
        if (response.text.includes('404')) return t.skip('return=minimal is not honoured')
        expectSame(response.header('preference-applied'), 'return=minimal', 'The header differs')
      },
      { cite: 'RFC 7240 §3' },
    ),
    should(
      'say with Vary that the answer depends on Prefer',
      'An answer that a preference shaped varies by it.',
      async (t) => {
        const response = await t.owner.propfind(
          await t.calendar(),
          ['X:none', 'D:resourcetype'],
          '0',
          minimal,
        )
        if (response.text.includes('404')) return t.skip('return=minimal is not honoured')
        expectTrue(
          /\bprefer\b/i.test(response.header('vary')),
          'Prefer is not named',
          response.header('vary'),
        )
      },
    ),
    must(
      'answer an object GET the same with and without return=minimal',
      'return=minimal is not about GET.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectSame(
          (await t.owner.get(href, minimal)).text,
          (await t.owner.get(href)).text,
          'The octets differ',
        )
      },
    ),
  ],
}
