import { setTimeout } from 'node:timers/promises'
import { type MailSender, sendMails } from './send-mails.ts'

const BATCH = 20
const SWEEP_MS = 24 * 3_600_000

export interface SendLoop {
  /** Ends after the mails under way. */
  stop(): Promise<void>
}

/**
 * Sends what is due every `everyMs`, and without a pause while there is more.
 * @param tell sends what is no calendar message
 */
export function startSending(
  sender: MailSender,
  tell: () => Promise<void>,
  everyMs: number,
  warn: (error: unknown, message: string) => void,
): SendLoop {
  let isStopping = false
  let nap = new AbortController()
  let sweptAt = 0
  const run = async () => {
    while (!isStopping) {
      if (sender.clock().getTime() - sweptAt > SWEEP_MS) {
        sweptAt = sender.clock().getTime()
        await sender.outbox.sweep().catch((error) => warn(error, 'old threads could not be forgotten'))
      }
      nap = new AbortController()
      await tell().catch((error) => warn(error, 'users could not be told of held mails'))
      const sent = await sendMails(sender, BATCH).catch((error) => {
        warn(error, 'mails could not be sent')
        return 0
      })
      if (sent < BATCH && !isStopping) {
        await setTimeout(everyMs, undefined, { signal: nap.signal }).catch(() => undefined)
      }
    }
  }
  const ended = run()
  return {
    async stop() {
      isStopping = true
      nap.abort()
      await ended
      sender.transport.close()
    },
  }
}
