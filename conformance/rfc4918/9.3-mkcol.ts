import { must, type Section } from '../engine/section.ts'
import { expectMember, expectMultistatus, expectRefusal, expectStatus, expectTrue } from '../expect.ts'
import { child } from '../xml/element.ts'

/** MKCOL without and with a body (RFC 4918 §9.3). */
export const section: Section = {
  cite: 'RFC 4918 §9.3',
  title: 'MKCOL',
  needs: ['method:MKCOL'],
  tests: [
    must(
      'make a collection that is found in its parent',
      'MKCOL makes a collection and adds it to its parent.',
      async (t) => {
        const href = await t.collection()
        const found = expectMultistatus(await t.owner.propfind(t.owner.home, ['D:resourcetype'], '1'))
        expectMember(found, href)
      },
    ),
    must(
      'give it the type collection and nothing else',
      'The new resource is a plain collection.',
      async (t) => {
        const type = await t.owner.property(await t.collection(), 'D:resourcetype')
        expectTrue(child(type, 'D:collection') !== undefined, 'It is not a collection', type?.source)
        expectTrue(child(type, 'C:calendar') === undefined, 'It is a calendar', type?.source)
      },
    ),
    must('make it without members', 'A new collection has no members.', async (t) => {
      const { responses } = expectMultistatus(
        await t.owner.propfind(await t.collection(), ['D:resourcetype'], '1'),
      )
      expectTrue(responses.length === 1, 'The new collection has members', responses.length)
    }),
    must('answer 405 where something exists already', 'MKCOL works on unmapped URLs only.', async (t) => {
      expectStatus(await t.owner.request('MKCOL', await t.calendar()), 405)
    }),
    must(
      'answer 409 when the parent does not exist',
      'All ancestors have to exist.',
      async (t) => {
        expectStatus(await t.owner.request('MKCOL', `${t.owner.home}${t.name('none')}/inner/`), 409)
      },
      {
        why: 'RFC 4918 §9.3 requires 409 when an ancestor is missing, since the client can make it; 403 tells the client to give up.',
      },
    ),
    must(
      'refuse a body of a type it does not understand',
      'A body the server cannot understand is answered 415.',
      async (t) => {
        const href = `${t.owner.home}${t.name('col')}/`
        t.after(() => t.owner.delete(href))
        const response = await t.owner.request('MKCOL', href, {
          body: 'what is this',
          headers: { 'Content-Type': 'application/x-unknown' },
        })
        expectStatus(response, 415)
      },
      {
        why: 'RFC 4918 §9.3 requires 415 for a body type the server does not support; taking it for an empty body makes a collection the client did not describe.',
      },
    ),
    must('leave nothing behind when it refuses', 'A failed MKCOL makes nothing.', async (t) => {
      const href = `${t.owner.home}${t.name('none')}/inner/`
      expectRefusal(await t.owner.request('MKCOL', href))
      expectTrue(
        (await t.owner.properties(href, ['D:resourcetype'])) === undefined,
        'A collection came to be',
      )
    }),
  ],
}
