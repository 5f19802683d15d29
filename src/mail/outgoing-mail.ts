/** One iTIP message (RFC 5546) on its way to one address outside. */
export interface OutgoingMail {
  /** UUID: the Message-ID is made of it, so that a message sent twice is recognised as one. */
  readonly id: string
  /** UUID of the user who sends it. */
  readonly ownerId: string
  readonly uid: string
  readonly method: string
  /** `mailto:` calendar user addresses. */
  readonly sender: string
  readonly recipient: string
  /** Text of a VCALENDAR with METHOD. */
  readonly calendar: string
  /** Text of the last message to this recipient about the same UID; undefined when it is the first. */
  readonly previous: string | undefined
  /** Name, locale and IANA zone of the sender. */
  readonly senderName: string | undefined
  readonly locale: string
  readonly timezone: string
  /** Locale of an account here that has the recipient's address. */
  readonly accountLocale: string | undefined
  /** Tag of the language the recipient last wrote in. */
  readonly writtenLanguage: string | undefined
  /** When the change was made that causes it. */
  readonly createdAt: Date
}
