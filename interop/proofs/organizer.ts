import { randomUUID } from 'node:crypto'
import { expectThat } from '../checks.ts'
import type { Account } from '../server.ts'
import { dav, eventText, objectPath, unfold } from './dav.ts'

const HOUR = 3_600_000

/** What one meeting has gone through, as its organizer's client knows it. */
export interface Meeting {
  readonly uid: string
  /** What it is called now; every change gives it another name and time. */
  summary: string
  isGone: boolean
  /** What was sent when the server was killed: a name, or undefined for the deletion. */
  cutOff: { readonly summary: string | undefined } | undefined
  /** What guests are told, in order: names, and `gone`. */
  readonly told: string[]
  acknowledged: number
  /** Changes that took effect although nobody was told so. */
  unheard: number
  undone: number
  /** What is wrong, if something acknowledged is not there. */
  lost: string | undefined
  /** Changes that took effect. */
  readonly effective: number
}

/** A client that makes, changes and deletes meetings, one request after the other, until the server is gone. */
export class Organizer {
  readonly meetings: Meeting[] = []
  readonly #account: Account
  readonly #guests: readonly string[]
  #changes = 0

  constructor(account: Account, guests: readonly string[]) {
    this.#account = account
    this.#guests = guests
  }

  /** Works until a request fails for want of a server. @throws Error on any other answer than success */
  async work(rootUrl: string): Promise<void> {
    for (;;) {
      const meeting = this.#choose()
      const isDeletion = meeting.told.length > 0 && Math.random() < 0.1
      const summary = isDeletion ? undefined : `change ${++this.#changes}`
      meeting.cutOff = { summary }
      const status = await this.#send(rootUrl, meeting, summary).catch(() => undefined)
      if (status === undefined) return
      expectThat(status >= 200 && status < 300, `${meeting.uid} was answered ${status}`)
      meeting.acknowledged += 1
      take(meeting, summary)
    }
  }

  /** Finds out what became of what was cut off, and whether everything else is as it was left. */
  async lookUp(rootUrl: string): Promise<void> {
    for (const meeting of this.meetings) {
      const { status, body } = await dav(
        rootUrl,
        this.#account,
        'GET',
        objectPath(this.#account, meeting.uid),
      )
      const found = status === 404 ? undefined : /^SUMMARY:(.*)\r$/m.exec(unfold(body))?.[1]
      const { cutOff } = meeting
      const known = meeting.told.length === 0 || meeting.isGone ? undefined : meeting.summary
      if (cutOff !== undefined && found === cutOff.summary && found !== known) {
        meeting.unheard += 1
        take(meeting, found)
      } else if (found !== known) {
        meeting.lost = `${meeting.uid} is ${found}, and was left as ${known}`
      } else if (cutOff !== undefined) {
        meeting.undone += 1
      }
      meeting.cutOff = undefined
    }
  }

  /** One that is there still, or a new one. */
  #choose(): Meeting {
    const open = this.meetings.filter(({ isGone }) => !isGone)
    const known = open[Math.floor(Math.random() * 4)]
    if (known !== undefined) return known
    const told: string[] = []
    const meeting: Meeting = {
      uid: randomUUID(),
      summary: '',
      isGone: false,
      cutOff: undefined,
      told,
      acknowledged: 0,
      unheard: 0,
      undone: 0,
      lost: undefined,
      get effective() {
        return told.length
      },
    }
    this.meetings.push(meeting)
    return meeting
  }

  async #send(rootUrl: string, { uid, told }: Meeting, summary: string | undefined): Promise<number> {
    const path = objectPath(this.#account, uid)
    if (summary === undefined) return (await dav(rootUrl, this.#account, 'DELETE', path)).status
    const start = Math.ceil(Date.now() / HOUR + 48 + (this.#changes % 500)) * HOUR
    const people = { organizer: this.#account, attendees: this.#guests }
    const text = eventText({ uid, start, end: start + HOUR, summary, sequence: told.length, ...people })
    return (await dav(rootUrl, this.#account, 'PUT', path, text)).status
  }
}

function take(meeting: Meeting, summary: string | undefined): void {
  meeting.cutOff = undefined
  meeting.told.push(summary ?? 'gone')
  if (summary === undefined) meeting.isGone = true
  else meeting.summary = summary
}
