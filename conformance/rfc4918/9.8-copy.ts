import { must, type Section, should } from '../engine/section.ts'
import {
  expectCondition,
  expectMember,
  expectMultistatus,
  expectNoMember,
  expectRefusal,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

const plain = { 'Content-Type': 'text/plain' }

/** COPY (RFC 4918 §9.8). */
export const section: Section = {
  cite: 'RFC 4918 §9.8',
  title: 'COPY',
  needs: ['method:COPY'],
  tests: [
    must(
      'copy an object to a new name in another calendar with 201',
      'COPY makes a duplicate at the destination.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name(), 'Copied'))
        expectStatus(await t.owner.copy(href, `${to}copy.ics`), 201)
        expectSame(
          (await t.owner.get(`${to}copy.ics`)).text,
          (await t.owner.get(href)).text,
          'The copy differs',
        )
        expectMember(expectMultistatus(await t.owner.propfind(to, ['D:getetag'], '1')), `${to}copy.ics`)
      },
      { cite: 'RFC 4918 §9.8.5' },
    ),
    must(
      'replace what is at the destination with 204',
      'An existing destination is overwritten unless told otherwise.',
      async (t) => {
        const uid = t.name()
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(uid, 'Newer'))
        const old = await t.object(to, simpleEvent(uid, 'Older'))
        expectStatus(await t.owner.copy(href, old), 204)
        expectTrue((await t.owner.get(old)).text.includes('Newer'), 'The destination was not replaced')
      },
      { cite: 'RFC 4918 §9.8.4' },
    ),
    must(
      'answer 412 to a copy onto something with Overwrite: F',
      'F forbids replacing.',
      async (t) => {
        const uid = t.name()
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(uid, 'Newer'))
        const old = await t.object(to, simpleEvent(uid, 'Older'))
        expectStatus(await t.owner.copy(href, old, { Overwrite: 'F' }), 412)
        expectTrue((await t.owner.get(old)).text.includes('Older'), 'The destination was replaced')
      },
      { cite: 'RFC 4918 §10.6' },
    ),
    must(
      'copy with Overwrite: F where nothing is',
      'Without a resource at the destination F changes nothing.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        expectStatus(await t.owner.copy(href, `${to}copy.ics`, { Overwrite: 'F' }), 201)
      },
      { cite: 'RFC 4918 §10.6' },
    ),
    must('leave the source as it was', 'The source is not changed by COPY.', async (t) => {
      const [from, to] = [await t.calendar(), await t.calendar()]
      const href = await t.object(from, simpleEvent(t.name()))
      const before = (await t.owner.get(href)).header('etag')
      await t.owner.copy(href, `${to}copy.ics`)
      expectSame((await t.owner.get(href)).header('etag'), before, 'The source has another entity tag')
    }),
    must('answer 404 for a source that does not exist', 'There is nothing to copy.', async (t) => {
      const calendar = await t.calendar()
      expectStatus(await t.owner.copy(`${calendar}nothing.ics`, `${calendar}copy.ics`), 404)
    }),
    must(
      'answer 409 when the parent of the destination does not exist',
      'COPY does not make the collections above.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.copy(href, `${t.owner.home}${t.name('none')}/copy.ics`), 409)
      },
      { cite: 'RFC 4918 §9.8.5' },
    ),
    must(
      'refuse to copy a resource onto itself',
      'Source and destination being the same is answered 403.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.copy(href, href), 403)
        expectStatus(await t.owner.get(href), 200)
      },
      { cite: 'RFC 4918 §9.8.5' },
    ),
    must(
      'refuse a copy without Destination',
      'COPY needs a Destination.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectRefusal(await t.owner.request('COPY', href))
      },
      { cite: 'RFC 4918 §10.3' },
    ),
    must(
      'accept a Destination that is an absolute path',
      'The Destination is an absolute URI or an absolute path.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        expectStatus(await t.owner.request('COPY', href, { headers: { Destination: `${to}copy.ics` } }), 201)
        expectStatus(await t.owner.get(`${to}copy.ics`), 200)
      },
      { cite: 'RFC 4918 §10.3' },
    ),
    must(
      'refuse a Destination on another server',
      'A server that does not copy to others answers 502, or refuses.',
      async (t) => {
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        expectStatus(await t.owner.copy(href, 'http://elsewhere.example/dav/copy.ics'), 502, 403, 400)
      },
      { cite: 'RFC 4918 §9.8.5' },
    ),
    must(
      'refuse an Overwrite that is neither T nor F',
      'Overwrite has two values.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        expectRefusal(await t.owner.copy(href, `${to}copy.ics`, { Overwrite: 'X' }))
      },
      {
        cite: 'RFC 4918 §10.6',
        why: 'RFC 4918 §10.6 gives the header the grammar "T" or "F"; guessing either for anything else can destroy data.',
      },
    ),
    should(
      'duplicate the dead properties',
      'Dead properties are copied along.',
      async (t) => {
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        const set = await t.owner.proppatch(href, { 'X:note': 'copied' })
        if (set.status > 299 || (await t.owner.propertyText(href, 'X:note')) !== 'copied')
          t.skip('objects keep no dead properties here')
        await t.owner.copy(href, `${to}copy.ics`)
        expectSame(await t.owner.propertyText(`${to}copy.ics`, 'X:note'), 'copied', 'The property differs')
      },
      { cite: 'RFC 4918 §9.8.2' },
    ),
    must(
      'copy a plain collection with all in it',
      'COPY of a collection goes to every depth unless told otherwise.',
      async (t) => {
        const from = await t.collection()
        const stored = await t.owner.put(`${from}file.txt`, 'in it', plain)
        if (stored.status !== 201) t.skip('plain collections hold no files here')
        const to = `${t.owner.home}${t.name('copy')}/`
        t.after(() => t.owner.delete(to))
        expectStatus(await t.owner.copy(from, to), 201)
        expectSame((await t.owner.get(`${to}file.txt`)).text, 'in it', 'The file was not copied')
      },
      { cite: 'RFC 4918 §9.8.3' },
    ),
    must(
      'copy a plain collection alone at Depth 0',
      'Depth 0 copies the collection and its properties, not its members.',
      async (t) => {
        const from = await t.collection()
        if ((await t.owner.put(`${from}file.txt`, 'in it', plain)).status !== 201)
          t.skip('plain collections hold no files here')
        const to = `${t.owner.home}${t.name('copy')}/`
        t.after(() => t.owner.delete(to))
        expectStatus(await t.owner.copy(from, to, { Depth: '0' }), 201)
        expectNoMember(expectMultistatus(await t.owner.propfind(to, ['D:getetag'], '1')), `${to}file.txt`)
      },
      { cite: 'RFC 4918 §9.8.3' },
    ),
    must(
      'refuse to copy a collection into itself',
      'A collection cannot hold a copy of itself.',
      async (t) => {
        const from = await t.collection()
        expectRefusal(await t.owner.copy(from, `${from}inner/`))
      },
      { cite: 'RFC 4918 §9.8.3' },
    ),
    must(
      'name no-uid-conflict when the copy would put a UID twice in a calendar',
      'COPY into a calendar is held to the same preconditions as PUT.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        expectCondition(await t.owner.copy(href, `${calendar}copy.ics`), 'C:no-uid-conflict')
      },
      { cite: 'RFC 4791 §5.3.2.1' },
    ),
  ],
}
