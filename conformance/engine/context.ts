import { randomBytes } from 'node:crypto'
import { DavClient } from '../client/dav.ts'
import type { Exchange } from '../client/exchange.ts'
import type { Response } from '../client/response.ts'
import { lackOf } from '../target/abilities.ts'
import { Actor } from '../target/actor.ts'
import { extendedMkcol, type Target } from '../target/target.ts'
import { xml } from '../xml/write.ts'
import { Skipped } from './outcome.ts'

/** What several tests read and none changes; made once when the first of them asks. */
export interface Shared<T> {
  readonly make: (t: TestContext) => Promise<T>
}

/** Declares something shared. */
export function shared<T>(make: (t: TestContext) => Promise<T>): Shared<T> {
  return { make }
}

/** What outlives one test: the server, and the shared things made so far. */
export interface Run {
  readonly target: Target
  readonly made: Map<Shared<unknown>, Promise<unknown>>
  /** The context of the shared things, cleaned up after the last test. */
  sharedContext: TestContext | undefined
  /** How many tests one after the other ended with a request that got no answer. */
  unanswered: number
  /** Aborted when no more tests are to begin. */
  readonly signal: AbortSignal | undefined
}

/** Everything one test works with. What it makes is removed when it ends. */
export class TestContext {
  readonly log: Exchange[] = []
  readonly #run: Run
  readonly #actors: Actor[]
  readonly #cleanups: (() => Promise<unknown>)[] = []
  #hasEnded = false

  constructor(run: Run) {
    this.#run = run
    this.#actors = run.target.accounts.map((account) => new Actor(run.target.url, account, this.log))
  }

  get target(): Target {
    return this.#run.target
  }

  /** The exchanges by which the shared things were made. */
  get sharedLog(): readonly Exchange[] {
    return this.#run.sharedContext?.log ?? []
  }

  /** The first account: the one that owns what the tests make. */
  get owner(): Actor {
    return this.#actor(0)
  }

  /** The second account; a test that uses it needs `user2`. */
  get other(): Actor {
    return this.#actor(1)
  }

  /** The third account; a test that uses it needs `user3`. */
  get third(): Actor {
    return this.#actor(2)
  }

  /** A client that says nothing about who it is. */
  get anonymous(): DavClient {
    return new DavClient(this.target.url, undefined, this.log)
  }

  /** A client for any other way to write the credentials. */
  as(username: string, password: string): DavClient {
    return new DavClient(this.target.url, { username, password }, this.log)
  }

  #actor(index: number): Actor {
    const actor = this.#actors[index]
    if (actor === undefined) throw new Skipped(`no account ${index + 1} was given`)
    return actor
  }

  /** A name nobody else uses, of letters, digits and hyphens. */
  name(prefix = 'c'): string {
    return `${prefix}-${randomBytes(8).toString('hex')}`
  }

  /** Ends the test as one that cannot be judged here. */
  skip(reason: string): never {
    throw new Skipped(reason)
  }

  /** Skips the test unless the need is met; see target/abilities.ts. */
  need(need: string): void {
    const lack = lackOf(this.target, need)
    if (lack !== undefined) this.skip(lack)
  }

  /** Something shared by several tests. */
  use<T>(thing: Shared<T>): Promise<T> {
    this.#run.sharedContext ??= new TestContext(this.#run)
    const context = this.#run.sharedContext
    const known = this.#run.made.get(thing) ?? thing.make(context)
    this.#run.made.set(thing, known)
    return known as Promise<T>
  }

  /** Has something done when the test ends, whatever its verdict; last added first. Throws once it has ended. */
  after(work: () => Promise<unknown>): void {
    // A test that took too long goes on in vain; it is not to make anything nobody removes.
    if (this.#hasEnded) throw new Error('the test has ended')
    this.#cleanups.push(work)
  }

  /** Makes a new calendar in an account's home, with more properties as XML, and gives its href. */
  async calendar(properties = '', actor: Actor = this.owner): Promise<string> {
    const href = `${actor.home}${this.name('cal')}/`
    const made = await this.makeCalendar(href, properties, actor)
    if (made.status !== 201) {
      throw new Error(
        `A calendar for the test could not be made: ${this.target.maker} answers ${made.status}`,
      )
    }
    return href
  }

  /** Asks for a calendar at an href, to be removed at the end if it comes to be. */
  makeCalendar(href: string, properties: string, actor: Actor = this.owner): Promise<Response> {
    this.after(() => actor.delete(href))
    if (this.target.maker === 'MKCOL') {
      return actor.request('MKCOL', href, { body: extendedMkcol(properties) })
    }
    const body = properties === '' ? '' : xml('C:mkcalendar', `<D:set><D:prop>${properties}</D:prop></D:set>`)
    return actor.request('MKCALENDAR', href, { body })
  }

  /** Makes a plain collection in the first account's home; skips the test where that is refused. */
  async collection(): Promise<string> {
    const href = `${this.owner.home}${this.name('col')}/`
    this.after(() => this.owner.delete(href))
    const made = await this.owner.request('MKCOL', href)
    if (made.status !== 201) this.skip(`MKCOL of a plain collection answers ${made.status}`)
    return href
  }

  /** A new object in a calendar: its href. */
  async object(calendar: string, text: string, name = `${this.name('o')}.ics`): Promise<string> {
    const href = calendar + name
    const stored = await this.owner.put(href, text)
    if (stored.status !== 201 && stored.status !== 204) {
      throw new Error(`An object for the test could not be stored: PUT answers ${stored.status}`)
    }
    return href
  }

  /** Removes what the test made. */
  async cleanUp(): Promise<void> {
    this.#hasEnded = true
    for (const work of this.#cleanups.reverse()) await work().catch(() => undefined)
  }
}
