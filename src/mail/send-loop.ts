import { setTimeout } from 'node:timers/promises'
import { type MailSender, sendMails } from './send-mails.ts'

const BATCH = 20

export interface SendLoop {
  /** Looks at once: something was just put in. */
  wake(): void
  /** Ends after the mails under way. */
  stop(): Promise<void>
}

/** Sends what is due every `everyMs`, and without a pause while there is more. */
export function startSending(
  sender: MailSender,
  everyMs: number,
  warn: (error: unknown, message: string) => void,
): SendLoop {
  let isStopping = false
  let nap = new AbortController()
  const run = async () => {
    while (!isStopping) {
      nap = new AbortController()
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
    wake: () => nap.abort(),
    async stop() {
      isStopping = true
      nap.abort()
      await ended
      sender.transport.close()
    },
  }
}
