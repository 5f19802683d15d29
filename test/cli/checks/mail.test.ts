import { expect } from 'chai'
import { checkMail } from '../../../src/cli/checks/mail.ts'
import { startPeer } from '../../mail/smtp-peer.ts'

describe("the doctor's look at mail", () => {
  const mailFrom = { name: 'Calendar', address: 'calendar@example.test' }

  it('passes over mail that is not set up', async () => {
    expect(await checkMail({ smtpUrl: undefined, mailFrom: undefined })).to.include({ status: 'skipped' })
  })

  it('finds a mail server that answers, and sends it nothing', async () => {
    const peer = await startPeer()
    try {
      const finding = await checkMail({ smtpUrl: peer.url, mailFrom })
      expect(finding.status, finding.detail).to.equal('ok')
      expect(finding.detail).to.contain('calendar@example.test')
      expect(peer.mails).to.deep.equal([])
    } finally {
      await peer.close()
    }
  })

  it('names the server that does not answer', async () => {
    const peer = await startPeer()
    await peer.close()
    const finding = await checkMail({ smtpUrl: peer.url, mailFrom })
    expect(finding.status).to.equal('failed')
    expect(finding.detail).to.contain(new URL(peer.url).host).and.contain('SMTP_URL')
  })
})
