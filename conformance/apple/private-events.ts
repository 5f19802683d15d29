import { must, type Section } from '../engine/section.ts'
import { expectStatus, expectTrue } from '../expect.ts'
import { grant, setAcl } from '../fixtures/acl.ts'
import { calendar, event } from '../ical/build.ts'

const text = (uid: string, access: string): string =>
  calendar(
    [`X-CALENDARSERVER-ACCESS:${access}`],
    event(uid, ['DTSTART:20260310T100000Z', 'DURATION:PT1H', 'SUMMARY:Secret', 'LOCATION:Hidden']),
  )

/** Events others see only in part (CalendarServer, private events). */
export const section: Section = {
  cite: 'CalendarServer private events',
  title: 'Private events',
  needs: ['dav:calendarserver-private-events', 'user2', 'method:ACL'],
  tests: [
    must('show the owner everything', 'Access limits others, not the owner.', async (t) => {
      const href = await t.object(await t.calendar(), text(t.name(), 'CONFIDENTIAL'))
      expectTrue((await t.owner.get(href)).text.includes('SUMMARY:Secret'), 'Something is missing')
    }),
    must('hide a PRIVATE event from a reader', 'PRIVATE events are not for others.', async (t) => {
      const calendarHref = await t.calendar()
      const href = await t.object(calendarHref, text(t.name(), 'PRIVATE'))
      expectStatus(await setAcl(t.owner, calendarHref, grant(t.other.principal, 'D:read')), 200)
      expectTrue((await t.other.get(href)).status >= 400, 'It can be read')
    }),
    must(
      'show a reader only the time of a CONFIDENTIAL event',
      'CONFIDENTIAL events are seen as times.',
      async (t) => {
        const calendarHref = await t.calendar()
        const href = await t.object(calendarHref, text(t.name(), 'CONFIDENTIAL'))
        expectStatus(await setAcl(t.owner, calendarHref, grant(t.other.principal, 'D:read')), 200)
        const response = await t.other.get(href)
        expectTrue(!response.text.includes('Secret') && !response.text.includes('Hidden'), 'It can be read')
      },
    ),
  ],
}
