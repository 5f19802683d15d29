import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser'
import { decodeText } from './charset.ts'

/** A mail as far as it matters for calendars. */
export interface ReadMail {
  /** Why nothing in it could be read: too many parts, too long a header; undefined as a rule. */
  readonly problem: string | undefined
  readonly messageId: string | undefined
  /** The one address in From, in lower case; undefined when there is none, or several. */
  readonly from: string | undefined
  readonly replyTo: string | undefined
  /** Addresses the headers say it was for. */
  readonly recipients: readonly string[]
  /** Authentication-Results headers, topmost first, unfolded. */
  readonly authenticationResults: readonly string[]
  /** DKIM-Signature headers, unfolded. */
  readonly signatures: readonly string[]
  /** Texts of the calendar parts: inline ones before attached ones, forwarded ones last, each once. */
  readonly calendars: readonly string[]
  /** Texts of the parts that report what became of another mail (RFC 3464). */
  readonly deliveryReports: readonly string[]
  /** Addresses of X-Failed-Recipients. */
  readonly failedRecipients: readonly string[]
  /** Language tags, best first: those the sender reads, then that of the mail. */
  readonly languages: readonly string[]
  /** Is there a winmail.dat, whose content only Outlook reads? */
  readonly hasTnef: boolean
}

const MOST_PARTS = 20
const MOST_DEPTH = 4
const REPORTS = ['message/delivery-status', 'message/global-delivery-status']
const RECIPIENT_HEADERS = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to']

/** Takes a mail apart: transfer encodings, charsets, forwarded mails within. Nothing in it can make it fail. */
export async function readMail(octets: Buffer): Promise<ReadMail> {
  const mail = await parse(octets)
  if (typeof mail === 'string') return { ...NOTHING, problem: mail }
  // Of several From headers, programs believe different ones: none counts.
  const isOneFrom = mail.headerLines.filter(({ key }) => key === 'from').length === 1
  const froms = isOneFrom ? addressesIn(mail.from) : []
  const parts = await calendarParts(mail, 0)
  return {
    problem: undefined,
    messageId: mail.messageId,
    from: froms.length === 1 ? froms[0] : undefined,
    replyTo: addressesIn(mail.replyTo)[0],
    recipients: [...new Set(RECIPIENT_HEADERS.flatMap((name) => headerAddresses(mail, name)))],
    authenticationResults: headersCalled(mail, 'authentication-results'),
    signatures: headersCalled(mail, 'dkim-signature'),
    calendars: [...new Set(parts.toSorted((a, b) => a.rank - b.rank).map(({ text }) => text))].slice(
      0,
      MOST_PARTS,
    ),
    deliveryReports: mail.attachments
      .filter(({ contentType }) => REPORTS.includes(contentType.toLowerCase()))
      .map(({ content, headers }) => decodeText(content, charsetOf(headers))),
    failedRecipients: headerAddresses(mail, 'x-failed-recipients'),
    languages: ['accept-language', 'content-language'].flatMap((name) => languagesIn(mail.headers.get(name))),
    hasTnef: mail.attachments.some(({ contentType }) => contentType.toLowerCase() === 'application/ms-tnef'),
  }
}

const NOTHING: ReadMail = {
  problem: undefined,
  messageId: undefined,
  from: undefined,
  replyTo: undefined,
  recipients: [],
  authenticationResults: [],
  signatures: [],
  calendars: [],
  deliveryReports: [],
  failedRecipients: [],
  languages: [],
  hasTnef: false,
}

/** The parser has limits of its own, so that no mail takes it long. @returns what is wrong, in place of the mail */
function parse(octets: Buffer): Promise<ParsedMail | string> {
  return simpleParser(octets, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    keepDeliveryStatus: true,
  }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
}

function headersCalled({ headerLines }: ParsedMail, name: string): string[] {
  return headerLines
    .filter(({ key }) => key === name)
    .map(({ line }) =>
      line
        .replace(/^[^:]*:/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
}

interface CalendarPart {
  readonly text: string
  readonly rank: number
}

async function calendarParts(mail: ParsedMail, depth: number): Promise<CalendarPart[]> {
  const parts: CalendarPart[] = []
  for (const { contentType, contentDisposition, content, headers, filename } of mail.attachments) {
    const type = contentType.toLowerCase()
    if (type === 'message/rfc822' && depth < MOST_DEPTH) {
      const inner = await parse(content)
      if (typeof inner !== 'string') parts.push(...(await calendarParts(inner, depth + 1)))
    } else if (type === 'text/calendar' || type === 'application/ics' || isCalendarFile(type, filename)) {
      const rank = depth * 2 + (contentDisposition === 'attachment' || type !== 'text/calendar' ? 1 : 0)
      parts.push({ text: normalLines(decodeText(content, charsetOf(headers))), rank })
    }
  }
  return parts
}

function isCalendarFile(type: string, filename: string | undefined): boolean {
  return type === 'application/octet-stream' && /\.ics$/i.test(filename ?? '')
}

/** The two copies of one invitation differ in the ends of their lines at most. */
function normalLines(text: string): string {
  return `${text.replace(/\r\n?/g, '\n').trim()}\n`
}

function charsetOf(headers: ParsedMail['headers']): string | undefined {
  const type = headers.get('content-type')
  return typeof type === 'object' && 'params' in type
    ? (type.params as Record<string, string | undefined>).charset
    : undefined
}

function headerAddresses({ headers }: ParsedMail, name: string): string[] {
  const value = headers.get(name)
  const values = Array.isArray(value) ? value : [value]
  return values.flatMap((each) =>
    typeof each === 'string'
      ? each.split(',').map((address) => address.replace(/[<>]/g, '').trim().toLowerCase())
      : addressesIn(each as AddressObject),
  )
}

function addressesIn(object: AddressObject | AddressObject[] | undefined): string[] {
  if (object === undefined) return []
  const lists = Array.isArray(object) ? object : [object]
  return lists
    .flatMap(({ value }) => value.flatMap((entry) => entry.group ?? [entry]))
    .map(({ address }) => address?.trim().toLowerCase() ?? '')
    .filter((address) => address !== '')
}

/** `de-DE, en;q=0.8`: what is preferred is named first in practice. */
function languagesIn(header: unknown): string[] {
  if (typeof header !== 'string') return []
  const tags = header.split(',').map((each) => each.replace(/;.*/, '').trim())
  return tags.filter((tag) => /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(tag))
}
