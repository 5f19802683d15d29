import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import {
  expectCondition,
  expectHeader,
  expectMember,
  expectMultistatus,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { requestPath } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import { hrefsIn } from '../xml/element.ts'

async function addMember(t: TestContext, calendar: string): Promise<string> {
  const [href] = hrefsIn(await t.owner.property(calendar, 'D:add-member'))
  return href === undefined ? t.skip('the calendar has no add-member') : requestPath(href)
}

/** POST to add a member (RFC 5995 §3). */
export const section: Section = {
  cite: 'RFC 5995 §3.2.1',
  title: 'POST of new members',
  tests: [
    must(
      'store what is posted to add-member and say where',
      'The answer is 201 with the Location of the new member.',
      async (t) => {
        const calendar = await t.calendar()
        const response = await t.owner.request('POST', await addMember(t, calendar), {
          body: simpleEvent(t.name(), 'Posted'),
          headers: { 'Content-Type': 'text/calendar; charset=utf-8' },
        })
        expectStatus(response, 201)
        const href = requestPath(expectHeader(response, 'location'))
        expectTrue((await t.owner.get(href)).text.includes('Posted'), 'The object is not there')
        expectMember(expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1')), href)
      },
    ),
    must('give two posts two names', 'Every POST makes a new member.', async (t) => {
      const calendar = await t.calendar()
      const post = async () =>
        (
          await t.owner.request('POST', await addMember(t, calendar), {
            body: simpleEvent(t.name()),
            headers: { 'Content-Type': 'text/calendar' },
          })
        ).header('location')
      const [first, second] = [await post(), await post()]
      expectTrue(first !== second, 'They have one name', first)
    }),
    must(
      'hold POST to the preconditions of PUT',
      'What PUT would refuse POST refuses too.',
      async (t) => {
        const uid = t.name()
        const calendar = await t.calendar()
        const href = await addMember(t, calendar)
        await t.object(calendar, simpleEvent(uid))
        const response = await t.owner.request('POST', href, {
          body: simpleEvent(uid),
          headers: { 'Content-Type': 'text/calendar' },
        })
        expectCondition(response, 'C:no-uid-conflict')
      },
      {
        cite: 'RFC 5995 §4',
        why: 'RFC 5995 §4 and RFC 4791 §5.3.2.1 give a POST the preconditions of PUT; the UID is in use in this calendar, which is what the condition is for.',
      },
    ),
    must(
      'keep a user who may not bind from posting',
      'POST of a member needs the bind privilege.',
      async (t) => {
        const calendar = await t.calendar()
        const response = await t.other.request('POST', await addMember(t, calendar), {
          body: simpleEvent(t.name()),
          headers: { 'Content-Type': 'text/calendar' },
        })
        expectTrue(response.status >= 300, 'It was stored', response.status)
        expectSame(
          expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1')).responses.length,
          1,
          'A member came to be',
        )
      },
      { cite: 'RFC 5995 §3.3', needs: ['user2'] },
    ),
  ],
}
