import { must, type Section } from '../engine/section.ts'
import { expectHeader, expectSame, expectStatus, expectTrue } from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

/** GET and HEAD (RFC 4918 §9.4, RFC 9110 §9.3 and §13.1). */
export const section: Section = {
  cite: 'RFC 4918 §9.4',
  title: 'GET and HEAD',
  tests: [
    must(
      'answer HEAD with the headers of GET and no body',
      'HEAD is GET without the content.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const [get, head] = [await t.owner.get(href), await t.owner.head(href)]
        expectStatus(head, 200)
        expectSame(head.octets.length, 0, 'HEAD has a body')
        for (const name of ['etag', 'content-type'])
          expectSame(head.header(name), get.header(name), `${name} differs`)
      },
      { cite: 'RFC 9110 §9.3.2' },
    ),
    must('answer 404 for an object that does not exist', 'An unmapped URL is not found.', async (t) => {
      const href = `${await t.calendar()}nothing.ics`
      expectStatus(await t.owner.get(href), 404)
      expectStatus(await t.owner.head(href), 404)
    }),
    must('answer 404 inside a collection that does not exist', 'An unmapped URL is not found.', async (t) => {
      expectStatus(await t.owner.get(`${t.owner.home}${t.name('none')}/nothing.ics`), 404)
    }),
    must(
      'answer 304 without a body when If-None-Match holds the ETag',
      'A matching entity tag makes GET conditional.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const etag = expectHeader(await t.owner.get(href), 'etag')
        const response = await t.owner.get(href, { 'If-None-Match': etag })
        expectStatus(response, 304)
        expectSame(response.octets.length, 0, '304 has a body')
      },
      { cite: 'RFC 9110 §13.1.2' },
    ),
    must(
      'find the ETag among several of If-None-Match',
      'Any tag of the list that matches is enough.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const etag = expectHeader(await t.owner.get(href), 'etag')
        expectStatus(await t.owner.get(href, { 'If-None-Match': `"one", ${etag}, "two"` }), 304)
      },
      { cite: 'RFC 9110 §13.1.2' },
    ),
    must(
      'compare If-None-Match weakly',
      'For If-None-Match W/"a" and "a" are the same.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const etag = expectHeader(await t.owner.get(href), 'etag').replace(/^W\//, '')
        expectStatus(await t.owner.get(href, { 'If-None-Match': `W/${etag}` }), 304)
      },
      { cite: 'RFC 9110 §13.1.2' },
    ),
    must(
      'answer 200 when If-None-Match holds another ETag',
      'A tag that does not match changes nothing.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.get(href, { 'If-None-Match': '"something-else"' }), 200)
      },
      { cite: 'RFC 9110 §13.1.2' },
    ),
    must(
      'answer 412 to a GET whose If-Match does not hold',
      'If-Match makes any method conditional.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.get(href, { 'If-Match': '"something-else"' }), 412)
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    must(
      'send Content-Length or chunks that match the body',
      'The length announced is the length sent.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await t.owner.get(href)
        const length = response.header('content-length')
        expectTrue(length === '' || Number(length) === response.octets.length, 'The length differs', length)
      },
      { cite: 'RFC 9110 §8.6' },
    ),
    must('give the same octets each time', 'What has not changed is answered the same.', async (t) => {
      const href = await t.object(await t.calendar(), simpleEvent(t.name()))
      expectSame((await t.owner.get(href)).text, (await t.owner.get(href)).text, 'The octets differ')
    }),
  ],
}
