import type { NoticeRow } from '../store/mail-holds.ts'
import { domainOf } from './addresses.ts'
import { escapeHtml, htmlMail } from './bodies.ts'
import type { FromPolicy } from './from-policy.ts'
import { HOLD_LINK_MS, holdToken } from './hold-token.ts'
import { type Catalogue, fill } from './languages/catalogue.ts'
import { catalogueFor } from './languages/index.ts'
import type { SendableMail } from './smtp.ts'

/** Path of the page that holds are decided on, below the server's own prefix. */
export const HOLD_PATH = '/held-mails'

/** How the page is reached from outside. */
export interface HoldLinks {
  /** URL of the server, without a slash at its end. */
  readonly baseUrl: string
  /** Key of the signature. */
  readonly secret: string
}

/**
 * The mail that asks a user what shall become of mails held back, in their language.
 * @param links undefined: the page cannot be linked to, and an administrator has to decide
 */
export function holdNotice(
  { userId, holdId, heldAt, name, email, locale, events, messages }: NoticeRow,
  { from }: Pick<FromPolicy, 'from'>,
  links: HoldLinks | undefined,
): SendableMail {
  const words = catalogueFor(locale)
  const until = new Date(heldAt.getTime() + HOLD_LINK_MS)
  const facts = [words.held.lead, fill(words.held.count, { events: String(events), mails: String(messages) })]
  const url =
    links && `${links.baseUrl}${HOLD_PATH}?token=${holdToken({ userId, holdId }, until, links.secret)}`
  return {
    envelope: { from: from.address, to: email },
    // The same for every attempt, so that a notice sent twice is recognised as one.
    messageId: `<${holdId}@${domainOf(from.address)}>`,
    date: heldAt,
    from: { name: from.name ?? '', address: from.address },
    to: { name, address: email },
    ...bodiesOf(facts, words, url === undefined ? undefined : { url, until }),
    headers: {
      'Content-Language': words.tag,
      // RFC 3834 §5: nobody's holiday notice shall answer it.
      'Auto-Submitted': 'auto-generated',
    },
  }
}

function bodiesOf(
  facts: readonly string[],
  words: Catalogue,
  link: { readonly url: string; readonly until: Date } | undefined,
): Pick<SendableMail, 'subject' | 'text' | 'html'> {
  const { subject, byLink, byAdministrator } = words.held
  const date = new Intl.DateTimeFormat(words.tag, { dateStyle: 'long', timeZone: 'UTC' })
  const last = link === undefined ? byAdministrator : fill(byLink, { date: date.format(link.until) })
  const url = link === undefined ? [] : [link.url]
  const paragraphs = [...facts, last].map((each) => `<p>${escapeHtml(each)}</p>`)
  const anchors = url.map((each) => `<p><a href="${escapeHtml(each)}">${escapeHtml(each)}</a></p>`)
  return {
    subject,
    text: `${[...facts, last, ...url].join('\r\n\r\n')}\r\n`,
    html: htmlMail(words, subject, [...paragraphs, ...anchors]).replaceAll('\n', '\r\n'),
  }
}
