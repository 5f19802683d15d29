import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import { calendarOf, copyOf, hrefOf, meeting, messagesTo } from '../support/meetings.ts'

/** What people do to meetings that they should not, or that nobody foresaw. */
describe('scheduling, abused', () => {
  const app = useApp()
  let alice: DavClient
  let bob: DavClient
  before(async () => {
    alice = await app().user('alice')
    bob = await app().user('bob')
  })

  it('a meeting that becomes private, organizer and all, is cancelled for those invited', async () => {
    const uid = randomUUID()
    await alice.put(hrefOf('alice', uid), meeting({ uid }))
    const lines = [`UID:${uid}`, 'DTSTAMP:20261101T000000Z', 'DTSTART:20301201T090000Z', 'SUMMARY:Alone']
    const text = calendarOf(['BEGIN:VEVENT', ...lines, 'END:VEVENT'])
    expect((await alice.put(hrefOf('alice', uid), text)).status).to.equal(204)
    expect((await copyOf(bob, 'bob', uid))?.text).to.include('STATUS:CANCELLED')
    expect(await messagesTo(bob, 'bob', uid)).to.deep.equal(['CANCEL', 'REQUEST'])
  })
})
