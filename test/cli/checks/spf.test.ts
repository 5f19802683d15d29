import { expect } from 'chai'
import { checkSpf } from '../../../src/cli/checks/spf.ts'

describe("the doctor's look at SPF", () => {
  const config = {
    smtpUrl: 'smtp://relay.example.test',
    mailFrom: { name: undefined, address: 'calendar@example.test' },
    mailReplyDomain: undefined,
  }
  const asked: string[] = []
  const answers = (records: string[][]) => async (domain: string) => {
    asked.push(domain)
    return records
  }
  const fails = (code: string) => async () => {
    throw Object.assign(new Error('no'), { code })
  }

  it('asks the domain that bounces go to', async () => {
    const found = [['google-site-verification=x'], ['v=spf1 ip4:192.0.2.1', ' -all']]
    expect(await checkSpf(config, answers(found))).to.include({ status: 'ok' })
    const replies = { ...config, mailReplyDomain: 'cal.example.test' }
    expect(await checkSpf(replies, answers(found))).to.include({ status: 'ok' })
    expect(asked).to.deep.equal(['example.test', 'cal.example.test'])
  })

  it('warns where there is no record, or no answer', async () => {
    for (const lookUp of [answers([['v=spf10']]), fails('ENODATA'), fails('ENOTFOUND')]) {
      const finding = await checkSpf(config, lookUp)
      expect(finding).to.include({ status: 'warning' })
      expect(finding.detail).to.contain('no SPF record')
    }
    expect((await checkSpf(config, fails('ETIMEOUT'))).detail).to.contain('ETIMEOUT')
  })

  it('passes over mail that is not sent', async () => {
    expect(await checkSpf({ ...config, smtpUrl: undefined }, fails('EFAIL'))).to.include({
      status: 'skipped',
    })
  })
})
