import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { statement } from '../../src/store/statement.ts'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import {
  answered,
  copyOf,
  findCopy,
  hrefOf,
  mail,
  meeting,
  messagesOf,
  methodsOf,
  parameterIn,
  runJobsAfter,
  statusesIn,
  unfold,
} from '../support/invitations.ts'

const PROPOSALS = statement<{ email: string; status: string; proposed: Date | undefined }>(
  'test.message-proposals',
  `select i.invitee_email as email, i.status, i.proposed_time as proposed from invites i
   join events e on e.user_id = i.user_id and e.event_id = i.event_id where e.uid = $1 order by 1`,
)

/** RFC 5546 over HTTP, beyond REQUEST, REPLY and CANCEL. */
describe('messages of iTIP', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let carol: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    carol = await app().user('carol')
  })

  const invite = async (fields: Parameters<typeof meeting>[0]) => {
    const sent = await alice.put(hrefOf('alice', `${fields.uid}.ics`), meeting(fields))
    expect(sent.status, sent.text).to.be.oneOf([201, 204])
  }
  const proposals = (uid: string) => app().store.reader.rows(PROPOSALS, uid)
  const moved = (text: string) =>
    text.replaceAll('20301201T09', '20301201T14').replaceAll('20301201T10', '20301201T15')
  const post = (client: DavClient, text: string) =>
    client.send('POST', `${client.home}outbox/`, { body: text, type: 'text/calendar; charset=utf-8' })
  const withMethod = (text: string, method: string) =>
    text.replace('VERSION:2.0', `VERSION:2.0\r\nMETHOD:${method}`)

  it('COUNTER: an attendee who moves the time is refused, or proposes it when the client says so', async () => {
    const uid = randomUUID()
    await invite({ uid, who: ['bob', 'carol'] })
    const [path, text] = await copyOf(bob, uid)
    expect((await bob.put(path, moved(text))).status).to.equal(403)
    const alarm =
      'BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT'
    const proposal = moved(text).replace('END:VEVENT', `SEQUENCE:7\r\nCOMMENT:After lunch?\r\n${alarm}`)
    const sent = await bob.put(path, proposal, { 'Schedule-Counter': 'T' })
    expect(sent.status, sent.text).to.equal(204)
    expect(sent.headers.get('etag')).to.equal(null)
    const kept = (await copyOf(bob, uid))[1]
    expect(kept).to.include('DTSTART:20301201T090000Z').and.include('BEGIN:VALARM')
    const message = (await messagesOf(alice, uid)).find((item) => item.includes('METHOD:COUNTER'))
    expect(message)
      .to.include('DTSTART:20301201T140000Z')
      .and.include('COMMENT:After lunch?')
      .and.not.include('VALARM')
    expect((await copyOf(alice, uid))[1]).to.include('DTSTART:20301201T090000Z')
    expect(message).not.to.include('SEQUENCE:7')
    expect(await proposals(uid)).to.deep.equal([
      { email: 'bob@example.test', status: 'Pending', proposed: new Date('2030-12-01T14:00:00Z') },
      { email: 'carol@example.test', status: 'Pending', proposed: undefined },
    ])
    const own = moved((await copyOf(alice, uid))[1])
    expect((await alice.put(hrefOf('alice', `${uid}.ics`), own)).status).to.equal(204)
    expect((await proposals(uid)).map(({ proposed }) => proposed)).to.deep.equal([undefined, undefined])
    expect((await copyOf(bob, uid))[1])
      .to.include('DTSTART:20301201T140000Z')
      .and.include('BEGIN:VALARM')
  })

  it('COUNTER of one instance of a series leaves the series alone', async () => {
    const uid = randomUUID()
    await invite({ uid, lines: ['RRULE:FREQ=DAILY;COUNT=4'] })
    const [path, text] = await copyOf(bob, uid)
    const [series = ''] = /BEGIN:VEVENT[\s\S]*?END:VEVENT/.exec(text) ?? []
    const instance = series
      .replace(/RRULE[^\r]*\r\n/, 'RECURRENCE-ID:20301203T090000Z\r\n')
      .replace('DTSTART:20301201T09', 'DTSTART:20301203T16')
      .replace('DTEND:20301201T10', 'DTEND:20301203T17')
    const body = text.replace('END:VCALENDAR', `${instance}\r\nEND:VCALENDAR`)
    const sent = await bob.put(path, body, { 'Schedule-Counter': 'T' })
    expect(sent.status, sent.text).to.equal(204)
    const [counter] = await messagesOf(alice, uid)
    expect(counter).to.include('RECURRENCE-ID:20301203T090000Z').and.include('DTSTART:20301203T160000Z')
    expect(counter).not.to.include('RRULE')
    expect((await copyOf(bob, uid))[1]).not.to.include('T160000Z')
    const times = async () => (await proposals(uid)).flatMap(({ proposed }) => proposed ?? [])
    expect(await times()).to.deep.equal([new Date('2030-12-03T16:00:00Z')])
    const accepted = (await copyOf(bob, uid))[1]
    expect((await bob.put(path, answered(accepted, 'bob', 'ACCEPTED'))).status).to.equal(204)
    expect(await times()).to.deep.equal([new Date('2030-12-03T16:00:00Z')])
    await post(alice, withMethod((await copyOf(alice, uid))[1], 'DECLINECOUNTER'))
    expect(await times()).to.deep.equal([])
  })

  it('COUNTER and DECLINECOUNTER by POST to an outbox', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const [, text] = await copyOf(bob, uid)
    const asked = await post(bob, withMethod(moved(text), 'COUNTER'))
    expect(asked.status, asked.text).to.equal(200)
    expect(asked.text).to.include('2.0;Success').and.include('mailto:alice@example.test')
    expect(await methodsOf(alice, uid)).to.deep.equal(['COUNTER'])
    expect((await proposals(uid))[0]?.proposed).to.deep.equal(new Date('2030-12-01T14:00:00Z'))
    const declined = await post(alice, withMethod((await copyOf(alice, uid))[1], 'DECLINECOUNTER'))
    expect(declined.status, declined.text).to.equal(200)
    expect(await methodsOf(bob, uid)).to.include('DECLINECOUNTER')
    expect((await proposals(uid))[0]?.proposed).to.equal(undefined)
    for (const [client, forged] of [
      [carol, withMethod(moved(text), 'COUNTER')],
      [bob, withMethod(text, 'DECLINECOUNTER')],
      [alice, withMethod(text, 'COUNTER')],
      [bob, withMethod(text.replaceAll(uid, randomUUID()), 'COUNTER')],
    ] as const) {
      const refused = await post(client, forged)
      expect(refused.status, refused.text).to.equal(403)
      expect(refused.condition).to.equal('valid-scheduling-message')
    }
  })

  const refreshOf = (uid: string, name: string) =>
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//test//EN',
      'METHOD:REFRESH',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20261101T000000Z',
      `ORGANIZER:${mail('alice')}`,
      `ATTENDEE:${mail(name)}`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')

  it('REFRESH: who asks is sent the meeting as it is', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const asked = await post(bob, refreshOf(uid, 'bob'))
    expect(asked.status, asked.text).to.equal(200)
    expect((await copyOf(bob, uid))[1]).to.include('SUMMARY:Planning')
    expect(await methodsOf(alice, uid)).to.deep.equal([])
  })

  it('REFRESH: who has removed their copy without a word gets it back, nobody else does', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const [path] = await copyOf(bob, uid)
    expect((await bob.send('DELETE', path, { headers: { 'Schedule-Reply': 'F' } })).status).to.equal(204)
    expect(await findCopy(bob, uid)).to.equal(undefined)
    const refused = await post(carol, refreshOf(uid, 'carol'))
    expect(refused.status, refused.text).to.equal(403)
    expect(refused.condition).to.equal('valid-scheduling-message')
    expect(await findCopy(carol, uid)).to.equal(undefined)
    const asked = await post(bob, refreshOf(uid, 'bob'))
    expect(asked.status, asked.text).to.equal(200)
    const back = (await copyOf(bob, uid))[1]
    expect(back).to.include('SUMMARY:Planning')
    expect(statusesIn(back, 'bob')).to.deep.equal(['NEEDS-ACTION'])
    expect(await methodsOf(alice, uid)).to.deep.equal([])
  })

  it('delegation: the delegate is invited, answers, and the organizer and the delegator see it', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const [path, text] = await copyOf(bob, uid)
    const delegated = text
      .replace(
        /ATTENDEE[^\r]*:mailto:bob@/,
        `ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="${mail('carol')}":mailto:bob@`,
      )
      .replace(
        'END:VEVENT',
        `ATTENDEE;DELEGATED-FROM="${mail('bob')}";RSVP=TRUE:${mail('carol')}\r\nEND:VEVENT`,
      )
    const sent = await bob.put(path, delegated)
    expect(sent.status, sent.text).to.equal(204)
    const own = (await copyOf(alice, uid))[1]
    expect(statusesIn(own, 'bob')).to.deep.equal(['DELEGATED'])
    expect(parameterIn(own, 'bob', 'DELEGATED-TO')).to.equal('mailto')
    expect(statusesIn(own, 'carol')).to.deep.equal(['NEEDS-ACTION'])
    expect(own).to.match(/ATTENDEE[^\r]*DELEGATED-FROM="mailto:bob@example\.test"[^\r]*:mailto:carol@/)
    const [carols, invitation] = await copyOf(carol, uid)
    expect(await methodsOf(carol, uid)).to.deep.equal(['REQUEST'])
    const answer = invitation.replace(
      /(ATTENDEE[^\r]*)PARTSTAT=NEEDS-ACTION([^\r]*:mailto:carol@)/,
      '$1PARTSTAT=ACCEPTED$2',
    )
    expect((await carol.put(carols, answer)).status).to.equal(204)
    expect(statusesIn((await copyOf(alice, uid))[1], 'carol')).to.deep.equal(['ACCEPTED'])
    expect(statusesIn((await copyOf(bob, uid))[1], 'carol')).to.deep.equal(['ACCEPTED'])
    expect((await proposals(uid)).map(({ email, status }) => [email, status])).to.deep.equal([
      ['bob@example.test', 'Declined'],
      ['carol@example.test', 'Accepted'],
    ])
  })

  it('a task is requested, answered as it proceeds, and cancelled', async () => {
    const uid = randomUUID()
    await invite({ uid, component: 'VTODO' })
    const [path, text] = await copyOf(bob, uid)
    expect(text).to.include('BEGIN:VTODO')
    const working = text
      .replace(/ATTENDEE[^\r]*:mailto:bob@/, 'ATTENDEE;PARTSTAT=IN-PROCESS:mailto:bob@')
      .replace('END:VTODO', 'PERCENT-COMPLETE:40\r\nSTATUS:IN-PROCESS\r\nEND:VTODO')
    const sent = await bob.put(path, working)
    expect(sent.status, sent.text).to.equal(204)
    expect(statusesIn((await copyOf(alice, uid))[1], 'bob')).to.deep.equal(['IN-PROCESS'])
    const reply = (await messagesOf(alice, uid)).find((item) => item.includes('METHOD:REPLY'))
    expect(reply).to.include('PERCENT-COMPLETE:40')
    await alice.send('DELETE', hrefOf('alice', `${uid}.ics`))
    await runJobsAfter(app().store)
    expect(unfold((await copyOf(bob, uid))[1])).to.include('STATUS:CANCELLED')
  })

  it('nobody answers who was not invited, unless the policy is to take them in', async () => {
    const uid = randomUUID()
    await invite({ uid })
    const forwarded = (await copyOf(bob, uid))[1].replace(
      /ATTENDEE[^\r]*:mailto:bob@/,
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@',
    )
    const sent = await carol.put(hrefOf('carol', `${uid}.ics`), forwarded)
    expect(sent.status, sent.text).to.equal(201)
    expect(statusesIn((await copyOf(alice, uid))[1], 'carol')).to.deep.equal([])
    expect(await methodsOf(alice, uid)).to.deep.equal([])
  })
})

describe('where party crashers are welcome', () => {
  const app = useApp({ PARTY_CRASHERS: 'add' })

  it('somebody who answers without an invitation is on the list, marked', async () => {
    const [alice, bob, carol] = [
      await app().user('alice'),
      await app().user('bob'),
      await app().user('carol'),
    ]
    const uid = randomUUID()
    await alice.put(hrefOf('alice', `${uid}.ics`), meeting({ uid }))
    const forwarded = (await copyOf(bob, uid))[1].replace(
      /ATTENDEE[^\r]*:mailto:bob@/,
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@',
    )
    expect((await carol.put(hrefOf('carol', `${uid}.ics`), forwarded)).status).to.equal(201)
    const own = (await copyOf(alice, uid))[1]
    expect(statusesIn(own, 'carol')).to.deep.equal(['ACCEPTED'])
    expect(parameterIn(own, 'carol', 'X-KALENDS-UNINVITED')).to.equal('TRUE')
    expect(statusesIn((await copyOf(bob, uid))[1], 'carol')).to.deep.equal(['ACCEPTED'])
  })
})
