import { expect } from 'chai'
import { useApp } from '../support/app.ts'
import { propfind } from '../support/dav-bodies.ts'
import type { DavClient } from '../support/dav-client.ts'
import { event } from '../support/ics.ts'

describe('concurrent requests', () => {
  const app = useApp()
  let alice: DavClient

  before(async () => {
    alice = await app().user('alice')
  })

  it('delete a calendar under write load without a failure, and it is gone', async () => {
    const path = `${alice.home}busy/`
    await alice.send('MKCALENDAR', path)
    const write = (index: number) => alice.put(`${path}${index}.ics`, event({ uid: `busy-${index}` }))
    const writes = Array.from({ length: 40 }, (_, index) => write(index))
    const [deleted, ...answers] = await Promise.all([alice.send('DELETE', path), ...writes])
    expect(deleted.status).to.equal(204)
    for (const { status } of answers) expect(status).to.be.oneOf([201, 404, 409])
    expect((await alice.propfind(path, '0')).status).to.equal(404)
    expect((await alice.propfind(alice.home, '1', propfind('D:resourcetype'))).hrefs).not.to.include(path)
  })

  it('create one object of a name, whoever comes first', async () => {
    const path = `${alice.calendar}once.ics`
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        alice.put(path, event({ uid: 'once', summary: `${index}` }), { 'if-none-match': '*' }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, ...Array(7).fill(412)])
  })

  it('create one object of a UID, and name it to the others', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        alice.put(`${alice.calendar}u${index}.ics`, event({ uid: 'same' })),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).to.have.length(1)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer.status).to.equal(403)
      expect(answer.condition).to.equal('no-uid-conflict')
    }
  })

  it('delete one object once', async () => {
    await alice.put(`${alice.calendar}gone.ics`, event({ uid: 'gone' }))
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => alice.send('DELETE', `${alice.calendar}gone.ics`)),
    )
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([204, ...Array(7).fill(404)])
  })

  it('count every change in the sync token', async () => {
    const token = async () => (await alice.propfind(alice.calendar, '0', propfind('D:sync-token'))).text
    const seen = new Set<string>([await token()])
    for (let index = 0; index < 5; index += 1) {
      await alice.put(`${alice.calendar}t.ics`, event({ uid: 't', summary: `${index}` }))
      seen.add(await token())
      seen.add(await token())
    }
    expect(seen.size).to.equal(6)
  })
})
