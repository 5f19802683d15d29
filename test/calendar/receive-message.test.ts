import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { addUser } from '../../src/accounts/users.ts'
import type { Actor } from '../../src/calendar/model.ts'
import { putObject } from '../../src/calendar/put-object.ts'
import { type ForeignMessage, receiveMessage } from '../../src/calendar/receive-message.ts'
import { parseCalendar } from '../../src/ical/text.ts'
import { statement } from '../../src/store/statement.ts'
import { calendarEnv, type TestEnv, textOf } from '../support/calendars.ts'
import { useStore } from '../support/database.ts'
import { runJobs, statusesIn, unfold } from '../support/invitations.ts'

const FOUND = statement<{ kind: string; data: string }>(
  'test.received',
  `select c.kind, e.data from events e join users u on u.user_id = e.user_id
   join calendars c on c.calendar_id = e.calendar_id
   where u.username = $1 and e.data like '%UID:' || $2 || '%' order by c.kind, e.created_at`,
)
const OUTSIDE = 'mailto:boss@elsewhere.test'

/** Messages that somebody outside sent, as mail hands them over. */
describe('messages from outside', () => {
  const store = useStore()
  let env: TestEnv
  const actors = new Map<string, Actor>()
  before(async () => {
    env = calendarEnv(store())
    const accounts = { store: store(), clock: () => new Date(), newId: randomUUID }
    for (const username of ['ann', 'ben', 'cat']) {
      const user = await addUser(accounts, { username, email: `${username}@example.test` })
      actors.set(username, { ...user, groupIds: [] })
    }
  })

  interface Fields {
    readonly uid: string
    readonly method: ForeignMessage['method']
    readonly stamp?: string
    readonly more?: readonly string[]
    readonly when?: string
    readonly to?: string
    readonly sender?: string
    readonly summary?: string
    readonly placement?: 'calendar' | 'inbox'
  }
  const receive = ({ uid, method, stamp = '20261120T000000Z', more = [], to = 'ben', ...rest }: Fields) => {
    const { sender = OUTSIDE, placement = 'calendar', when, summary } = rest
    const lines = sender === OUTSIDE ? [`ORGANIZER:${OUTSIDE}`, ...more] : more
    const text = textOf({ uid, more: lines, ...(when && { when }), ...(summary && { summary }) })
      .replace('VERSION:2.0', `VERSION:2.0\r\nMETHOD:${method}`)
      .replace('DTSTAMP:20261101T000000Z', `DTSTAMP:${stamp}`)
    const calendar = parseCalendar(text)
    return receiveMessage(env, { method, sender, recipient: `${to}@example.test`, calendar, placement })
  }
  const found = async (username: string, uid: string, kind: string) =>
    (await store().reader.rows(FOUND, username, uid))
      .filter((row) => row.kind === kind)
      .map(({ data }) => unfold(data))
  const guest = 'ATTENDEE;RSVP=TRUE:mailto:ben@example.test'

  it('what the inbox alone shows is shown once, however often it comes', async () => {
    const uid = randomUUID()
    for (const summary of ['Stranger', 'Stranger', 'Another', 'Stranger']) {
      await receive({ uid, method: 'REQUEST', more: [guest], summary, placement: 'inbox' })
    }
    expect(await found('ben', uid, 'inbox')).to.have.length(2)
    expect(await found('ben', uid, 'calendar')).to.deep.equal([])
    const own = randomUUID()
    const sender = 'mailto:guest@elsewhere.test'
    const more = ['ORGANIZER:mailto:ann@example.test', `ATTENDEE:${sender}`]
    const ref = { owner: 'ann', collection: 'calendar', name: `${own}.ics` }
    await putObject(env, actors.get('ann') as Actor, ref, textOf({ uid: own, more }), {})
    for (const summary of ['Later?', 'Later?']) {
      await receive({ uid: own, method: 'COUNTER', to: 'ann', sender, more, summary })
    }
    expect(await found('ann', own, 'inbox')).to.have.length(1)
  })

  it('REQUEST makes a copy once, however often it comes; an older one changes nothing', async () => {
    const uid = randomUUID()
    await receive({ uid, method: 'REQUEST', more: [guest], summary: 'Newer' })
    await receive({ uid, method: 'REQUEST', more: [guest], summary: 'Newer' })
    await receive({ uid, method: 'REQUEST', more: [guest], summary: 'Older', stamp: '20261119T000000Z' })
    const [copy, ...others] = await found('ben', uid, 'calendar')
    expect(copy).to.include('SUMMARY:Newer').and.not.include('METHOD')
    expect(others).to.deep.equal([])
    expect(await found('ben', uid, 'inbox')).to.have.length(1)
  })

  it('ADD adds an instance to a series, and is nothing to who does not have it', async () => {
    const uid = randomUUID()
    const added = { method: 'ADD', when: 'DTSTART:20261210T110000Z\r\nDTEND:20261210T120000Z' } as const
    await receive({ uid, ...added, more: [guest] })
    expect(await found('ben', uid, 'calendar')).to.deep.equal([])
    await receive({ uid, method: 'REQUEST', more: [guest, 'RRULE:FREQ=DAILY;COUNT=3'] })
    await receive({ uid, ...added, more: [guest, 'SEQUENCE:1'], stamp: '20261121T000000Z' })
    await receive({ uid, ...added, more: [guest, 'SEQUENCE:1'], stamp: '20261121T000000Z' })
    const [copy] = await found('ben', uid, 'calendar')
    expect(copy).to.include('RRULE:FREQ=DAILY;COUNT=3').and.include('RDATE:20261210T110000Z')
    expect(copy).to.include('RECURRENCE-ID:20261210T110000Z')
    expect(copy?.match(/RDATE/g)).to.have.length(1)
  })

  it('PUBLISH puts an event into the calendar, and a later one replaces it', async () => {
    const uid = randomUUID()
    await receive({ uid, method: 'PUBLISH', summary: 'First' })
    await receive({ uid, method: 'PUBLISH', summary: 'Second', stamp: '20261121T000000Z' })
    const copies = await found('ben', uid, 'calendar')
    expect(copies).to.have.length(1)
    expect(copies[0]).to.include('SUMMARY:Second')
  })

  it('CANCEL is believed of the organizer alone', async () => {
    const uid = randomUUID()
    await receive({ uid, method: 'REQUEST', more: [guest] })
    const forged = { uid, method: 'CANCEL', stamp: '20261121T000000Z', more: [guest, 'SEQUENCE:1'] } as const
    await receive({
      ...forged,
      sender: 'mailto:other@elsewhere.test',
      more: [`ORGANIZER:${OUTSIDE}`, ...forged.more],
    })
    expect((await found('ben', uid, 'calendar'))[0]).not.to.include('CANCELLED')
    await receive(forged)
    expect((await found('ben', uid, 'calendar'))[0]).to.include('STATUS:CANCELLED')
  })

  it('what is not trusted is shown and touches no calendar', async () => {
    const uid = randomUUID()
    await receive({ uid, method: 'REQUEST', more: [guest], placement: 'inbox' })
    expect(await found('ben', uid, 'calendar')).to.deep.equal([])
    expect(await found('ben', uid, 'inbox')).to.have.length(1)
  })

  it('a REPLY that delegates to somebody here invites them, and everybody sees it', async () => {
    const uid = randomUUID()
    const people = [`ATTENDEE:${OUTSIDE}`, 'ATTENDEE:mailto:ben@example.test']
    const more = ['ORGANIZER:mailto:ann@example.test', ...people]
    const ref = { owner: 'ann', collection: 'calendar', name: `${uid}.ics` }
    await putObject(env, actors.get('ann') as Actor, ref, textOf({ uid, more }), {})
    const text = textOf({
      uid,
      more: [
        'ORGANIZER:mailto:ann@example.test',
        `ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:cat@example.test":${OUTSIDE}`,
      ],
    })
      .replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:REPLY')
      .replace('DTSTAMP:20261101T000000Z', 'DTSTAMP:20261122T130000Z')
    const reply = {
      method: 'REPLY',
      sender: OUTSIDE,
      recipient: 'ann@example.test',
      placement: 'calendar',
    } as const
    await receiveMessage(env, { ...reply, calendar: parseCalendar(text) })
    await runJobs(env)
    expect((await found('cat', uid, 'calendar'))[0]).to.include('SUMMARY:Something')
    const [own] = await found('ann', uid, 'calendar')
    expect(statusesIn(own ?? '', 'cat')).to.deep.equal(['NEEDS-ACTION'])
    expect(own).to.match(/ATTENDEE[^\r]*SCHEDULE-STATUS=1\.2[^\r]*:mailto:cat@/)
    expect((await found('ben', uid, 'calendar'))[0]).to.match(/PARTSTAT=DELEGATED[^\r]*:mailto:boss@/)
  })
})
