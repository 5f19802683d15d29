import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Checks, expectThat } from '../checks.ts'
import type { Account } from '../server.ts'
import { dav, eventText, objectPath, unfold } from './dav.ts'
import { openSetting, type ServerProcess } from './setting.ts'

const CHANGES = 20
const HOUR = 3_600_000

/** Another device of somebody: it knows what it last synchronised, and asks one process for what came since. */
class Device {
  readonly #server: ServerProcess
  readonly #account: Account
  #token = ''

  constructor(server: ServerProcess, account: Account) {
    this.#server = server
    this.#account = account
  }

  /** What changed since the last time: text by href. */
  async sync(): Promise<Map<string, string>> {
    const path = `/dav/calendars/${this.#account.username}/calendar/`
    const token = `<sync-token>${this.#token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop>`
    const body = `<sync-collection xmlns="DAV:">${token}</sync-collection>`
    const answer = await dav(this.#server.rootUrl, this.#account, 'REPORT', path, body, { Depth: '0' })
    expectThat(answer.status === 207, `sync-collection answered ${answer.status}`)
    this.#token = /sync-token>([^<]+)</.exec(answer.body)?.[1] ?? ''
    const hrefs = [...answer.body.matchAll(/href>([^<]+\.ics)</g)].map(([, href]) => href as string)
    const found = new Map<string, string>()
    for (const href of hrefs) found.set(href, await this.get(href))
    return found
  }

  async get(path: string): Promise<string> {
    return unfold((await dav(this.#server.rootUrl, this.#account, 'GET', path)).body)
  }

  put(path: string, text: string): Promise<{ readonly status: number }> {
    return dav(this.#server.rootUrl, this.#account, 'PUT', path, text)
  }
}

/**
 * What one person changes through one process is in the next synchronisation of the others through another: no wait,
 * no notice between the processes.
 */
export async function run(): Promise<Checks> {
  const checks = new Checks('live')
  const setting = await openSetting()
  try {
    const [alice, bob, carol] = [
      await setting.addAccount('alice'),
      await setting.addAccount('bob'),
      await setting.addAccount('carol'),
    ]
    const [one, other] = [await setting.serve(), await setting.serve()]
    const uid = randomUUID()
    const path = objectPath(alice, uid)
    const start = Math.ceil(Date.now() / HOUR + 48) * HOUR
    const attendees = [bob.email, carol.email]
    const written = (change: number) =>
      eventText({
        uid,
        start: start + change * HOUR,
        end: start + (change + 1) * HOUR,
        summary: `change ${change}`,
        sequence: change,
        organizer: alice,
        attendees,
      })
    const laptop = new Device(one, alice)
    const [phone, tablet] = [new Device(other, alice), new Device(other, bob)]
    const watch = new Device(one, carol)
    for (const device of [laptop, phone, tablet, watch]) await device.sync()

    await checks.check('a change is in the next synchronisation of everybody invited', async () => {
      for (let change = 0; change < CHANGES; change += 1) {
        const { status } = await laptop.put(path, written(change))
        expectThat(status === (change === 0 ? 201 : 204), `change ${change} was answered ${status}`)
        for (const device of [phone, tablet, watch]) only(await device.sync(), `SUMMARY:change ${change}\r`)
      }
    })
    await checks.check('an answer is in the next synchronisation of the organizer', async () => {
      const copies = new Device(one, bob)
      const [href = ''] = [...(await copies.sync()).keys()]
      for (const status of ['TENTATIVE', 'ACCEPTED', 'DECLINED', 'ACCEPTED']) {
        const answered = (await copies.get(href)).replace(
          mine(bob),
          `ATTENDEE;PARTSTAT=${status}:mailto:${bob.email}`,
        )
        expectThat((await copies.put(href, answered)).status === 204, 'the answer was refused')
        only(await phone.sync(), `PARTSTAT=${status}`)
      }
    })
    await checks.check('an answer comes to the others invited', async () => {
      const accepted = new RegExp(`ATTENDEE[^\\r]*PARTSTAT=ACCEPTED[^\\r]*:mailto:${bob.email}\\r`)
      for (let tries = 0; ; tries += 1) {
        if ([...(await watch.sync()).values()].some((text) => accepted.test(text))) return
        expectThat(tries < 600, 'it did not come')
        await wait(100)
      }
    })
  } finally {
    await setting.close()
  }
  return checks
}

function mine({ email }: Account): RegExp {
  return new RegExp(`ATTENDEE[^\\r]*:mailto:${email}`)
}

/** Requires one changed object, which says this. */
function only(changed: ReadonlyMap<string, string>, what: string): void {
  const texts = [...changed.values()]
  expectThat(
    texts.length === 1 && texts[0]?.includes(what) === true,
    `${what} is not in\n${texts.join('\n')}`,
  )
}
