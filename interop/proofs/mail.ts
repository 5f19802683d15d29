import { setTimeout as wait } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import { type ParsedMail, simpleParser } from 'mailparser'
import { createTransport } from 'nodemailer'
import { hasDovecot } from '../../test/mail/dovecot.ts'
import { fixture } from '../../test/mail/receiving.ts'
import { Checks, expectThat } from '../checks.ts'
import { isInstalled } from '../command.ts'
import type { Account } from '../server.ts'
import { dav, eventText, objectPath, unfold } from './dav.ts'
import { type MailWorld, openMailWorld } from './mail-world.ts'
import { expireLeases } from './written-effects.ts'

const CAROL = 'carol@gmail.example'
const DAY = 86_400_000
/** Long for a slow machine; how long it truly took is printed. */
const PATIENCE_MS = 30_000

/** Answers as programs compose them, and what they mean. */
const ANSWERS = { 'gmail-reply': 'ACCEPTED', 'exchange-reply': 'DECLINED' } as const

/**
 * Invitations through Debian's Postfix into mailboxes of Dovecot, and answers by each way back: LMTP, a mailbox
 * watched with IDLE, a pipe.
 */
export async function run(): Promise<Checks> {
  const checks = new Checks('mail')
  if (!hasDovecot() || !(await isInstalled('postfix'))) {
    checks.skip('it needs postfix, dovecot-imapd and root')
    return checks
  }
  const world = await openMailWorld()
  try {
    await roundTrips(checks, world)
    await checks.check('a bounce of Postfix is on record at who could not be reached', () => bounce(world))
    await checks.check('an answer that is delivered twice changes nothing', () => twice(world))
    await checks.check('Postfix away for a while: nothing lost, nothing doubled', () => outage(world))
    if (checks.failed > 0) console.log(`${await world.postfix.log()}\n${world.server.output()}`)
  } finally {
    await world.close()
  }
  return checks
}

async function roundTrips(checks: Checks, world: MailWorld): Promise<void> {
  const { port, mailboxPort, pipePort } = world.postfix
  const ways = { lmtp: port, 'imap idle': mailboxPort, ...(world.hasPipe ? { pipe: pipePort } : {}) }
  if (!world.hasPipe) checks.skip('the account that Postfix pipes as cannot read the program')
  for (const [way, answerPort] of Object.entries(ways)) {
    for (const [form, status] of Object.entries(ANSWERS)) {
      const uid = `${way.replace(' ', '-')}-${form}`
      await checks.check(`an invitation, answered (${form}) by ${way}`, async () => {
        const mail = await invite(world, uid, [CAROL, world.bob.email])
        checkStructure(mail)
        const began = Date.now()
        await answer(answerPort, mail, form, uid)
        await until(async () => isAnswered(await eventOf(world, uid), status), `the organizer sees ${status}`)
        await until(
          async () => isAnswered(await copyOf(world, world.bob, uid), status),
          'the other attendee does',
        )
        expectThat(/SCHEDULE-STATUS="?2\.0/.test(carolIn(await eventOf(world, uid))), 'no status 2.0')
        console.log(`       seen by both after ${Date.now() - began} ms`)
      })
    }
  }
}

/** Stores a meeting and waits until carol has the mail about it. */
async function invite(world: MailWorld, uid: string, attendees: readonly string[]): Promise<ParsedMail> {
  await putMeeting(world, uid, attendees)
  const mails = await arrived(world, uid)
  await until(async () => /SCHEDULE-STATUS="?1\.1/.test(carolIn(await eventOf(world, uid))), 'status 1.1')
  return mails[0] as ParsedMail
}

async function putMeeting(
  { server, alice }: MailWorld,
  uid: string,
  attendees: readonly string[],
): Promise<void> {
  const start = Math.ceil(Date.now() / DAY) * DAY + 2 * DAY
  const text = eventText({ uid, start, end: start + DAY / 24, organizer: alice, attendees, summary: uid })
  const { status } = await dav(server.rootUrl, alice, 'PUT', objectPath(alice, uid), text)
  expectThat(status === 201, `PUT was answered ${status}`)
}

/** Carol's mails about an event, once there is one. */
async function arrived({ dovecot }: MailWorld, uid: string): Promise<ParsedMail[]> {
  const { hostname: host, port } = new URL(dovecot.url)
  const auth = { user: CAROL, pass: 'secret' }
  const plain = { secure: false, doSTARTTLS: false, logger: false } as const
  const client = new ImapFlow({ host, port: Number(port), auth, ...plain })
  await client.connect()
  try {
    await client.mailboxOpen('INBOX')
    return await until(async () => {
      await client.noop()
      const found: ParsedMail[] = []
      const uids = (await client.search({ header: { subject: uid } }, { uid: true })) || []
      for (const each of uids) {
        const { source } = (await client.fetchOne(String(each), { source: true }, { uid: true })) || {}
        if (source !== undefined) found.push(await simpleParser(source))
      }
      return found.length > 0 ? found : undefined
    }, 'the invitation arrives')
  } finally {
    await client.logout()
  }
}

/** As mail programs need it (RFC 6047 §2.4), and as SPF and answers do. */
function checkStructure(mail: ParsedMail): void {
  const kinds = mail.attachments.map(({ contentType }) => contentType)
  expectThat(kinds.join() === 'text/calendar,application/ics', `it has ${kinds}`)
  const [inline] = mail.attachments
  expectThat(/method:request/i.test(inline?.content.toString() ?? ''), 'the inline part is no REQUEST')
  const type = inline?.headers.get('content-type') as { params?: Record<string, string> } | undefined
  expectThat(type?.params?.method === 'REQUEST', 'the method is not in its content type')
  expectThat((mail.text ?? '') !== '' && mail.html !== false, 'there is no text for people')
  const sender = String(mail.headers.get('return-path') && JSON.stringify(mail.headers.get('return-path')))
  expectThat(/bounce\+[a-z2-7]{52}@kal\.example/.test(sender), `it came from ${sender}`)
  expectThat(/^reply\+[a-z2-7]{52}@kal\.example$/.test(replyAddress(mail)), 'no reply address')
}

function replyAddress(mail: ParsedMail): string {
  return mail.replyTo?.value[0]?.address ?? ''
}

/** Mails an answer the way carol's program does. */
async function answer(port: number, mail: ParsedMail, form: string, uid: string): Promise<void> {
  const to = replyAddress(mail)
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
  await transport.sendMail({ envelope: { from: CAROL, to }, raw: fixture(form, to, uid) })
  transport.close()
}

async function bounce(world: MailWorld): Promise<void> {
  await putMeeting(world, 'bounced', ['nobody@unknown.example'])
  const failed = /ATTENDEE[^\r\n]*SCHEDULE-STATUS="?5\.1[^\r\n]*nobody@unknown\.example/
  await until(async () => failed.test(await eventOf(world, 'bounced')), 'status 5.1')
}

async function twice(world: MailWorld): Promise<void> {
  const mail = await invite(world, 'twice', [CAROL, world.bob.email])
  await answer(world.postfix.port, mail, 'gmail-reply', 'twice')
  await until(async () => isAnswered(await copyOf(world, world.bob, 'twice'), 'ACCEPTED'), 'the first counts')
  const before = await eventOf(world, 'twice')
  const path = objectPath(world.alice, 'twice')
  const etag = async () => (await dav(world.server.rootUrl, world.alice, 'GET', path)).headers.get('etag')
  const known = await etag()
  await answer(world.postfix.port, mail, 'gmail-reply', 'twice')
  // What comes after it by the same way shows that it is through.
  const other = await invite(world, 'after-twice', [CAROL])
  await answer(world.postfix.port, other, 'gmail-reply', 'after-twice')
  await until(async () => isAnswered(await eventOf(world, 'after-twice'), 'ACCEPTED'), 'the next counts')
  expectThat((await eventOf(world, 'twice')) === before && (await etag()) === known, 'it changed something')
}

async function outage(world: MailWorld): Promise<void> {
  await world.postfix.stop()
  const uids = Array.from({ length: 5 }, (_, index) => `outage-${index}`)
  for (const uid of uids) await putMeeting(world, uid, [CAROL])
  for (const uid of uids) {
    expectThat(
      /SCHEDULE-STATUS="?1\.0/.test(carolIn(await eventOf(world, uid))),
      'it does not say that it waits',
    )
  }
  await world.postfix.start()
  await until(async () => {
    await expireLeases(world.setting.store)
    return /SCHEDULE-STATUS="?1\.1/.test(carolIn(await eventOf(world, uids.at(-1) ?? '')))
  }, 'the last is sent')
  for (const uid of uids) {
    const ids = new Set((await arrived(world, uid)).map(({ messageId }) => messageId))
    expectThat(ids.size === 1, `${ids.size} different mails about ${uid}`)
  }
}

async function eventOf({ server, alice }: MailWorld, uid: string): Promise<string> {
  return unfold((await dav(server.rootUrl, alice, 'GET', objectPath(alice, uid))).body)
}

/** Somebody's copy, wherever in their calendar it is. */
async function copyOf({ server }: MailWorld, who: Account, uid: string): Promise<string> {
  const query = `<c:calendar-query xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:prop><c:calendar-data/></d:prop>
    <c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:prop-filter name="UID">
    <c:text-match>${uid}</c:text-match></c:prop-filter></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`
  const path = `/dav/calendars/${who.username}/calendar/`
  const { body } = await dav(server.rootUrl, who, 'REPORT', path, query, { Depth: '1' })
  return body.replaceAll('&#13;', '').replace(/\r?\n[ \t]/g, '')
}

function carolIn(text: string): string {
  return /ATTENDEE[^\r\n]*carol@gmail\.example/.exec(text)?.[0] ?? ''
}

function isAnswered(text: string, status: string): boolean {
  return carolIn(text).includes(`PARTSTAT=${status}`)
}

/** Looks until there is something. @throws Error when nothing comes of it */
async function until<T>(look: () => Promise<T | undefined | false>, what: string): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`)
    await wait(50)
  }
}
