import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import type { DavClient } from '../support/dav-client.ts'
import { event } from '../support/ics.ts'

describe('pages for people', () => {
  const app = useApp()
  let alice: DavClient
  before(async () => {
    alice = await app().user('alice')
  })

  const open = (path: string) => alice.send('GET', path, { headers: { accept: 'text/html' } })

  it('are there for every collection, and run nothing', async () => {
    for (const path of ['/', alice.home, alice.principal, alice.calendar]) {
      const answer = await open(path)
      expect(answer.status).to.equal(200)
      expect(answer.headers.get('content-type')).to.equal('text/html; charset=utf-8')
      expect(answer.headers.get('content-security-policy')).to.include("default-src 'none'")
    }
  })

  it('lead from the first to the download of a calendar', async () => {
    const next = async (path: string, to: string) => {
      const { text } = await open(path)
      expect(text).to.include(`<a href="${to}">`)
      return open(to)
    }
    await next('/', alice.home)
    await next(alice.home, alice.calendar)
    const download = await next(alice.calendar, `${alice.calendar}?export`)
    expect(download.headers.get('content-disposition')).to.match(/^attachment/)
  })

  it('show a name as the text it is', async () => {
    const made = await alice.send('MKCALENDAR', `${alice.home}markup/`, {
      body: `<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
        <D:displayname>&lt;b&gt; "R&amp;D"</D:displayname></D:prop></D:set></C:mkcalendar>`,
    })
    expect(made.status).to.equal(201)
    const { text } = await open(alice.home)
    expect(text).to.include('>&lt;b&gt; &quot;R&amp;D&quot;</a>')
  })

  it('are not in a sandbox, which lets Chromium download nothing, but what users store is', async () => {
    await alice.put(`${alice.calendar}own.ics`, event({ uid: 'own' }))
    const policyOf = async (path: string) => (await open(path)).headers.get('content-security-policy')
    expect(await policyOf(alice.calendar)).to.not.include('sandbox')
    expect(await policyOf(`${alice.calendar}own.ics`)).to.include('sandbox')
  })
})
