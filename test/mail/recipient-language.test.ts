import { expect } from 'chai'
import { parseCalendar } from '../../src/ical/text.ts'
import { composeMail } from '../../src/mail/compose.ts'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.ts'
import { receiveMail } from '../../src/mail/receive-mail.ts'
import { recipientLanguage } from '../../src/mail/recipient-language.ts'
import { useExchange } from './exchange.ts'
import { invitation, outgoing, POLICY } from './mails.ts'
import { carolsReplyAddress, fixture, raw, receiver } from './receiving.ts'

function languageFor(fields: Partial<OutgoingMail>, text = invitation()): string {
  return recipientLanguage(outgoing(text, { locale: 'en', ...fields }), parseCalendar(text))
}

describe('the language somebody is written in', () => {
  const marked = invitation().replace('ATTENDEE;CN=Carol', 'ATTENDEE;LANGUAGE=es-MX;CN=Carol')

  it('is that of their account, of ATTENDEE, of their own mails, of their country, of the sender', () => {
    const known = { accountLocale: 'zh', writtenLanguage: 'de-AT' }
    expect(languageFor(known, marked)).to.equal('zh')
    expect(languageFor({ ...known, accountLocale: undefined }, marked)).to.equal('es-MX')
    expect(languageFor({ ...known, accountLocale: undefined })).to.equal('de-AT')
    expect(languageFor({})).to.equal('en')
    expect(languageFor({ locale: 'es' })).to.equal('es')
  })

  it('is that of their country by the domain, where one is spoken', () => {
    const to = (domain: string) => languageFor({ recipient: `mailto:x@${domain}`, locale: 'es' })
    expect(to('firma.de')).to.equal('de')
    expect(to('mail.example.fr')).to.equal('fr')
    expect(to('example.com.cn')).to.equal('zh')
    expect(to('example.co.uk')).to.equal('en')
    expect(to('example.ch')).to.equal('es')
    expect(to('example.com')).to.equal('es')
  })

  it('is what the mail is written in', () => {
    const mail = composeMail(outgoing(marked, { locale: 'en' }), POLICY)
    expect(mail.subject).to.equal('Invitación: Lunch')
    expect(mail.headers['Content-Language']).to.match(/^es/)
    expect(mail.html).to.match(/<html lang="es/)
  })

  it('is learnt from headers of their answers, and from the texts in them', async () => {
    const to = receiver()
    await receiveMail(to, raw(fixture('exchange-reply'), carolsReplyAddress()))
    expect(to.languages.get('carol@gmail.example')).to.equal('en-US')
    const german = `Accept-Language: de-DE, en-US;q=0.7\r\nContent-Language: fr\r\n${fixture('gmail-reply')}`
    await receiveMail(to, raw(german, carolsReplyAddress()))
    expect(to.languages.get('carol@gmail.example')).to.equal('de-DE')
  })

  it('is not learnt from who only says to be them', async () => {
    const to = receiver()
    const forged = `Accept-Language: de-DE\r\n${fixture('outlook-request')}`.replace(
      /dmarc=pass.*/,
      'dmarc=fail',
    )
    await receiveMail(to, raw(forged.replace(/(spf|dkim)=pass/g, '$1=fail'), 'alice@example.com'))
    expect(to.messages).to.have.length(1)
    expect([...to.languages]).to.deep.equal([])
  })
})

describe('the language of the next mail', () => {
  const exchange = useExchange()

  it('is that of the answer to the last', async () => {
    await exchange().put('a.ics', exchange().event('lunch-1'))
    await exchange().send()
    const address = await exchange().replyAddress()
    const answer = `Accept-Language: fr-FR\r\n${fixture('gmail-reply', address)}`
    await receiveMail(exchange().receiver, raw(answer, address))
    await exchange().put('b.ics', exchange().event('b'))
    await exchange().send()
    expect(
      exchange().peer.mails.map(({ text }) => /^Content-Language: (.*)$/m.exec(text)?.[1]),
    ).to.deep.equal(['en-GB', 'fr'])
  })
})
