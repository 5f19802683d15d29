import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { expect } from 'chai'
import { createTransport } from 'nodemailer'
import {
  type ListenerSettings,
  listenForMail,
  type MailIntake,
  type MailListener,
} from '../../src/mail/listener.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { isLocal } from '../../src/mail/targets.ts'
import { carolsReplyAddress, type Delivered, fixture, receiver } from './receiving.ts'

function intakeOf(to: ReturnType<typeof receiver>): MailIntake {
  return {
    receive: (mail) => receiveMail(to, mail),
    isLocal: (address) => isLocal(to, address),
    warn: () => undefined,
  }
}

/** Speaks a protocol line by line; each command waits for the last line of its answer. */
class Dialogue {
  readonly #socket: Socket
  #text = ''
  #wake: (() => void) | undefined
  /** The connection is over. */
  readonly ended: Promise<unknown>

  constructor(port: number) {
    this.#socket = createConnection(port, '127.0.0.1').setEncoding('utf8')
    this.ended = once(this.#socket, 'close')
    this.#socket.on('data', (chunk: string) => {
      this.#text += chunk
      this.#wake?.()
    })
  }

  /** Sends a line, and returns `count` answers, each the last line of it. */
  async say(line: string | undefined, count = 1): Promise<string[]> {
    if (line !== undefined) this.#socket.write(`${line}\r\n`)
    const answers: string[] = []
    while (answers.length < count) {
      const match = /^(?:\d{3}-.*\r\n)*(\d{3} .*)\r\n/.exec(this.#text)
      if (match?.[1] !== undefined) {
        answers.push(match[1])
        this.#text = this.#text.slice(match[0].length)
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
    return answers
  }

  end(): void {
    this.#socket.destroy()
  }
}

describe('the mail listener', () => {
  let listener: MailListener | undefined
  let to: ReturnType<typeof receiver> & Delivered

  async function listen(settings: Partial<ListenerSettings> = {}): Promise<number> {
    listener = await listenForMail(
      { protocol: 'lmtp', host: '127.0.0.1', port: 0, maxSize: 1_000_000, ...settings },
      intakeOf(to),
    )
    return listener.port
  }

  beforeEach(() => {
    to = receiver()
  })
  afterEach(() => listener?.close())

  it('takes an answer over LMTP and says for each recipient what became of it', async () => {
    const dialogue = new Dialogue(await listen())
    await dialogue.say(undefined)
    await dialogue.say('LHLO mx.kal.example')
    await dialogue.say('MAIL FROM:<carol@gmail.example>')
    expect(await dialogue.say(`RCPT TO:<${carolsReplyAddress().toUpperCase()}>`)).to.match(/^250/)
    expect(await dialogue.say('RCPT TO:<nobody@example.com>')).to.match(/^550/)
    expect(await dialogue.say('RCPT TO:<alice@example.com>')).to.match(/^250/)
    await dialogue.say('DATA')
    const answers = await dialogue.say(`${fixture('gmail-reply')}\r\n.`, 2)
    expect(answers[0]).to.match(/^250.*delivered/)
    expect(answers[1]).to.match(/^250.*ignored.*nothing proves/)
    expect(to.messages).to.have.length(1)
    dialogue.end()
  })

  it('asks for a mail again that cannot be delivered now', async () => {
    to = receiver({ deliver: () => Promise.reject(new Error('no database')) })
    const dialogue = new Dialogue(await listen())
    await dialogue.say(undefined)
    await dialogue.say('LHLO mx.kal.example')
    await dialogue.say('MAIL FROM:<carol@gmail.example>')
    await dialogue.say(`RCPT TO:<${carolsReplyAddress()}>`)
    await dialogue.say('DATA')
    expect(await dialogue.say(`${fixture('gmail-reply')}\r\n.`)).to.match(/^451/)
    dialogue.end()
  })

  it('takes an answer over SMTP from an ordinary mail program', async () => {
    const port = await listen({ protocol: 'smtp' })
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
    const envelope = { from: 'carol@gmail.example', to: carolsReplyAddress() }
    const { response } = await transport.sendMail({ envelope, raw: fixture('exchange-reply') })
    expect(response).to.match(/^250/)
    expect(to.messages.map(({ sender }) => sender)).to.deep.equal(['mailto:carol@gmail.example'])
    transport.close()
  })

  it('has room for so many mails at once, and asks for the others again', async () => {
    let finish: () => void = () => undefined
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    to = receiver({
      deliver: () => {
        begin()
        return finished
      },
    })
    const size = fixture('gmail-reply').length
    const port = await listen({ maxSize: size + 100, bounds: { mails: 1 } })
    const [first, second] = [new Dialogue(port), new Dialogue(port)]
    for (const each of [first, second]) {
      await each.say(undefined)
      await each.say('LHLO mx.kal.example')
      await each.say('MAIL FROM:<carol@gmail.example>')
      await each.say(`RCPT TO:<${carolsReplyAddress()}>`)
      await each.say('DATA')
    }
    const answered = first.say(`${fixture('gmail-reply')}\r\n.`)
    await begun
    expect(await second.say(`${fixture('gmail-reply')}\r\n.`)).to.match(/^451.*Too many/)
    finish()
    expect(await answered).to.match(/^250/)
    await second.say('MAIL FROM:<carol@gmail.example>')
    await second.say(`RCPT TO:<${carolsReplyAddress()}>`)
    await second.say('DATA')
    expect(await second.say(`${fixture('gmail-reply')}\r\n.`)).to.match(/^250/)
    first.end()
    second.end()
  })

  it('lets nobody stay for ever', async () => {
    const slow = new Dialogue(await listen({ bounds: { sessionMs: 1 } }))
    await slow.ended
  })

  it('serves so many at once', async () => {
    const port = await listen({ bounds: { clients: 1 } })
    const first = new Dialogue(port)
    await first.say(undefined)
    const second = new Dialogue(port)
    expect(await second.say(undefined)).to.match(/^421/)
    first.end()
    second.end()
  })

  it('refuses what is too large', async () => {
    const port = await listen({ protocol: 'smtp', maxSize: 2000 })
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
    const envelope = { from: 'carol@gmail.example', to: carolsReplyAddress() }
    const sent = transport.sendMail({ envelope, raw: `Subject: x\r\n\r\n${'y'.repeat(5000)}` })
    const error = await sent.then(
      () => undefined,
      (reason: { responseCode?: number }) => reason,
    )
    expect(error?.responseCode).to.equal(552)
    expect(to.messages).to.deep.equal([])
    transport.close()
  })
})
