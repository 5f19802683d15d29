import {
  type Component,
  newProperty,
  type Property,
  parameter,
  properties,
  property,
} from '../ical/component.ts'
import { addressOf, domainOf, emailOf, partsOf } from './addresses.ts'
import { type Method, mapParticipants, membersOf } from './itip.ts'
import type { ReadMail } from './read-mail.ts'
import { isIssuedTo, type ReplyAddresses, type ReplyToken } from './reply-token.ts'

/** Who a message is from, and how sure that is. */
export interface Sender {
  readonly email: string
  /** token: holds the address we gave this attendee alone; domain: its mail server says so; none: anybody. */
  readonly proof: 'token' | 'domain' | 'none'
  /** The message, speaking of the sender under the address they were invited by. */
  readonly calendar: Component
}

/** Messages an attendee sends; the others are the organizer's. */
export function isFromAttendee(method: Method): boolean {
  return method === 'REPLY' || method === 'COUNTER' || method === 'REFRESH'
}

/** The attendee to whom the reply address that an answer came to was given; undefined when it was nobody it names. */
export function tokenSender(
  calendar: Component,
  uid: string,
  { from }: ReadMail,
  token: ReplyToken,
  replies: ReplyAddresses,
): Sender | undefined {
  const named = participants(calendar, 'ATTENDEE').map(({ email }) => email)
  const candidates = from === undefined ? named : [...named, from]
  const email = candidates.find((candidate) => isIssuedTo(token, uid, candidate, replies))
  return email === undefined ? undefined : { email, proof: 'token', calendar: answeringAs(calendar, email) }
}

/** The attendee an answer is from; undefined when it names nobody. */
export function attendeeSender(
  calendar: Component,
  { from }: ReadMail,
  isAuthentic: boolean,
): Sender | undefined {
  const named = participants(calendar, 'ATTENDEE')
  const own = named.find((each) => speaksFor(from, each))
  const email = own?.email ?? named[0]?.email ?? from
  if (email === undefined) return undefined
  return { email, proof: isAuthentic && own !== undefined ? 'domain' : 'none', calendar }
}

/** Characters of a tag that nobody guesses. */
const LEAST_TAG = 20

/** The organizer an invitation is from; undefined when it names none. */
export function organizerSender(
  calendar: Component,
  mail: ReadMail,
  isAuthentic: boolean,
): Sender | undefined {
  const [organizer] = participants(calendar, 'ORGANIZER')
  if (organizer === undefined) return undefined
  const { from, replyTo } = mail
  // Servers that send for their users name an address for answers as the organizer, one nobody guesses. Without such
  // a tag anybody could speak for everybody of their own domain.
  const isAnswered =
    from !== undefined &&
    replyTo === organizer.email &&
    domainOf(from) === domainOf(replyTo) &&
    (partsOf(replyTo).tag?.length ?? 0) >= LEAST_TAG
  const isOwn = speaksFor(from, organizer) || isAnswered
  return { email: organizer.email, proof: isAuthentic && isOwn ? 'domain' : 'none', calendar }
}

interface Named {
  readonly email: string
  readonly sentBy: string | undefined
}

function participants(calendar: Component, name: 'ATTENDEE' | 'ORGANIZER'): Named[] {
  return membersOf(calendar)
    .flatMap((member) => properties(member, name))
    .flatMap((each) => {
      const email = emailOf(each.value)
      const sentBy = emailOf(parameter(each, 'SENT-BY') ?? '')
      return email === undefined ? [] : [{ email, sentBy }]
    })
}

function speaksFor(from: string | undefined, { email, sentBy }: Named): boolean {
  return from !== undefined && (from === email || from === sentBy)
}

/** Someone invited as one address may answer as an alias of it: the one attendee of the answer is who was invited. */
function answeringAs(calendar: Component, email: string): Component {
  const isThere = participants(calendar, 'ATTENDEE').some((each) => each.email === email)
  const counts = membersOf(calendar).map((member) => properties(member, 'ATTENDEE').length)
  if (isThere || counts.some((count) => count !== 1)) return calendar
  return mapParticipants(calendar, (each: Property) =>
    each.name === 'ATTENDEE' ? { ...each, value: addressOf(email) } : each,
  )
}

/** The message with the organizer under their own address instead of the reply address they were given. */
export function withOwnOrganizer(calendar: Component, replyAddress: string, own: string): Component {
  const components = calendar.components.map((component) => {
    const organizer = property(component, 'ORGANIZER')
    const isGiven = organizer !== undefined && emailOf(organizer.value) === replyAddress.toLowerCase()
    if (!isGiven) return component
    return {
      ...component,
      properties: component.properties.map((each) =>
        each === organizer ? newProperty('ORGANIZER', addressOf(own), Object.fromEntries(each.params)) : each,
      ),
    }
  })
  return { ...calendar, components }
}
