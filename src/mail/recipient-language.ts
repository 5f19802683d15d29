import { type Component, parameter, properties, property } from '../ical/component.ts'
import { domainOf, emailOf } from './addresses.ts'
import { membersOf } from './itip.ts'
import type { OutgoingMail } from './outgoing-mail.ts'
import type { ReadMail } from './read-mail.ts'

/** Countries whose people mostly read one of the languages mails are written in, by their top-level domain. */
const LANGUAGE_BY_COUNTRY: ReadonlyMap<string, string> = new Map(
  Object.entries({
    de: 'de at li',
    en: 'uk us au nz ie',
    es: 'es mx ar bo cl co cr cu do ec gt hn ni pa pe py sv uy ve',
    fr: 'fr mc re gp mq nc pf',
    zh: 'cn tw hk mo',
  }).flatMap(([language, countries]) => countries.split(' ').map((country) => [country, language] as const)),
)

/**
 * The language to write somebody in, as a tag: what their account here says, what ATTENDEE's LANGUAGE says (RFC 5545
 * §3.2.10), what they last wrote in, what is spoken where their domain is; else the sender's.
 * @param calendar the message
 */
export function recipientLanguage(
  { recipient, accountLocale, writtenLanguage: written, locale }: OutgoingMail,
  calendar: Component,
): string {
  const email = emailOf(recipient) ?? ''
  const country = domainOf(email).split('.').at(-1) ?? ''
  return (
    accountLocale ??
    languageOfAttendee(calendar, email) ??
    written ??
    LANGUAGE_BY_COUNTRY.get(country) ??
    locale
  )
}

function languageOfAttendee(calendar: Component, email: string): string | undefined {
  return membersOf(calendar)
    .flatMap((member) => [...properties(member, 'ATTENDEE'), ...properties(member, 'ORGANIZER')])
    .filter(({ value }) => emailOf(value) === email)
    .map((attendee) => parameter(attendee, 'LANGUAGE')?.trim())
    .find((language) => language !== undefined && language !== '')
}

const LONGEST_TAG = 35

/** The language somebody writes in, by the headers of their mail, else by the texts of their message. */
export function writtenLanguage({ languages }: ReadMail, calendar: Component): string | undefined {
  const tags = membersOf(calendar).flatMap((member) =>
    ['COMMENT', 'SUMMARY', 'DESCRIPTION'].flatMap((name) => {
      const text = property(member, name)
      return (text && parameter(text, 'LANGUAGE')) ?? []
    }),
  )
  return [...languages, ...tags].find((tag) => tag.length <= LONGEST_TAG && /^[a-z]{2,3}\b/i.test(tag))
}
