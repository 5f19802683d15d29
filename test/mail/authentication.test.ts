import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import MailComposer from 'nodemailer/lib/mail-composer'
import { isFromAuthentic } from '../../src/mail/authentication.ts'
import { isVouchedFor } from '../../src/mail/authentication-results.ts'
import { composeMail } from '../../src/mail/compose.ts'
import type { Peer } from '../../src/mail/raw-mail.ts'
import { readMail } from '../../src/mail/read-mail.ts'
import { createSmtp } from '../../src/mail/smtp.ts'
import { invitation, outgoing, POLICY } from './mails.ts'
import { startPeer } from './smtp-peer.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** A DNS that holds the records given, by `type name`. */
function dns(records: Readonly<Record<string, string>>) {
  return async (name: string, type: string) => {
    const found = records[`${type} ${name.toLowerCase()}`]
    if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return [[found]]
  }
}

const SIGNED = { 'TXT k1._domainkey.example.com': `v=DKIM1; k=rsa; p=${KEY}` }

async function isAuthentic(text: string, records: Readonly<Record<string, string>>, peer?: Peer) {
  const octets = Buffer.from(text)
  const policy = { trustedAuthserv: undefined, resolver: dns(records) }
  return isFromAuthentic({ octets, recipients: [], peer }, await readMail(octets), policy)
}

/** An invitation as the relay gets it, signed by the server. */
async function signedMail(): Promise<string> {
  const peer = await startPeer()
  const dkim = {
    domainName: 'example.com',
    keySelector: 'k1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
  const transport = createSmtp({ url: peer.url, dkim, connections: 1 })
  await transport.send(composeMail(outgoing(invitation()), POLICY))
  transport.close()
  await peer.close()
  return peer.mails[0]?.text ?? ''
}

describe('whether a mail is from whom it says', () => {
  let signed: string
  before(async () => {
    signed = await signedMail()
  })

  it('is shown by the signature this server puts under its mails', async () => {
    expect(await isAuthentic(signed, SIGNED)).to.equal(true)
    expect(await isAuthentic(signed, { ...SIGNED, 'TXT _dmarc.example.com': 'v=DMARC1; p=reject' })).to.equal(
      true,
    )
  })

  it('is not shown by a signature that does not fit, or without a key', async () => {
    expect(await isAuthentic(signed.replace('Subject: Invitation', 'Subject: Forged'), SIGNED)).to.equal(
      false,
    )
    expect(await isAuthentic(signed, {})).to.equal(false)
  })

  it("is not shown by somebody else's signature", async () => {
    const other = signed.replace('From: Alice <alice@example.com>', 'From: Alice <alice@victim.example>')
    expect(await isAuthentic(other, SIGNED)).to.equal(false)
  })

  it('is shown by SPF for the very domain', async () => {
    const plain = (await new MailComposer({ from: 'a@example.com', text: 'x' }).compile().build()).toString()
    const peer = { sender: 'a@example.com', address: '192.0.2.1', helo: 'mx.example.com' }
    const spf = { 'TXT example.com': 'v=spf1 ip4:192.0.2.1 -all' }
    expect(await isAuthentic(plain, spf, peer)).to.equal(true)
    expect(await isAuthentic(plain, spf, { ...peer, address: '192.0.2.2' })).to.equal(false)
    expect(await isAuthentic(plain, spf)).to.equal(false)
  })

  it('is not known with several From headers', async () => {
    expect(await isAuthentic(`From: eve@evil.example\r\n${signed}`, SIGNED)).to.equal(false)
  })
})

describe('Authentication-Results', () => {
  const from = 'carol@gmail.example'
  const says = (header: string) => isVouchedFor([header], 'mx.kal.example', from)

  it('count by DMARC, DKIM or SPF of the domain', () => {
    expect(says('mx.kal.example; dmarc=pass (p=REJECT) header.from=gmail.example')).to.equal(true)
    expect(says('MX.kal.example 1; spf=none; dkim=pass header.i=@gmail.example header.s=x')).to.equal(true)
    expect(says('mx.kal.example; spf=pass smtp.mailfrom=carol@gmail.example')).to.equal(true)
  })

  it('do not count when they fail, are of another domain, or in a comment', () => {
    expect(says('mx.kal.example; dmarc=fail header.from=gmail.example')).to.equal(false)
    expect(says('mx.kal.example; dkim=pass header.d=evil.example')).to.equal(false)
    expect(says('mx.kal.example; none (; dmarc=pass header.from=gmail.example)')).to.equal(false)
    expect(says('mx.kal.example.evil.example; dmarc=pass header.from=gmail.example')).to.equal(false)
    expect(says('evil.example; mx.kal.example; dmarc=pass header.from=gmail.example')).to.equal(false)
  })
})
