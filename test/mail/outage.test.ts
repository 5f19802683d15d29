import { expect } from 'chai'
import { simpleParser } from 'mailparser'
import { useExchange } from './exchange.ts'
import { startPeer } from './smtp-peer.ts'

/** The next mail server is away, or hangs up, as real ones do. */
describe('trouble with the next mail server', () => {
  const exchange = useExchange()
  const UIDS = ['one', 'two', 'three', 'four']

  async function invite(): Promise<void> {
    for (const uid of UIDS) await exchange().put(`${uid}.ics`, exchange().event(`${uid}-${count}`))
  }

  let count = 0
  beforeEach(async () => {
    count += 1
    await invite()
  })

  const statuses = async () =>
    (await Promise.all(UIDS.map((uid) => exchange().attendeeIn(`${uid}.ics`)))).map(({ status }) => status)

  async function messageIds(mails: readonly { readonly text: string }[]): Promise<(string | undefined)[]> {
    return Promise.all(mails.map(async ({ text }) => (await simpleParser(text)).messageId))
  }

  it('nothing is lost or doubled when nobody listens for hours', async () => {
    const { peer } = exchange()
    await peer.close()
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await exchange().send()
      await exchange().pass(1200)
    }
    expect(await statuses()).to.deep.equal(UIDS.map(() => '1.0'))
    const again = await startPeer(Number(new URL(peer.url).port))
    try {
      await exchange().pass(3 * 3600)
      expect(await exchange().send()).to.equal(UIDS.length)
      expect(await exchange().send()).to.equal(0)
      expect(new Set(await messageIds(again.mails)).size).to.equal(UIDS.length)
      expect(again.mails).to.have.length(UIDS.length)
      expect(await statuses()).to.deep.equal(UIDS.map(() => '1.1'))
    } finally {
      await again.close()
    }
  })

  it('a mail that was not taken is sent again', async () => {
    const { peer } = exchange()
    peer.hangsUp = 'before'
    await exchange().send()
    expect(await statuses()).to.deep.equal(UIDS.map(() => '1.0'))
    peer.hangsUp = undefined
    await exchange().pass(3600)
    await exchange().send()
    expect(peer.mails).to.have.length(UIDS.length)
    expect(await statuses()).to.deep.equal(UIDS.map(() => '1.1'))
  })

  it('a mail that was taken without a word is sent again under the same name, the same in every octet', async () => {
    const { peer } = exchange()
    peer.hangsUp = 'after'
    await exchange().send()
    const taken = peer.mails.splice(0)
    expect(taken.length).to.be.at.least(1)
    peer.hangsUp = undefined
    await exchange().pass(3600)
    await exchange().send()
    const ids = await messageIds(peer.mails)
    expect(new Set(ids).size).to.equal(UIDS.length)
    for (const id of await messageIds(taken)) expect(ids).to.include(id)
    const calendarIn = (text: string) => text.slice(text.indexOf('application/ics'))
    const plain = (text: string) => calendarIn(text).replaceAll(/^--.*$/gm, '')
    const known = new Set(peer.mails.map(({ text }) => plain(text)))
    for (const { text } of taken) expect(known.has(plain(text))).to.equal(true)
    expect(await statuses()).to.deep.equal(UIDS.map(() => '1.1'))
  })

  it('what is refused for now is not given up, nor told of in the wrong order', async () => {
    const { peer } = exchange()
    peer.refuseWith = 451
    await exchange().send()
    await exchange().put(
      'one.ics',
      exchange().event(`one-${count}`).replace('SUMMARY:Lunch', 'SUMMARY:Dinner'),
    )
    peer.refuseWith = undefined
    while ((await exchange().send()) > 0) {}
    expect(peer.mails).to.deep.equal([])
    await exchange().pass(60)
    while ((await exchange().send()) > 0) {}
    const subjects = await Promise.all(peer.mails.map(async ({ text }) => (await simpleParser(text)).subject))
    expect(subjects.filter((subject) => subject !== 'Invitation: Lunch')).to.deep.equal(['Changed: Dinner'])
    expect(subjects.at(-1)).to.equal('Changed: Dinner')
  })

  it('one that wants its own user as the sender has its way', async () => {
    const { peer } = exchange()
    peer.onlySender = 'calendar@kal.example'
    await exchange().send()
    expect(peer.mails.map(({ from }) => from)).to.deep.equal(UIDS.map(() => 'calendar@kal.example'))
    expect(await statuses()).to.deep.equal(UIDS.map(() => '1.1'))
  })

  it('after days it is given up, and the event says so', async () => {
    const { peer } = exchange()
    peer.refuseWith = 451
    await exchange().send()
    await exchange().pass(5 * 86_400)
    await exchange().send()
    expect(await statuses()).to.deep.equal(UIDS.map(() => '5.1'))
  })
})
