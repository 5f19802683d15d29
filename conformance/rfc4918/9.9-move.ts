import { must, type Section, should } from '../engine/section.ts'
import {
  expectMember,
  expectMultistatus,
  expectNoMember,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

/** MOVE (RFC 4918 §9.9). */
export const section: Section = {
  cite: 'RFC 4918 §9.9',
  title: 'MOVE',
  needs: ['method:MOVE'],
  tests: [
    must(
      'move an object to another calendar with 201',
      'MOVE is COPY, then the removal of the source, in one.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        const text = (await t.owner.get(href)).text
        expectStatus(await t.owner.move(href, `${to}moved.ics`), 201)
        expectStatus(await t.owner.get(href), 404)
        expectSame((await t.owner.get(`${to}moved.ics`)).text, text, 'The octets differ')
      },
    ),
    must(
      'take the object out of one listing and put it in the other',
      'Both collections show the move.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        await t.owner.move(href, `${to}moved.ics`)
        expectNoMember(expectMultistatus(await t.owner.propfind(from, ['D:getetag'], '1')), href)
        expectMember(expectMultistatus(await t.owner.propfind(to, ['D:getetag'], '1')), `${to}moved.ics`)
      },
    ),
    must(
      'rename an object within its calendar',
      'The UID of an object does not stand in the way of its own new name.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        expectStatus(await t.owner.move(href, `${calendar}renamed.ics`), 201)
        expectStatus(await t.owner.get(href), 404)
        expectStatus(await t.owner.get(`${calendar}renamed.ics`), 200)
      },
    ),
    must(
      'replace what is at the destination with 204',
      'An existing destination is removed first unless told otherwise.',
      async (t) => {
        const uid = t.name()
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(uid, 'Newer'))
        const old = await t.object(to, simpleEvent(uid, 'Older'))
        expectStatus(await t.owner.move(href, old, { Overwrite: 'T' }), 204)
        expectTrue((await t.owner.get(old)).text.includes('Newer'), 'The destination was not replaced')
      },
      {
        cite: 'RFC 4918 §9.9.3',
        why: 'RFC 4918 §9.9.4 has 204 for a destination that was replaced and 201 for a new one; a client learns from it whether something was lost.',
      },
    ),
    must(
      'answer 412 to a move onto something with Overwrite: F',
      'F forbids replacing.',
      async (t) => {
        const uid = t.name()
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(uid, 'Newer'))
        const old = await t.object(to, simpleEvent(uid, 'Older'))
        expectStatus(await t.owner.move(href, old, { Overwrite: 'F' }), 412)
        expectStatus(await t.owner.get(href), 200)
      },
      {
        cite: 'RFC 4918 §10.6',
        why: 'RFC 4791 §4.1 keeps a UID unique within a calendar only, so both calendars may hold it for the moment; RFC 4918 §10.6 then wants 412.',
      },
    ),
    must('answer 404 for a source that does not exist', 'There is nothing to move.', async (t) => {
      const calendar = await t.calendar()
      expectStatus(await t.owner.move(`${calendar}nothing.ics`, `${calendar}moved.ics`), 404)
    }),
    must(
      'answer 409 when the parent of the destination does not exist',
      'MOVE does not make the collections above.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.move(href, `${t.owner.home}${t.name('none')}/moved.ics`), 409)
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 4918 §9.9.4' },
    ),
    must(
      'refuse to move a resource onto itself',
      'Source and destination being the same is answered 403.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.move(href, href), 403)
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 4918 §9.9.4' },
    ),
    must(
      'refuse a move without Destination',
      'MOVE needs a Destination.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectRefusal(await t.owner.request('MOVE', href))
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 4918 §10.3' },
    ),
    must(
      'obey If-Match',
      'A condition that fails stops the method.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        expectStatus(await t.owner.move(href, `${to}moved.ics`, { 'If-Match': '"something-else"' }), 412)
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 9110 §13.1.1' },
    ),
    should(
      'take the dead properties along',
      'Properties stay with the resource.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        const set = await t.owner.proppatch(href, { 'X:note': 'moved' })
        if (set.status > 299 || (await t.owner.propertyText(href, 'X:note')) !== 'moved')
          t.skip('objects keep no dead properties here')
        await t.owner.move(href, `${to}moved.ics`)
        expectSame(await t.owner.propertyText(`${to}moved.ics`, 'X:note'), 'moved', 'The property differs')
      },
      { cite: 'RFC 4918 §9.9.1' },
    ),
    must(
      'move a plain collection with all in it',
      'MOVE of a collection takes every member along.',
      async (t) => {
        const from = await t.collection()
        if (
          (await t.owner.put(`${from}file.txt`, 'in it', { 'Content-Type': 'text/plain' })).status !== 201
        ) {
          t.skip('plain collections hold no files here')
        }
        const to = `${t.owner.home}${t.name('moved')}/`
        t.after(() => t.owner.delete(to))
        expectStatus(await t.owner.move(from, to), 201)
        expectSame((await t.owner.get(`${to}file.txt`)).text, 'in it', 'The file was not moved')
        expectStatus(await t.owner.propfind(from, ['D:resourcetype']), 404)
      },
      { cite: 'RFC 4918 §9.9.2' },
    ),
    must(
      'leave no member behind, whatever Depth says',
      'MOVE of a collection acts as if Depth were infinity.',
      async (t) => {
        const from = await t.collection()
        const to = `${t.owner.home}${t.name('moved')}/`
        t.after(() => t.owner.delete(to))
        if (
          (await t.owner.put(`${from}file.txt`, 'in it', { 'Content-Type': 'text/plain' })).status !== 201
        ) {
          t.skip('plain collections hold no files here')
        }
        const isMoved = (await t.owner.move(from, to, { Depth: '0' })).status === 201
        expectStatus(await t.owner.get(`${isMoved ? to : from}file.txt`), 200)
      },
      { cite: 'RFC 4918 §9.9.2' },
    ),
  ],
}
