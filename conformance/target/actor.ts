import { DavClient } from '../client/dav.ts'
import type { Exchange } from '../client/exchange.ts'
import type { Credentials } from '../client/http.ts'

/** What discovery found out about one account. Hrefs are as the server wrote them. */
export interface Account {
  readonly credentials: Credentials
  readonly principal: string
  readonly home: string
  /** calendar-user-address-set in its order. */
  readonly addresses: readonly string[]
  readonly inbox: string | undefined
  readonly outbox: string | undefined
}

/** One account acting: its requests, and where its things are. */
export class Actor extends DavClient {
  readonly account: Account

  constructor(origin: URL, account: Account, log: Exchange[]) {
    super(origin, account.credentials, log)
    this.account = account
  }

  get principal(): string {
    return this.account.principal
  }

  get home(): string {
    return this.account.home
  }

  /** The `mailto:` address others invite this account by; the empty string when it has none. */
  get address(): string {
    return this.account.addresses.find((each) => /^mailto:/i.test(each)) ?? ''
  }

  get inbox(): string {
    return this.account.inbox ?? ''
  }

  get outbox(): string {
    return this.account.outbox ?? ''
  }
}
