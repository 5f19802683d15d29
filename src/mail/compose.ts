import { createHash } from 'node:crypto'
import { type Component, newProperty, type Property, parameter } from '../ical/component.ts'
import { parseCalendar, serializeCalendar } from '../ical/text.ts'
import { UTC, zoneByName } from '../ical/zones.ts'
import { addressOf, domainOf, emailOf } from './addresses.ts'
import { bodiesOf } from './bodies.ts'
import { withCompleteZones } from './complete-zones.ts'
import { describe } from './description.ts'
import { type FromPolicy, type Headers, headersOf } from './from-policy.ts'
import { mapParticipants, membersOf, methodOf, type Person, personOf, uidOf, zonesOf } from './itip.ts'
import { catalogueFor } from './languages/index.ts'
import { occasionOf } from './occasion.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import { recipientLanguage } from './recipient-language.ts'

/** A message that no mail can be made of: not one UID, no METHOD, no e-mail address. It never will be. */
export class UnsendableMailError extends Error {
  override readonly name = 'UnsendableMailError'
}

/** A mail as nodemailer takes it: see RFC 6047 and the structure in docs/mail.md. */
export interface ComposedMail {
  readonly envelope: { readonly from: string; readonly to: string }
  readonly messageId: string
  readonly date: Date
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
  readonly replyTo: { readonly name: string; readonly address: string }
  readonly sender?: string
  readonly references: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly icalEvent: { readonly method: string; readonly filename: string; readonly content: string }
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The mail that carries an iTIP message: text and HTML for people, the message inline for mail programs
 * (RFC 6047 §2.4) and as a file for those that show nothing.
 * @throws UnsendableMailError, InvalidCalendarError
 */
export function composeMail(mail: OutgoingMail, policy: FromPolicy): ComposedMail {
  const calendar = parseCalendar(mail.calendar)
  const method = methodOf(calendar)
  const uid = uidOf(calendar)
  const sender = emailOf(mail.sender)
  const recipient = emailOf(mail.recipient)
  if (method === undefined) throw new UnsendableMailError('the message has no METHOD')
  if (uid === undefined) throw new UnsendableMailError('the message is not about one UID')
  if (sender === undefined || recipient === undefined)
    throw new UnsendableMailError('an address is no e-mail address')

  const words = catalogueFor(recipientLanguage(mail, calendar))
  const person = { ...personIn(calendar, sender), email: sender }
  const from = { name: person.name ?? mail.senderName, email: sender }
  const isOrganizer = !['REPLY', 'COUNTER', 'REFRESH'].includes(method)
  const headers = headersOf(
    { id: mail.id, ownerId: mail.ownerId, uid, sender: from, recipient },
    isOrganizer,
    policy,
    words,
  )
  const home = zoneByName(mail.timezone) ?? UTC
  const previous = mail.previous === undefined ? undefined : parseCalendar(mail.previous)
  const view = { zones: zonesOf(calendar), home, words }
  const about = describe(calendar, view, previous, previous && { ...view, zones: zonesOf(previous) })
  const occasion = occasionOf(method, calendar, sender, previous !== undefined)
  const bodies = bodiesOf(occasion, from.name ?? sender, about, words)
  const outgoing = withCompleteZones(
    isOrganizer ? withOrganizer(calendar, sender, headers.organizer) : calendar,
  )
  return {
    ...mailHeaders(mail, uid, domainOf(policy.from.address), headers, {
      name: personIn(calendar, recipient).name ?? '',
      address: recipient,
    }),
    ...bodies,
    icalEvent: { method, filename: 'invite.ics', content: serializeCalendar(outgoing) },
    headers: {
      'Content-Language': words.tag,
      // RFC 3834 §5: nobody's holiday notice shall answer it.
      'Auto-Submitted': 'auto-generated',
    },
  }
}

function mailHeaders(
  mail: OutgoingMail,
  uid: string,
  domain: string,
  { envelopeFrom, from, replyTo, sender }: Headers,
  to: { name: string; address: string },
) {
  // Every mail about one event is an answer to the same imaginary first one: mail programs show one thread.
  const thread = createHash('sha256')
    .update(`${mail.ownerId}\n${uid}\n${to.address}`)
    .digest('hex')
    .slice(0, 32)
  return {
    envelope: { from: envelopeFrom, to: to.address },
    messageId: `<${mail.id}@${domain}>`,
    references: `<${thread}@${domain}>`,
    date: mail.createdAt,
    from,
    to,
    replyTo,
    ...(sender === undefined ? {} : { sender }),
  }
}

/** Who the calendar says has this address. */
function personIn(calendar: Component, email: string): Person {
  for (const member of membersOf(calendar)) {
    for (const each of member.properties) {
      if (each.name !== 'ORGANIZER' && each.name !== 'ATTENDEE') continue
      const person = personOf(each)
      if (person.email === email && person.name !== undefined) return person
    }
  }
  return { name: undefined, email }
}

/** The organizer under the address that answers go to; EMAIL keeps their own (RFC 7986 §6.2). */
function withOrganizer(calendar: Component, sender: string, organizer: string): Component {
  if (organizer === addressOf(sender)) return calendar
  return mapParticipants(calendar, (participant: Property) => {
    if (participant.name !== 'ORGANIZER') return participant
    const params = Object.fromEntries(participant.params)
    const cn = parameter(participant, 'CN') ?? sender
    return newProperty('ORGANIZER', organizer, { ...params, CN: cn, EMAIL: sender })
  })
}
