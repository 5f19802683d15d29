import { expect } from 'chai'
import { simpleParser } from 'mailparser'
import { heldMailsPage } from '../../src/held-mails-page.ts'
import { decideHeldOf } from '../../src/mail/decide-hold.ts'
import type { HoldLinks } from '../../src/mail/hold-notice.ts'
import { statement } from '../../src/store/statement.ts'
import { serve, type TestServer } from '../http/serve.ts'
import { useExchange } from './exchange.ts'

const LINKS: HoldLinks = {
  baseUrl: 'https://calendar.example/kalends',
  secret: 'a secret of sixteen octets or more',
}
const SPEAK = statement('test.held-locale', 'update users set locale = $2 where user_id = $1')
const DAY_S = 86_400

/** Who cancelled a lot is asked whether they meant it. */
describe('a user whose mails are held', () => {
  const exchange = useExchange()
  let server: TestServer

  beforeEach(async () => {
    const { store, env } = exchange()
    server = await serve(heldMailsPage({ store, secret: LINKS.secret, clock: env.clock }), {
      prefix: '/kalends',
    })
  })
  afterEach(async () => {
    const { alice, env, store } = exchange()
    await server.close()
    await decideHeldOf(store, alice.userId, 'drop', env.clock())
    await store.transact(async (tx) => tx.write(SPEAK, alice.userId, 'en'))
  })

  const send = () => exchange().send({ mostCancels: 2 })

  /** Invites carol to so many events, and cancels them all. */
  async function hold(prefix: string, count = 3, summary = 'Lunch'): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`)
    for (const name of names) {
      const event = exchange().event(name).replace('SUMMARY:Lunch', `SUMMARY:${summary}`)
      await exchange().put(`${name}.ics`, event)
    }
    await send()
    for (const name of names) await exchange().remove(`${name}.ics`)
    expect(await send()).to.equal(0)
    exchange().peer.mails.splice(0)
  }

  /** The mail that tells alice, a minute later, however many look for what is to be told. */
  async function notice(links: HoldLinks | undefined = LINKS) {
    const { peer } = exchange()
    await exchange().pass(60)
    await Promise.all([exchange().tell(links), exchange().tell(links)])
    expect(peer.mails).to.have.length(1)
    const [mail] = peer.mails.splice(0)
    return { to: mail?.to, parsed: await simpleParser(mail?.text ?? '') }
  }

  async function linkInMail(): Promise<URL> {
    const { parsed } = await notice()
    return new URL(/https:\S+/.exec(parsed.text ?? '')?.[0] ?? '')
  }

  const get = ({ pathname, search }: URL) => server.ask('GET', pathname + search)

  /** Sends the form of the page as a browser does. */
  function post({ pathname, searchParams }: URL, decision: string) {
    const form = new URLSearchParams({ token: searchParams.get('token') ?? '', decision })
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      // What browsers make of the page's Referrer-Policy.
      origin: 'null',
    }
    return server.ask('POST', pathname, headers, form.toString())
  }

  it('is told once for each time, not for each mail', async () => {
    const { alice, peer } = exchange()
    await hold('n')
    await exchange().tell(LINKS)
    expect(peer.mails, 'in the first minute').to.deep.equal([])
    const { to, parsed } = await notice()
    expect(to).to.deep.equal([alice.email])
    expect(parsed.headers.get('auto-submitted')).to.equal('auto-generated')
    expect(parsed.subject).to.equal('Cancellations wait for your decision')
    expect(parsed.text).to.contain('Cancelled events: 3. Mails that wait: 3.')
    expect(parsed.attachments).to.deep.equal([])
    await hold('o', 1)
    await exchange().pass(DAY_S)
    await exchange().tell(LINKS)
    expect(peer.mails).to.deep.equal([])
  })

  it('is told in their language, and whom to ask where there is no page', async () => {
    const { alice, store } = exchange()
    await store.transact(async (tx) => tx.write(SPEAK, alice.userId, 'de-AT'))
    await hold('l')
    await exchange().pass(60)
    await exchange().tell()
    const parsed = await simpleParser(exchange().peer.mails[0]?.text ?? '')
    expect(parsed.text).to.contain('Abgesagte Termine: 3. Wartende Mails: 3.')
    expect(parsed.text).to.contain('Administration')
    expect(parsed.text).not.to.contain('http')
  })

  it('is told later when the mail server is away, and not at all once it is decided', async () => {
    const { alice, env, peer, store } = exchange()
    await hold('t')
    await exchange().pass(60)
    peer.refuseWith = 451
    await exchange().tell(LINKS)
    peer.refuseWith = undefined
    await exchange().tell(LINKS)
    expect(peer.mails).to.deep.equal([])
    await notice()
    await decideHeldOf(store, alice.userId, 'drop', env.clock())
    await hold('u')
    await decideHeldOf(store, alice.userId, 'drop', env.clock())
    await exchange().pass(60)
    await exchange().tell(LINKS)
    expect(peer.mails).to.deep.equal([])
  })

  it('sees what waits, and looking changes nothing', async () => {
    await hold('g', 7, '<script>alert("1")</script> & more')
    const link = await linkInMail()
    expect(link.href).to.match(/^https:\/\/calendar\.example\/kalends\/held-mails\?token=[\w-]+$/)
    const page = await get(link)
    expect(page.status).to.equal(200)
    expect(page.headers['content-type']).to.equal('text/html; charset=utf-8')
    expect(page.headers['cache-control']).to.equal('no-store')
    expect(page.headers['content-security-policy']).to.match(/^default-src 'none'.*form-action 'self'/)
    expect(page.body).to.contain('Cancelled events: 7. Mails that wait: 7.')
    expect(page.body).not.to.contain('<script')
    expect(
      page.body.split('<li>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more</li>'),
    ).to.have.length(6)
    expect(page.body).to.contain('<li>and 2 more</li>')
    expect(page.body).to.contain('action="/kalends/held-mails"')
    expect(page.body.split('<button')).to.have.length(3)
    expect(await send()).to.equal(0)
    expect((await get(link)).body).to.equal(page.body)
  })

  it('has them sent, once, and changes their mind no more', async () => {
    const { peer } = exchange()
    await hold('s')
    const link = await linkInMail()
    const done = await post(link, 'release')
    expect(done.status).to.equal(200)
    expect(done.body).to.contain('The mails are being sent.').and.not.to.contain('<form')
    expect((await post(link, 'drop')).body).to.equal(done.body)
    expect((await get(link)).body).to.equal(done.body)
    expect(await send()).to.equal(3)
    expect(await send()).to.equal(0)
    expect(peer.mails.map(({ to }) => to)).to.deep.equal(Array(3).fill(['carol@gmail.example']))
    expect(peer.mails.every(({ text }) => text.includes('method=CANCEL'))).to.equal(true)
  })

  it('has them dropped', async () => {
    const { peer } = exchange()
    await hold('d')
    const link = await linkInMail()
    expect((await post(link, 'drop')).body).to.contain('The mails were dropped.')
    await exchange().pass(DAY_S)
    expect(await send()).to.equal(0)
    expect(peer.mails).to.deep.equal([])
  })

  it('decides on what the link is for alone', async () => {
    await hold('x')
    const first = await linkInMail()
    await post(first, 'drop')
    await hold('y')
    const second = await linkInMail()
    expect((await post(first, 'release')).status).to.equal(404)
    expect(await send()).to.equal(0)
    expect((await post(second, 'release')).status).to.equal(200)
    expect(await send()).to.equal(3)
  })

  it('decides nothing with a forged link, an old one, or half a form', async () => {
    await hold('f')
    const link = await linkInMail()
    const token = link.searchParams.get('token') ?? ''
    const forged = token.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))
    for (const other of ['', 'x', forged, token.slice(4), `${token}AAAA`, token.replace(/^./, '!')]) {
      const wrong = new URL(`${link.pathname}?token=${encodeURIComponent(other)}`, link)
      expect((await get(wrong)).status, other).to.equal(404)
      expect((await post(wrong, 'release')).status, other).to.equal(404)
    }
    expect((await server.ask('POST', link.pathname)).status).to.equal(404)
    expect((await post(link, 'anything')).status).to.equal(400)
    expect((await server.ask('PUT', link.pathname + link.search)).status).to.equal(405)
    expect((await server.ask('POST', link.pathname, {}, 'x'.repeat(5000))).status).to.equal(413)
    await exchange().pass(14 * DAY_S)
    expect((await get(link)).status).to.equal(404)
    expect((await post(link, 'release')).status).to.equal(404)
    expect(await send()).to.equal(0)
  })
})
