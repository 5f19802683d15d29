import type { TestContext } from '../engine/context.ts'
import { must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectNoMember,
  expectProp,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { syncCollection } from '../fixtures/reports.ts'
import { sameHref } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'
import type { Multistatus } from '../multistatus.ts'
import { xml } from '../xml/write.ts'

/** A sync from a token; Depth 0 as RFC 6578 §3.2 asks. */
async function sync(t: TestContext, href: string, token = ''): Promise<Multistatus> {
  return expectMultistatus(await t.owner.report(href, syncCollection(token), { depth: '0' }))
}

/** The token of the calendar as it is now. */
async function tokenOf(t: TestContext, href: string): Promise<string> {
  return (await sync(t, href)).syncToken ?? ''
}

/** The sync-collection report (RFC 6578 §3). */
export const section: Section = {
  cite: 'RFC 6578 §3.2',
  title: 'sync-collection',
  needs: ['report:D:sync-collection'],
  tests: [
    must(
      'list every member in the first sync',
      'A sync with an empty token tells all members as they are.',
      async (t) => {
        const href = await t.calendar()
        const objects = [
          await t.object(href, simpleEvent(t.name())),
          await t.object(href, simpleEvent(t.name())),
        ]
        const found = await sync(t, href)
        for (const object of objects) expectProp(expectMember(found, object), 'D:getetag')
        expectSame(found.responses.length, 2, 'Another number of responses')
      },
      { cite: 'RFC 6578 §3.4' },
    ),
    must(
      'send a sync-token with every answer',
      'The answer holds a token for the next time.',
      async (t) => {
        const token = (await sync(t, await t.calendar())).syncToken
        expectTrue(token !== undefined && token !== '', 'The token is missing')
      },
      { cite: 'RFC 6578 §3.4' },
    ),
    must(
      'make tokens that are URIs',
      'A token is a valid URI.',
      async (t) => {
        const token = await tokenOf(t, await t.calendar())
        expectTrue(/^[a-z][a-z0-9+.-]*:\S+$/i.test(token), 'It is no URI', token)
      },
      { cite: 'RFC 6578 §3.2' },
    ),
    must(
      'tell a new member',
      'A member made since the token is told as changed.',
      async (t) => {
        const href = await t.calendar()
        const token = await tokenOf(t, href)
        const object = await t.object(href, simpleEvent(t.name()))
        const found = await sync(t, href, token)
        expectProp(expectMember(found, object), 'D:getetag')
        expectSame(found.responses.length, 1, 'Another number of responses')
      },
      { cite: 'RFC 6578 §3.5.1' },
    ),
    must(
      'tell a changed member',
      'A member changed since the token is told with its new properties.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid))
        const token = await tokenOf(t, href)
        await t.owner.put(object, simpleEvent(uid, 'Changed'))
        const etag = expectProp(expectMember(await sync(t, href, token), object), 'D:getetag').text.trim()
        expectSame(etag, (await t.owner.get(object)).header('etag'), 'The tag differs')
      },
      { cite: 'RFC 6578 §3.5.1' },
    ),
    must(
      'tell a removed member by a status of 404 and no properties',
      'A member gone since the token has a response-level 404.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const token = await tokenOf(t, href)
        await t.owner.delete(object)
        const gone = expectMember(await sync(t, href, token), object)
        expectSame(gone.status, 404, 'The status differs')
        expectSame(gone.propstats.length, 0, 'There are properties')
      },
      { cite: 'RFC 6578 §3.5.2' },
    ),
    must('tell nothing when nothing changed', 'Without changes there are no responses.', async (t) => {
      const href = await t.calendar()
      await t.object(href, simpleEvent(t.name()))
      const token = await tokenOf(t, href)
      expectSame((await sync(t, href, token)).responses.length, 0, 'Something was told')
    }),
    must('leave out what did not change', 'Only changes since the token are told.', async (t) => {
      const uid = t.name()
      const href = await t.calendar()
      const [one, two] = [await t.object(href, simpleEvent(t.name())), await t.object(href, simpleEvent(uid))]
      const token = await tokenOf(t, href)
      await t.owner.put(two, simpleEvent(uid, 'Changed'))
      const found = await sync(t, href, token)
      expectNoMember(found, one)
      expectMember(found, two)
    }),
    must('tell a member changed several times once', 'A member appears once, as it is now.', async (t) => {
      const uid = t.name()
      const href = await t.calendar()
      const token = await tokenOf(t, href)
      const object = await t.object(href, simpleEvent(uid))
      for (const title of ['Two', 'Three']) await t.owner.put(object, simpleEvent(uid, title))
      const found = await sync(t, href, token)
      expectSame(
        found.responses.filter((each) => sameHref(each.href, object)).length,
        1,
        'It was told another number of times',
      )
    }),
    must(
      'tell a member removed and made again as changed',
      'What counts is the state now.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid))
        const token = await tokenOf(t, href)
        await t.owner.delete(object)
        await t.owner.put(object, simpleEvent(uid, 'Again'))
        expectProp(expectMember(await sync(t, href, token), object), 'D:getetag')
      },
      { cite: 'RFC 6578 §3.5' },
    ),
    must(
      'not tell a member made and removed since the token as present',
      'It may be told as removed or left out.',
      async (t) => {
        const href = await t.calendar()
        const token = await tokenOf(t, href)
        const object = await t.object(href, simpleEvent(t.name()))
        await t.owner.delete(object)
        expectNoMember(await sync(t, href, token), object)
      },
      { cite: 'RFC 6578 §3.5' },
    ),
    must(
      'give the same token while nothing changes, or one that works the same',
      'A token stays good until its history is gone.',
      async (t) => {
        const href = await t.calendar()
        const [one, two] = [await tokenOf(t, href), await tokenOf(t, href)]
        const object = await t.object(href, simpleEvent(t.name()))
        expectMember(await sync(t, href, one), object)
        expectMember(await sync(t, href, two), object)
      },
    ),
    must(
      'let an old token be used after newer ones were given',
      'Each client goes on from its own token.',
      async (t) => {
        const href = await t.calendar()
        const first = await tokenOf(t, href)
        const objects = [await t.object(href, simpleEvent(t.name()))]
        await tokenOf(t, href)
        objects.push(await t.object(href, simpleEvent(t.name())))
        const found = await sync(t, href, first)
        for (const object of objects) expectMember(found, object)
      },
    ),
    must(
      'name valid-sync-token for a token it never gave',
      'A token that is not valid is refused with that condition.',
      async (t) => {
        const href = await t.calendar()
        const response = await t.owner.report(href, syncCollection('data:,no-such-token'), { depth: '0' })
        expectCondition(response, 'D:valid-sync-token', [403, 409])
      },
      { cite: 'RFC 6578 §3.2' },
    ),
    must(
      'refuse the token of another calendar',
      'A token belongs to the collection it was given for.',
      async (t) => {
        const [one, two] = [await t.calendar(), await t.calendar()]
        await t.object(one, simpleEvent(t.name()))
        const token = await tokenOf(t, one)
        const response = await t.owner.report(two, syncCollection(token), { depth: '0' })
        expectCondition(response, 'D:valid-sync-token', [403, 409])
      },
      { cite: 'RFC 6578 §3.2' },
    ),
    must(
      'answer each property of a member with its status',
      'Properties are answered as by PROPFIND.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = syncCollection('', { names: ['D:getetag', 'D:getcontenttype', 'X:none'] })
        const found = expectMember(
          expectMultistatus(await t.owner.report(href, body, { depth: '0' })),
          object,
        )
        expectProp(found, 'D:getcontenttype')
        const statuses = found.propstats.map((each) => each.status).sort()
        expectSame(statuses.join(), '200,404', 'Other statuses were given')
      },
    ),
    must(
      'not speak of the calendar itself',
      'The report is about members, not about the collection.',
      async (t) => {
        const href = await t.calendar()
        await t.object(href, simpleEvent(t.name()))
        expectNoMember(await sync(t, href), href)
      },
    ),
    must(
      'tell the move of a member as gone here and new there',
      'A move is the removal of one URL and the making of another.',
      async (t) => {
        t.need('method:MOVE')
        const [one, two] = [await t.calendar(), await t.calendar()]
        const object = await t.object(one, simpleEvent(t.name()))
        const tokens = [await tokenOf(t, one), await tokenOf(t, two)] as const
        expectStatus(await t.owner.move(object, `${two}moved.ics`), 201, 204, 200)
        expectSame(expectMember(await sync(t, one, tokens[0]), object).status, 404, 'The status differs')
        expectProp(expectMember(await sync(t, two, tokens[1]), `${two}moved.ics`), 'D:getetag')
      },
      { cite: 'RFC 6578 §3.5' },
    ),
    must(
      'tell a renamed member under both names',
      'The old URL is gone, the new one is new.',
      async (t) => {
        t.need('method:MOVE')
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const token = await tokenOf(t, href)
        expectStatus(await t.owner.move(object, `${href}renamed.ics`), 201, 200)
        const found = await sync(t, href, token)
        expectSame(expectMember(found, object).status, 404, 'The status differs')
        expectProp(expectMember(found, `${href}renamed.ics`), 'D:getetag')
      },
      { cite: 'RFC 6578 §3.5' },
    ),
    should(
      'stop at the number of members asked for, say so by 507, and go on from its token',
      'With a limit the answer may be cut, with 507 on the request URI and a token that leads on.',
      async (t) => {
        const href = await t.calendar()
        const objects: string[] = []
        for (let n = 0; n < 5; n++) objects.push(await t.object(href, simpleEvent(t.name())))
        const seen = new Set<string>()
        let token = ''
        for (let rounds = 0; rounds < 6; rounds++) {
          const response = await t.owner.report(href, syncCollection(token, { limit: '2' }), { depth: '0' })
          if (response.status === 507)
            return expectCondition(response, 'D:number-of-matches-within-limits', [507])
          const found = expectMultistatus(response)
          const members = found.responses.filter((each) => each.status !== 507)
          expectTrue(members.length <= 2, 'More than asked for', members.length)
          for (const each of members)
            seen.add(objects.find((object) => sameHref(object, each.href)) ?? each.href)
          token = found.syncToken ?? ''
          const cut = found.responses.find((each) => each.status === 507)
          if (cut === undefined) break
          expectTrue(sameHref(cut.href, href), 'The 507 is about something else', cut.href)
        }
        expectSame(
          [...seen].sort().join(),
          [...objects].sort().join(),
          'Not every member was told in the end',
        )
      },
      { cite: 'RFC 6578 §3.6' },
    ),
    must(
      'take a missing or empty sync-token for the first sync',
      'An empty token asks for everything.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const body = xml(
          'D:sync-collection',
          '<D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>',
        )
        expectMember(expectMultistatus(await t.owner.report(href, body, { depth: '0' })), object)
      },
      { cite: 'RFC 6578 §3.4' },
    ),
    must(
      'see a change made in another way at once',
      'The report tells what any request changed before it.',
      async (t) => {
        t.need('method:COPY')
        const [one, two] = [await t.calendar(), await t.calendar()]
        const token = await tokenOf(t, two)
        await t.owner.copy(await t.object(one, simpleEvent(t.name())), `${two}copy.ics`)
        expectMember(await sync(t, two, token), `${two}copy.ics`)
      },
    ),
    must('not be changed by reading', 'Tokens change with content, not with requests.', async (t) => {
      const href = await t.calendar()
      const object = await t.object(href, simpleEvent(t.name()))
      const token = await tokenOf(t, href)
      await t.owner.get(object)
      await t.owner.propfind(href, ['D:getetag'], '1')
      expectSame((await sync(t, href, token)).responses.length, 0, 'Reading counts as a change')
    }),
    must(
      'answer 404 for a calendar that does not exist',
      'A report on an unmapped URL is not found.',
      async (t) => {
        expectStatus(
          await t.owner.report(`${t.owner.home}${t.name('none')}/`, syncCollection(''), { depth: '0' }),
          404,
        )
      },
    ),
    must(
      'refuse a sync-level that is neither 1 nor infinite',
      'sync-level has two values.',
      async (t) => {
        expectRefusal(
          await t.owner.report(await t.calendar(), syncCollection('', { level: 'some' }), { depth: '0' }),
        )
      },
      { cite: 'RFC 6578 §6.3' },
    ),
    must(
      'give the token of a collection made again under the same name no validity',
      'A new collection has a history of its own.',
      async (t) => {
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(t.name()))
        const token = await tokenOf(t, href)
        await t.owner.delete(href)
        expectStatus(await t.makeCalendar(href, ''), 201)
        const response = await t.owner.report(href, syncCollection(token), { depth: '0' })
        if (response.status === 207)
          expectSame(expectMember(response.multistatus(), object).status, 404, 'The old member is hidden')
        else expectCondition(response, 'D:valid-sync-token', [403, 409])
      },
    ),
  ],
}
