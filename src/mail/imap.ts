import { setTimeout } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import type { MailIntake } from './listener.ts'

/** A mailbox that answers arrive in. */
export interface ImapSettings {
  /** `imaps://user:password@host/Folder`; `imap://` begins in the clear and asks for TLS. */
  readonly url: string
  /** Octets of one mail at most; larger ones are left alone. */
  readonly maxSize: number
}

/** What a mail has that was looked at; servers that keep no such word get \Seen instead. */
const DONE_KEYWORD = '$KalendsDone'
/** Mails older than this when they are first met are not looked at. */
const OLDEST_MS = 30 * 86_400_000
const LONGEST_WAIT_MS = 300_000
/** How long IDLE is trusted to tell of news before looking anyway. */
const POLL_MS = 120_000

export interface ImapWatch {
  /** Ends after the mail under way. */
  stop(): Promise<void>
}

/** Watches a mailbox with IDLE (RFC 2177), takes in what arrives, and comes back when the connection is lost. */
export function watchMailbox(settings: ImapSettings, intake: MailIntake): ImapWatch {
  const stopping = new AbortController()
  const ended = keepWatching(settings, intake, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

async function keepWatching(settings: ImapSettings, intake: MailIntake, stop: AbortSignal): Promise<void> {
  let wait = 1000
  while (!stop.aborted) {
    const began = Date.now()
    try {
      await watchOnce(settings, intake, stop)
    } catch (error) {
      if (!stop.aborted) intake.warn(error, 'the mailbox cannot be watched; trying again')
    }
    wait = Date.now() - began > LONGEST_WAIT_MS ? 1000 : Math.min(wait * 2, LONGEST_WAIT_MS)
    await setTimeout(wait, undefined, { signal: stop }).catch(() => undefined)
  }
}

async function watchOnce(settings: ImapSettings, intake: MailIntake, stop: AbortSignal): Promise<void> {
  const { client, folder } = clientFor(settings)
  const news = new News()
  client.on('exists', () => news.tell())
  client.on('close', () => news.tell())
  // Without a listener the error of a lost connection would end the process.
  client.on('error', () => news.tell())
  const leave = () => client.close()
  stop.addEventListener('abort', () => news.tell(), { once: true })
  try {
    await client.connect()
    await client.mailboxOpen(folder)
    while (!stop.aborted && client.usable) {
      await takeNew(client, settings, intake, stop)
      // Ends with the next command; of a lost connection 'close' tells.
      void client.idle().catch(() => undefined)
      await news.wait(POLL_MS)
    }
    if (client.usable) await client.logout()
  } finally {
    leave()
  }
}

function clientFor({ url }: ImapSettings): { client: ImapFlow; folder: string } {
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url)
  const isTls = protocol === 'imaps:'
  const client = new ImapFlow({
    host: hostname,
    port: port === '' ? (isTls ? 993 : 143) : Number(port),
    secure: isTls,
    ...(isTls ? {} : { doSTARTTLS: searchParams.get('tls') !== 'off' }),
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    logger: false,
  })
  return { client, folder: decodeURIComponent(pathname.slice(1)) || 'INBOX' }
}

/** Takes in every mail that is not marked, oldest first. One that must come again stays unmarked. */
async function takeNew(
  client: ImapFlow,
  { maxSize }: ImapSettings,
  intake: MailIntake,
  stop: AbortSignal,
): Promise<void> {
  const keywords = client.mailbox === false ? undefined : client.mailbox.permanentFlags
  const flag =
    keywords === undefined || keywords.has('\\*') || keywords.has(DONE_KEYWORD) ? DONE_KEYWORD : '\\Seen'
  const since = new Date(Date.now() - OLDEST_MS)
  const open = flag === DONE_KEYWORD ? { unKeyword: DONE_KEYWORD, since } : { seen: false, since }
  const uids = (await client.search({ ...open, deleted: false, smaller: maxSize }, { uid: true })) || []
  for (const uid of uids) {
    if (stop.aborted) return
    const found = await client.fetchOne(String(uid), { source: true }, { uid: true })
    if (found === false || found.source === undefined) continue
    const isDone = await takeOne(found.source, intake)
    if (isDone) await client.messageFlagsAdd(String(uid), [flag], { uid: true })
  }
}

/** @returns false for a mail that must come again; it holds up no other */
async function takeOne(octets: Buffer, intake: MailIntake): Promise<boolean> {
  try {
    const receptions = await intake.receive({ octets, recipients: [], peer: undefined })
    return receptions.every(({ result }) => result !== 'later')
  } catch (error) {
    intake.warn(error, 'a mail could not be taken in')
    return false
  }
}

/** Remembers that something happened until somebody waits for it. */
class News {
  #told = false
  #wake: (() => void) | undefined

  tell(): void {
    this.#told = true
    this.#wake?.()
  }

  async wait(mostMs: number): Promise<void> {
    const late = new AbortController()
    if (!this.#told) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      await Promise.race([
        woken,
        setTimeout(mostMs, undefined, { signal: late.signal }).catch(() => undefined),
      ])
    }
    late.abort()
    this.#told = false
    this.#wake = undefined
  }
}
