import { rawStatus, sendRaw } from '../client/raw.ts'
import { must, type Section } from '../engine/section.ts'
import { expectStatus, expectTrue } from '../expect.ts'
import { expectAlive } from '../fixtures/alive.ts'
import { simpleEvent } from '../ical/build.ts'

/** Messages that are not quite HTTP: refused or dropped, and the server goes on. */
export const section: Section = {
  cite: 'RFC 9112 §3',
  title: 'Broken messages',
  // Some servers hold a lock or a process while they wait for the rest of a message.
  lane: 'alone',
  tests: [
    must(
      'answer a body that is cut off, or close',
      'A message that ends early is not taken for whole.',
      async (t) => {
        const href = `${await t.calendar()}cut.ics`
        const { username, password } = t.owner.account.credentials
        const auth = Buffer.from(`${username}:${password}`).toString('base64')
        const text = simpleEvent(t.name())
        const headersSent = `PUT ${href} HTTP/1.1\r\nHost: ${t.target.url.host}\r\nAuthorization: Basic ${auth}\r\nContent-Type: text/calendar\r\nContent-Length: ${text.length + 500}\r\n\r\n`
        await sendRaw(t.target.url, headersSent + text, 1500)
        expectStatus(await t.owner.get(href), 404)
        await expectAlive(t)
      },
      { cite: 'RFC 9112 §8' },
    ),
    must(
      'refuse two lengths that differ',
      'Content-Length given twice with other values is an attack.',
      async (t) => {
        const answer = await sendRaw(
          t.target.url,
          `GET / HTTP/1.1\r\nHost: ${t.target.url.host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
        )
        const status = rawStatus(answer)
        expectTrue(status === 0 || status >= 400, 'It was accepted', status)
        await expectAlive(t)
      },
      { cite: 'RFC 9112 §6.3' },
    ),
    must(
      'refuse both a length and chunks',
      'A message with both framings is an attack.',
      async (t) => {
        const answer = await sendRaw(
          t.target.url,
          `PUT / HTTP/1.1\r\nHost: ${t.target.url.host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        )
        const status = rawStatus(answer)
        expectTrue(status === 0 || status >= 400, 'It was accepted', status)
        await expectAlive(t)
      },
      { cite: 'RFC 9112 §6.3' },
    ),
    must(
      'refuse a request line that is none',
      'What is not HTTP is answered 400 or not at all.',
      async (t) => {
        const status = rawStatus(await sendRaw(t.target.url, 'HELO example.test\r\n\r\n'))
        expectTrue(status === 0 || status >= 400, 'It was accepted', status)
        await expectAlive(t)
      },
      { cite: 'RFC 9112 §3' },
    ),
    must(
      'refuse a header of a million octets',
      'Headers have a limit.',
      async (t) => {
        const answer = await sendRaw(
          t.target.url,
          `GET / HTTP/1.1\r\nHost: ${t.target.url.host}\r\nX-Large: ${'x'.repeat(1_000_000)}\r\n\r\n`,
        )
        const status = rawStatus(answer)
        expectTrue(status === 0 || (status >= 400 && status < 500), 'It was accepted', status)
        await expectAlive(t)
      },
      { cite: 'RFC 6585 §5' },
    ),
  ],
}
