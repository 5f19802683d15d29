import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { differences, type Inventory, takeInventory } from '../../conformance/target/inventory.ts'
import { examine, type Target } from '../../conformance/target/target.ts'
import { useApp } from '../support/app.ts'
import { event } from '../support/ics.ts'

const program = fileURLToPath(new URL('../../conformance/run.ts', import.meta.url))
const password = 'correct horse battery staple'
const usernames = ['alice', 'bob', 'carol'] as const

describe('what the conformance suite leaves behind', function () {
  this.timeout(240_000)
  const app = useApp()
  let target: Target
  let atFirst: Inventory

  before(async () => {
    for (const username of usernames) {
      const dav = await app().user(username)
      await dav.put(`${dav.calendar}own.ics`, event({ uid: `own-${username}` }))
    }
    const credentials = usernames.map((username) => ({ username, password }))
    target = await examine(new URL(app().url), credentials)
    atFirst = await takeInventory(target)
  })

  const start = (...more: string[]): ChildProcessByStdio<null, Readable, Readable> => {
    const users = usernames.flatMap((name, index) => {
      const n = index === 0 ? '' : index + 1
      return [`--user${n}`, name, `--password${n}`, password]
    })
    const args = ['--import', 'tsx', program, '--url', app().url, ...users, ...more]
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  }

  it('sees what was there, so that a loss would be noticed', async () => {
    expect([...atFirst.keys()]).to.include('/dav/calendars/bob/calendar/own.ics')
    const without = new Map(atFirst)
    without.delete('/dav/calendars/bob/calendar/own.ics')
    without.set('/dav/calendars/bob/calendar/more.ics', 'x')
    without.set('/dav/calendars/alice/calendar/', 'x')
    expect(differences(atFirst, without)).to.have.members([
      'left behind: /dav/calendars/bob/calendar/more.ics',
      'gone: /dav/calendars/bob/calendar/own.ics',
      'changed: /dav/calendars/alice/calendar/',
    ])
  })

  it('is nothing after a run', async () => {
    const run = start('--brief', '--only', 'rfc6638/7.1', '--only', 'rfc4791/5.3', '--only', 'rfc3744/8')
    const [output, [code]] = await Promise.all([text(run.stdout), once(run, 'close')])
    expect(output).not.to.include('not as they were')
    expect(code, output).to.equal(0)
    expect(differences(atFirst, await takeInventory(target))).to.deep.equal([])
  })

  it('is nothing after Ctrl-C in the middle of a run', async () => {
    const run = start('--brief', '--only', 'rfc4791', '--only', 'rfc6638/7.1')
    const ended = once(run, 'close')
    // The first verdict has been told; others are in the middle of their work.
    await once(run.stderr, 'data')
    run.kill('SIGINT')
    const [output, [code]] = await Promise.all([text(run.stdout), ended])
    expect(output).to.include('the run was interrupted')
    expect(code).to.equal(130)
    expect(differences(atFirst, await takeInventory(target))).to.deep.equal([])
  })
})
