import type { Response } from '../client/response.ts'
import { must, type Section } from '../engine/section.ts'
import { expectMultistatus, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { expectAlive } from '../fixtures/alive.ts'
import { multiget, syncCollection } from '../fixtures/reports.ts'
import { nameOf } from '../hrefs.ts'
import { simpleEvent } from '../ical/build.ts'

function count(responses: readonly Response[], ...statuses: number[]): number {
  return responses.filter((each) => statuses.includes(each.status)).length
}

const many = Array.from({ length: 8 }, (_, n) => n)

/** Requests at the same time: one order of them holds, and nothing is lost. */
export const section: Section = {
  cite: 'RFC 9110 §13.1.1',
  title: 'Races',
  lane: 'races',
  tests: [
    must(
      'let one of several PUTs with one If-Match win',
      'Of writes that started from one state one is stored, the others are answered 412.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        const etag = (await t.owner.get(href)).header('etag')
        const responses = await Promise.all(
          many.map((n) => t.owner.put(href, simpleEvent(uid, `Writer ${n}`), { 'If-Match': etag })),
        )
        expectSame(count(responses, 200, 201, 204), 1, 'Another number of them was stored')
        expectSame(
          count(responses, 412, 409, 423, 503),
          many.length - 1,
          'Another number of them was refused',
        )
      },
      { why: 'RFC 9110 §13.1.1 says what If-Match is for: no update is lost when several act on one state.' },
    ),
    must(
      'let one of several PUTs with If-None-Match: * win',
      'An object is made once.',
      async (t) => {
        const uid = t.name()
        const href = `${await t.calendar()}new.ics`
        const responses = await Promise.all(
          many.map((n) => t.owner.put(href, simpleEvent(uid, `Writer ${n}`), { 'If-None-Match': '*' })),
        )
        expectSame(count(responses, 201), 1, 'Another number of them was stored')
      },
      { cite: 'RFC 9110 §13.1.2' },
    ),
    must(
      'let one of several PUTs of one UID win',
      'A UID appears once in a calendar whatever the order of requests.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const responses = await Promise.all(
          many.map((n) => t.owner.put(`${href}o${n}.ics`, simpleEvent(uid))),
        )
        expectSame(count(responses, 201), 1, 'Another number of them was stored')
        const found = expectMultistatus(await t.owner.propfind(href, ['D:getetag'], '1'))
        expectSame(found.responses.length, 2, 'Another number of members')
      },
      {
        cite: 'RFC 4791 §5.3.2.1',
        why: 'RFC 4791 §5.3.2.1 wants a UID unique in a calendar collection, whoever writes at the same time.',
      },
    ),
    must('store every one of many new objects', 'No write that was acknowledged is lost.', async (t) => {
      const href = await t.calendar()
      const responses = await Promise.all(
        many.map((n) => t.owner.put(`${href}o${n}.ics`, simpleEvent(t.name()))),
      )
      expectSame(count(responses, 201), many.length, 'Some were refused')
      expectSame(
        expectMultistatus(await t.owner.propfind(href, ['D:getetag'], '1')).responses.length,
        many.length + 1,
        'Some are missing',
      )
    }),
    must(
      'tell every change of many to a sync that started before them',
      'No change falls between two tokens.',
      async (t) => {
        const href = await t.calendar()
        let token =
          expectMultistatus(await t.owner.report(href, syncCollection(''), { depth: '0' })).syncToken ?? ''
        const seen = new Set<string>()
        const sync = async (): Promise<void> => {
          const found = expectMultistatus(await t.owner.report(href, syncCollection(token), { depth: '0' }))
          for (const each of found.responses) seen.add(nameOf(each.href))
          token = found.syncToken ?? token
        }
        const writes = many.map((n) => t.owner.put(`${href}o${n}.ics`, simpleEvent(t.name())))
        for (let rounds = 0; rounds < 5; rounds++) await sync()
        await Promise.all(writes)
        await sync()
        expectSame(seen.size, many.length, 'Some changes were never told')
      },
      { cite: 'RFC 6578 §3.2', needs: ['report:D:sync-collection'] },
    ),
    must(
      'make a calendar once',
      'Of several MKCALENDAR of one URL one makes it.',
      async (t) => {
        t.need('method:MKCALENDAR')
        const href = `${t.owner.home}${t.name('cal')}/`
        t.after(() => t.owner.delete(href))
        const responses = await Promise.all(many.map(() => t.owner.request('MKCALENDAR', href)))
        expectSame(count(responses, 201), 1, 'Another number of them made it')
        expectTrue(
          responses.every((each) => each.status < 500),
          'The server failed',
        )
      },
      { cite: 'RFC 4791 §5.3.1' },
    ),
    must(
      'remove an object once',
      'Of several DELETE one removes, the others find nothing.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const responses = await Promise.all(many.map(() => t.owner.delete(href)))
        expectSame(count(responses, 200, 204), 1, 'Another number of them removed it')
        expectSame(
          count(responses, 404, 410, 409, 412, 423),
          many.length - 1,
          'Another number of them found nothing',
        )
      },
      { cite: 'RFC 4918 §9.6' },
    ),
    must(
      'move an object to one place',
      'Of several MOVE of one object one moves it.',
      async (t) => {
        t.need('method:MOVE')
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        const responses = await Promise.all(many.map((n) => t.owner.move(href, `${to}m${n}.ics`)))
        expectSame(count(responses, 201, 200, 204), 1, 'Another number of them moved it')
        expectSame(
          expectMultistatus(await t.owner.propfind(to, ['D:getetag'], '1')).responses.length,
          2,
          'It is there another number of times',
        )
      },
      { cite: 'RFC 4918 §9.9' },
    ),
    must('answer reads while it writes', 'Reading does not fail because someone writes.', async (t) => {
      const uid = t.name()
      const href = await t.calendar()
      const object = await t.object(href, simpleEvent(uid))
      const work = many.flatMap((n) => [
        t.owner.put(object, simpleEvent(uid, `Writer ${n}`)),
        t.owner.get(object),
        t.owner.report(href, multiget([object])),
      ])
      const responses = await Promise.all(work)
      expectTrue(
        responses.every((each) => each.status < 500),
        'A request failed',
        responses.map((each) => each.status).join(),
      )
    }),
    must(
      'give ETag and data of one state in a report',
      'getetag and calendar-data of a response belong together.',
      async (t) => {
        const uid = t.name()
        const href = await t.calendar()
        const object = await t.object(href, simpleEvent(uid, 'Writer 0'))
        const tags = new Map<string, string>()
        const writing = (async () => {
          for (let n = 1; n < 6; n++) await t.owner.put(object, simpleEvent(uid, `Writer ${n}`))
        })()
        for (let n = 0; n < 10; n++) {
          const [found] = expectMultistatus(await t.owner.report(href, multiget([object]))).responses
          const values = found?.propstats.flatMap((each) => each.props) ?? []
          const value = (name: string): string =>
            values.find((each) => each.name.endsWith(`}${name}`))?.text.trim() ?? ''
          const title = /Writer \d/.exec(value('calendar-data'))?.[0] ?? ''
          const known = tags.get(value('getetag')) ?? title
          expectSame(title, known, 'One entity tag came with two contents')
          tags.set(value('getetag'), title)
        }
        await writing
      },
      { cite: 'RFC 4791 §5.3.4' },
    ),
    must(
      'survive the removal of a calendar that is written to',
      'Requests on what goes away fail cleanly.',
      async (t) => {
        const href = await t.calendar()
        const writes = many.map((n) => t.owner.put(`${href}o${n}.ics`, simpleEvent(t.name())))
        const gone = t.owner.delete(href)
        const responses = await Promise.all([...writes, gone])
        expectTrue(
          responses.every((each) => each.status < 500),
          'A request failed',
          responses.map((each) => each.status).join(),
        )
        expectStatus(await t.owner.propfind(href, ['D:resourcetype']), 404)
        await expectAlive(t)
      },
    ),
  ],
}
