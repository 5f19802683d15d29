import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import {
  answered,
  component,
  copyOf,
  findCopy,
  hrefOf,
  type MeetingFields,
  meeting,
  messagesOf,
  methodsOf,
  runJobsAfter,
  statusesIn,
  unfold,
} from '../support/invitations.ts'

/** Series: who is invited to which instance, who answers to which, and what the others see of it. */
describe('scheduling of series', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  let carol: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
    carol = await app().user('carol')
  })

  const daily = ['RRULE:FREQ=DAILY;COUNT=5']
  const instance = (fields: MeetingFields, day: string) => {
    const start = `203012${day}T090000Z`
    return component({ start, ...fields, lines: [`RECURRENCE-ID:${start}`, ...(fields.lines ?? [])] })
  }
  const store = async (text: string, uid: string) => {
    const sent = await alice.put(hrefOf('alice', `${uid}.ics`), text)
    expect(sent.status, sent.text).to.be.oneOf([201, 204])
  }
  const own = async (uid: string) => unfold((await alice.send('GET', hrefOf('alice', `${uid}.ics`))).text)
  const componentsIn = (text: string) => text.match(/BEGIN:VEVENT[\s\S]*?END:VEVENT/g) ?? []
  const componentOf = (text: string, day: string) =>
    componentsIn(text).find((one) => one.includes(`RECURRENCE-ID:203012${day}`)) ?? ''
  const masterOf = (text: string) => componentsIn(text).find((one) => !one.includes('RECURRENCE-ID')) ?? ''

  it('somebody invited to one instance gets that instance, and loses it alone', async () => {
    const uid = randomUUID()
    await store(meeting({ uid, lines: daily, more: instance({ uid, who: ['bob', 'carol'] }, '03') }), uid)
    const carols = (await copyOf(carol, uid))[1]
    expect(componentsIn(carols)).to.have.length(1)
    expect(carols).to.include('RECURRENCE-ID:20301203T090000Z').and.not.include('RRULE')
    await store(meeting({ uid, lines: daily, more: instance({ uid, who: ['bob'] }, '03') }), uid)
    expect((await copyOf(carol, uid))[1]).to.include('STATUS:CANCELLED')
    expect((await copyOf(bob, uid))[1]).not.to.include('STATUS:CANCELLED')
  })

  it('somebody taken off one instance keeps the others', async () => {
    const uid = randomUUID()
    await store(meeting({ uid, who: ['bob', 'carol'], lines: daily }), uid)
    await store(
      meeting({ uid, who: ['bob', 'carol'], lines: daily, more: instance({ uid, who: ['carol'] }, '02') }),
      uid,
    )
    const bobs = (await copyOf(bob, uid))[1]
    expect(bobs).to.include('EXDATE:20301202T090000Z').and.include('RRULE')
    expect(masterOf(bobs)).not.to.include('CANCELLED')
    const cancel = (await messagesOf(bob, uid)).find((text) => text.includes('METHOD:CANCEL'))
    expect(cancel).to.include('RECURRENCE-ID:20301202T090000Z').and.not.include('RRULE')
    expect((await copyOf(carol, uid))[1]).not.to.include('EXDATE')
  })

  it('a message about one instance leaves the rest of the series and its answers', async () => {
    const uid = randomUUID()
    await store(meeting({ uid, lines: daily }), uid)
    const [path, text] = await copyOf(bob, uid)
    await bob.put(path, answered(text, 'bob', 'ACCEPTED'))
    const master = await own(uid)
    const changed = instance({ uid, summary: 'Elsewhere', lines: ['LOCATION:Annex'] }, '04').join('\r\n')
    await store(master.replace('END:VCALENDAR', `${changed}\r\nEND:VCALENDAR`), uid)
    const bobs = (await copyOf(bob, uid))[1]
    expect(bobs).to.include('RRULE:FREQ=DAILY;COUNT=5')
    expect(componentOf(bobs, '04')).to.include('LOCATION:Annex')
    expect(statusesIn(masterOf(bobs), 'bob')).to.deep.equal(['ACCEPTED'])
    const [, ...messages] = await messagesOf(bob, uid)
    expect(messages).to.have.length(1)
    expect(messages[0]).not.to.include('RRULE')
  })

  it('answers to the series and to one instance are told apart', async () => {
    const uid = randomUUID()
    await store(meeting({ uid, who: ['bob', 'carol'], lines: daily }), uid)
    const [path, text] = await copyOf(bob, uid)
    const accepted = answered(text, 'bob', 'ACCEPTED')
    const exception = masterOf(accepted)
      .replace(/RRULE[^\r]*\r\n/, '')
      .replaceAll('20301201T', '20301203T')
      .replace('DTSTART', 'RECURRENCE-ID:20301203T090000Z\r\nDTSTART')
    const declined = answered(exception, 'bob', 'DECLINED')
    const sent = await bob.put(path, accepted.replace('END:VCALENDAR', `${declined}\r\nEND:VCALENDAR`))
    expect(sent.status, sent.text).to.equal(204)
    for (const seen of [await own(uid), (await copyOf(carol, uid))[1]]) {
      expect(statusesIn(masterOf(seen), 'bob')).to.deep.equal(['ACCEPTED'])
      expect(statusesIn(componentOf(seen, '03'), 'bob')).to.deep.equal(['DECLINED'])
    }
    const back = (await copyOf(bob, uid))[1]
    await bob.put(path, answered(back, 'bob', 'TENTATIVE'))
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['TENTATIVE', 'TENTATIVE'])
  })

  it('a client that does not count SEQUENCE changes a series again and again, and all of it arrives', async () => {
    const uid = randomUUID()
    const written = (summary: string) => store(meeting({ uid, summary, lines: daily }), uid)
    for (const summary of ['One', 'Two', 'Three', 'Three', 'Four']) await written(summary)
    expect((await copyOf(bob, uid))[1]).to.include('SUMMARY:Four')
    expect(/SEQUENCE:(\d+)/.exec(await own(uid))?.[1]).to.equal('3')
    await store(meeting({ uid, summary: 'Four', who: ['bob', 'carol'], lines: daily }), uid)
    await store(meeting({ uid, summary: 'Five', who: ['bob', 'carol'], lines: daily }), uid)
    expect((await copyOf(bob, uid))[1]).to.include('SUMMARY:Five')
    expect((await copyOf(carol, uid))[1]).to.include('SUMMARY:Five')
  })

  it('a series that is split ends for everybody, and the rest is a new invitation', async () => {
    const [uid, rest] = [randomUUID(), randomUUID()]
    await store(meeting({ uid, who: ['bob'], lines: daily }), uid)
    const [path, text] = await copyOf(bob, uid)
    await bob.put(path, answered(text, 'bob', 'ACCEPTED'))
    const head = (await own(uid)).replace('COUNT=5', 'COUNT=2')
    await store(head, uid)
    const tail = meeting({ uid: rest, lines: ['RRULE:FREQ=DAILY;COUNT=3'], start: '20301203T093000Z' })
    await store(tail.replace('DTEND:20301203T103000Z', 'DTEND:20301203T113000Z'), rest)
    const bobs = (await copyOf(bob, uid))[1]
    expect(bobs).to.include('COUNT=2')
    expect(statusesIn(bobs, 'bob')).to.deep.equal(['ACCEPTED'])
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['ACCEPTED'])
    expect(statusesIn((await copyOf(bob, rest))[1], 'bob')).to.deep.equal(['NEEDS-ACTION'])
  })

  it('RANGE=THISANDFUTURE reaches the invited as it is, and can be answered', async () => {
    const uid = randomUUID()
    const later = instance({ uid, start: '20301203T110000Z' }, '03').map((line) =>
      line
        .replace(/^RECURRENCE-ID:.*/, 'RECURRENCE-ID;RANGE=THISANDFUTURE:20301203T090000Z')
        .replace(/^DTEND:.*/, 'DTEND:20301203T120000Z'),
    )
    await store(meeting({ uid, lines: daily }), uid)
    await store(meeting({ uid, lines: daily, more: later }), uid)
    const [path, text] = await copyOf(bob, uid)
    expect(text).to.include('RECURRENCE-ID;RANGE=THISANDFUTURE:20301203T090000Z')
    expect(text).to.include('DTSTART:20301203T110000Z').and.include('RRULE')
    const sent = await bob.put(path, answered(text, 'bob', 'ACCEPTED'))
    expect(sent.status, sent.text).to.equal(204)
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['ACCEPTED', 'ACCEPTED'])
    expect(await own(uid)).to.include('RANGE=THISANDFUTURE')
  })

  it('a series with its overrides is cancelled as a whole, and declined as a whole', async () => {
    const uid = randomUUID()
    await store(
      meeting({
        uid,
        who: ['bob', 'carol'],
        lines: daily,
        more: instance({ uid, who: ['bob', 'carol'] }, '02'),
      }),
      uid,
    )
    const [path] = await copyOf(carol, uid)
    await carol.send('DELETE', path)
    await runJobsAfter(app().store)
    expect(statusesIn(await own(uid), 'carol')).to.deep.equal(['DECLINED', 'DECLINED'])
    expect(statusesIn((await copyOf(bob, uid))[1], 'carol')).to.deep.equal(['DECLINED', 'DECLINED'])
    await alice.send('DELETE', hrefOf('alice', `${uid}.ics`))
    await runJobsAfter(app().store)
    for (const one of componentsIn((await copyOf(bob, uid))[1])) expect(one).to.include('STATUS:CANCELLED')
    expect(await methodsOf(bob, uid)).to.deep.equal(['REQUEST', 'CANCEL'])
    expect(await findCopy(carol, uid)).to.equal(undefined)
  })

  it('an instance that was taken out and comes back is asked again', async () => {
    const uid = randomUUID()
    await store(meeting({ uid, lines: daily }), uid)
    const [path, text] = await copyOf(bob, uid)
    await bob.put(path, answered(text, 'bob', 'ACCEPTED'))
    await store(meeting({ uid, lines: [...daily, 'EXDATE:20301202T090000Z'] }), uid)
    expect((await copyOf(bob, uid))[1]).to.include('EXDATE:20301202T090000Z')
    expect(statusesIn(await own(uid), 'bob')).to.deep.equal(['ACCEPTED'])
    await store(meeting({ uid, lines: daily }), uid)
    expect((await copyOf(bob, uid))[1]).not.to.include('EXDATE')
    expect(statusesIn((await copyOf(bob, uid))[1], 'bob')).to.deep.equal(['NEEDS-ACTION'])
  })
})
