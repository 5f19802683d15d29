import { expect } from 'chai'
import { simpleParser } from 'mailparser'
import { composeMail } from '../../src/mail/compose.ts'
import { createSmtp, MailRefusedError } from '../../src/mail/smtp.ts'
import { invitation, outgoing, POLICY } from './mails.ts'
import { type SmtpPeer, startPeer } from './smtp-peer.ts'

describe('mail over SMTP', () => {
  let peer: SmtpPeer
  beforeEach(async () => {
    peer = await startPeer()
  })
  afterEach(() => peer.close())

  async function send(): Promise<unknown> {
    const transport = createSmtp({ url: peer.url, connections: 1 })
    try {
      return await transport
        .send(composeMail(outgoing(invitation()), POLICY))
        .catch((error: unknown) => error)
    } finally {
      transport.close()
    }
  }

  it('arrives as it was composed', async () => {
    expect(await send()).to.equal(undefined)
    const [mail] = peer.mails
    expect(mail?.from).to.match(/^bounce\+[a-z2-7]{52}@kal\.example$/)
    expect(mail?.to).to.deep.equal(['carol@gmail.example'])
    const parsed = await simpleParser(mail?.text ?? '')
    expect(parsed.subject).to.equal('Invitation: Lunch')
    expect(parsed.headers.get('auto-submitted')).to.equal('auto-generated')
  })

  it('is refused for good, or for now', async () => {
    peer.refuseWith = 550
    expect(await send()).to.be.instanceOf(MailRefusedError)
    peer.refuseWith = 451
    expect(await send())
      .to.be.instanceOf(Error)
      .and.not.instanceOf(MailRefusedError)
  })

  it('is tried again when nobody listens', async () => {
    await peer.close()
    expect(await send())
      .to.be.instanceOf(Error)
      .and.not.instanceOf(MailRefusedError)
  })
})
