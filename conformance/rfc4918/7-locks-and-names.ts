import { must, type Section } from '../engine/section.ts'
import {
  expectHeader,
  expectMember,
  expectMultistatus,
  expectSame,
  expectStatus,
  expectTrue,
} from '../expect.ts'
import { lock, takeLock, unlock } from '../fixtures/locks.ts'
import { simpleEvent } from '../ical/build.ts'
import { descend, textOf } from '../xml/element.ts'

/** Locks and names: unmapped URLs, tokens, timeouts, validators (RFC 4918 §6, §7, §8). */
export const section: Section = {
  cite: 'RFC 4918 §7.3, §9.10.4',
  title: 'Locks on unused names, and validators of names',
  tests: [
    must(
      'make an empty file by LOCK of an unused name in a plain collection',
      'LOCK of an unmapped URL makes an empty, locked resource and answers 201.',
      async (t) => {
        t.need('method:LOCK')
        const collection = await t.collection()
        if (
          (await t.owner.put(`${collection}probe.txt`, 'x', { 'Content-Type': 'text/plain' })).status !== 201
        )
          return t.skip('plain collections hold no files here')
        const href = `${collection}new.txt`
        const response = await lock(t.owner, href)
        expectStatus(response, 201)
        const token = expectHeader(response, 'lock-token').slice(1, -1)
        t.after(() => unlock(t.owner, href, token))
        expectMember(expectMultistatus(await t.owner.propfind(collection, ['D:resourcetype'], '1')), href)
        expectSame((await t.owner.get(href)).octets.length, 0, 'It is not empty')
        expectStatus(
          await t.owner.put(href, 'now full', { 'Content-Type': 'text/plain', If: `(<${token}>)` }),
          200,
          201,
          204,
        )
      },
    ),
    must(
      'keep an unused name in a calendar unused if LOCK of it is refused',
      'A calendar holds no empty resources; a refused LOCK leaves nothing.',
      async (t) => {
        t.need('method:LOCK')
        const href = `${await t.calendar()}new.ics`
        const response = await lock(t.owner, href)
        if (response.status < 400) {
          await unlock(t.owner, href, response.header('lock-token').slice(1, -1))
          return t.skip(`LOCK answers ${response.status}`)
        }
        expectStatus(await t.owner.get(href), 404)
      },
    ),
    must(
      'never give one token twice',
      'Lock tokens are unique across all resources for all time.',
      async (t) => {
        t.need('method:LOCK')
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const tokens: string[] = []
        for (let n = 0; n < 3; n++) {
          const token = await takeLock(t.owner, href)
          await unlock(t.owner, href, token)
          tokens.push(token)
        }
        expectSame(new Set(tokens).size, 3, 'A token came again')
      },
      { cite: 'RFC 4918 §6.5' },
    ),
    must(
      'choose a timeout from a list of wishes',
      'The client may name several timeouts; the server decides and says.',
      async (t) => {
        t.need('method:LOCK')
        const href = await t.object(await t.calendar(), simpleEvent(t.name()))
        const response = await lock(t.owner, href, 'exclusive', { Timeout: 'Infinite, Second-4100000000' })
        expectStatus(response, 200)
        t.after(() => unlock(t.owner, href, response.header('lock-token').slice(1, -1)))
        const timeout = textOf(descend(response.xml(), 'D:lockdiscovery', 'D:activelock', 'D:timeout'))
        expectTrue(/^(Infinite|Second-\d+)$/.test(timeout), 'It is another form', timeout)
      },
      { cite: 'RFC 4918 §6.6' },
    ),
    must(
      'ask for credentials before it says what is not there',
      'Authentication comes before other errors.',
      async (t) => {
        expectStatus(await t.anonymous.get(`${await t.calendar()}nothing.ics`), 401)
        expectStatus(await t.anonymous.get(`${t.owner.home}${t.name('none')}/nothing.ics`), 401)
      },
      { cite: 'RFC 4918 §8.1, §20.1' },
    ),
    must(
      'refuse a body it would ignore',
      'A method that has no body is refused with 415 when one comes.',
      async (t) => {
        t.need('method:COPY')
        const [from, to] = [await t.calendar(), await t.calendar()]
        const href = await t.object(from, simpleEvent(t.name()))
        const headers = { Destination: t.owner.absolute(`${to}copy.ics`), 'Content-Type': 'text/plain' }
        expectStatus(await t.owner.request('COPY', href, { body: 'what is this', headers }), 415)
      },
      {
        cite: 'RFC 4918 §8.4',
        why: 'RFC 4918 §8.4: servers must examine all requests for a body, and reject with 415 one they would ignore; its author expected it to matter.',
      },
    ),
    must(
      'give a name another entity tag when another object moves to it',
      'A validator is not used again for other content of the same URL.',
      async (t) => {
        t.need('method:MOVE')
        const calendar = await t.calendar()
        const here = await t.object(calendar, simpleEvent(t.name(), 'First'), 'here.ics')
        const before = expectHeader(await t.owner.get(here), 'etag')
        const there = await t.object(calendar, simpleEvent(t.name(), 'Second'), 'there.ics')
        await t.owner.delete(here)
        expectStatus(await t.owner.move(there, here), 201, 200)
        expectTrue(expectHeader(await t.owner.get(here), 'etag') !== before, 'It is the same', before)
      },
      { cite: 'RFC 4918 §8.8' },
    ),
    must(
      'give a name another entity tag when it is used for other content',
      'A validator is not used again for other content of the same URL.',
      async (t) => {
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name(), 'First'), 'here.ics')
        const before = expectHeader(await t.owner.get(href), 'etag')
        await t.owner.delete(href)
        await t.object(calendar, simpleEvent(t.name(), 'Second'), 'here.ics')
        expectTrue(expectHeader(await t.owner.get(href), 'etag') !== before, 'It is the same', before)
      },
      { cite: 'RFC 4918 §8.8' },
    ),
    must(
      'have getcontentlanguage where GET sends Content-Language',
      'The property is the header.',
      async (t) => {
        const href = `${await t.calendar()}language.ics`
        await t.owner.put(href, simpleEvent(t.name()), { 'Content-Language': 'de' })
        const sent = (await t.owner.get(href)).header('content-language')
        if (sent === '') return t.skip('GET sends no Content-Language')
        expectSame(await t.owner.propertyText(href, 'D:getcontentlanguage'), sent, 'They differ')
      },
      { cite: 'RFC 4918 §15.3' },
    ),
    must(
      'answer 423 in a multistatus or alone where a member is locked',
      'What hinders the removal of a collection is told.',
      async (t) => {
        t.need('method:LOCK')
        const calendar = await t.calendar()
        const href = await t.object(calendar, simpleEvent(t.name()))
        const token = await takeLock(t.owner, href)
        t.after(() => unlock(t.owner, href, token))
        const response = await t.owner.delete(calendar)
        if (response.status === 207)
          expectSame(expectMember(response.multistatus(), href).status, 423, 'The status differs')
        else expectStatus(response, 423)
        expectStatus(await t.owner.get(href), 200)
      },
      {
        cite: 'RFC 4918 §9.6.1, §11.3',
        why: 'RFC 4918 §9.6.1 lets no collection be removed while a member cannot be; §7 protects a locked member from removal without its token.',
      },
    ),
  ],
}
