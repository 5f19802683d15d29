import { must, type Section, should } from '../engine/section.ts'
import {
  expectHeader,
  expectMember,
  expectMultistatus,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

/** PUT (RFC 4918 §9.7, RFC 9110 §9.3.4 and §13.1). */
export const section: Section = {
  cite: 'RFC 4918 §9.7',
  title: 'PUT',
  tests: [
    must(
      'answer 201 for a new resource',
      'A PUT that creates a resource is answered 201.',
      async (t) => {
        expectStatus(await t.owner.put(`${await t.calendar()}new.ics`, simpleEvent(t.name())), 201)
      },
      { cite: 'RFC 9110 §9.3.4' },
    ),
    must(
      'answer 204 or 200 for a changed resource',
      'A PUT that replaces content is answered 200 or 204.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Changed')), 204, 200)
      },
      { cite: 'RFC 9110 §9.3.4' },
    ),
    must(
      'show the new resource in its collection',
      'PUT adds the resource to its parent collection.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        expectMember(expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1')), href)
      },
      { cite: 'RFC 4918 §9.7.1' },
    ),
    must(
      'answer 409 when the collection does not exist',
      'PUT does not make the collections above.',
      async (t) => {
        const href = `${t.owner.home}${t.name('none')}/new.ics`
        expectStatus(await t.owner.put(href, simpleEvent(t.name())), 409)
      },
      {
        cite: 'RFC 4918 §9.7.1',
        why: 'RFC 4918 §9.7.1 requires 409 when the parent is missing, since the client can make it; 403 and 405 tell it to give up.',
      },
    ),
    must(
      'refuse to replace a collection',
      'PUT to an existing collection is refused.',
      async (t) => {
        const calendar = await t.calendar()
        expectRefusal(await t.owner.put(calendar, simpleEvent(t.name())))
        expectStatus(await t.owner.propfind(calendar, ['D:resourcetype']), 207)
      },
      { cite: 'RFC 4918 §9.7.2' },
    ),
    must(
      'answer 412 to If-None-Match: * where a resource exists',
      'The star stands for any existing resource.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Changed'), { 'If-None-Match': '*' }), 412)
        expectTrue(!(await t.owner.get(href)).text.includes('Changed'), 'The refused text was stored')
      },
      { cite: 'RFC 9110 §13.1.2' },
    ),
    must(
      'answer 201 to If-None-Match: * where nothing exists',
      'Without a resource the condition holds.',
      async (t) => {
        const href = `${await t.calendar()}new.ics`
        expectStatus(await t.owner.put(href, simpleEvent(t.name()), { 'If-None-Match': '*' }), 201)
      },
      { cite: 'RFC 9110 §13.1.2' },
    ),
    must(
      'answer 412 to a stale If-Match',
      'If-Match needs the current entity tag.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid, 'First'))
        const stale = expectHeader(await t.owner.get(href), 'etag')
        await t.owner.put(href, simpleEvent(uid, 'Second'))
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Third'), { 'If-Match': stale }), 412)
        expectTrue((await t.owner.get(href)).text.includes('Second'), 'The refused text was stored')
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'store with a current If-Match',
      'If-Match with the current entity tag holds.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        const etag = expectHeader(await t.owner.get(href), 'etag')
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Changed'), { 'If-Match': etag }), 204, 200)
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'find the ETag among several of If-Match',
      'Any tag of the list that matches is enough.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        const etag = expectHeader(await t.owner.get(href), 'etag')
        expectStatus(
          await t.owner.put(href, simpleEvent(uid, 'Changed'), { 'If-Match': `"one", ${etag}` }),
          204,
          200,
        )
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'answer 412 to If-Match where nothing exists',
      'No tag matches a resource that does not exist.',
      async (t) => {
        const href = `${await t.calendar()}new.ics`
        expectStatus(await t.owner.put(href, simpleEvent(t.name()), { 'If-Match': '"any"' }), 412)
        expectStatus(await t.owner.get(href), 404)
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'answer 412 to If-Match: * where nothing exists',
      'The star needs an existing resource.',
      async (t) => {
        const href = `${await t.calendar()}new.ics`
        expectStatus(await t.owner.put(href, simpleEvent(t.name()), { 'If-Match': '*' }), 412)
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'accept a body sent in chunks',
      'A chunked message is a message like others.',
      async (t) => {
        const href = `${await t.calendar()}chunked.ics`
        const response = await t.owner.request('PUT', href, {
          body: simpleEvent(t.name(), 'In chunks'),
          chunked: 40,
          headers: { 'Content-Type': 'text/calendar; charset=utf-8' },
        })
        expectStatus(response, 201)
        expectTrue((await t.owner.get(href)).text.includes('In chunks'), 'The text differs')
      },
      { cite: 'RFC 9112 §7.1' },
    ),
    must('keep the name the client chose', 'A PUT maps exactly its request URI.', async (t) => {
      const calendar = await t.calendar()
      for (const name of ['UPPER lower', 'ünïcode', 'at@colon:', 'plus+and&', 'no-suffix', "quote'"]) {
        const href = `${calendar}${encodeURIComponent(name)}`
        expectStatus(await t.owner.put(href, simpleEvent(t.name())), 201)
        expectStatus(await t.owner.get(href), 200)
        expectMember(expectMultistatus(await t.owner.propfind(calendar, ['D:getetag'], '1')), href)
      }
    }),
    must(
      'reach the same resource by equivalent percent-encodings',
      'A letter and its escape name the same path.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()), 'a-b.ics')
        const escaped = `${calendar}%61%2Db.ics`
        expectSame((await t.owner.get(escaped)).text, (await t.owner.get(href)).text, 'The octets differ')
      },
      { cite: 'RFC 3986 §6.2.2.2' },
    ),
    should(
      'send the ETag of what it stored unchanged',
      'A strong ETag in the answer spares the client a GET.',
      async (t) => {
        const href = `${await t.calendar()}new.ics`
        const stored = await t.owner.put(href, simpleEvent(t.name()))
        expectSame(
          stored.header('etag'),
          expectHeader(await t.owner.get(href), 'etag'),
          'The entity tags differ',
        )
      },
      { cite: 'RFC 4791 §5.3.4' },
    ),
    must(
      'refuse Content-Range on a PUT',
      'A partial PUT to a server that cannot do it is answered 400.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        const text = simpleEvent(uid, 'Partial')
        const range = { 'Content-Range': `bytes 0-${text.length - 1}/${text.length}` }
        expectStatus(await t.owner.put(href, text, range), 400, 501, 403)
      },
      { cite: 'RFC 9110 §14.5' },
    ),
  ],
}
