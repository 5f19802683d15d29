/** What a message is about, for the person who reads it. */
export type Occasion =
  | 'invitation'
  | 'update'
  | 'addition'
  | 'cancellation'
  | 'accepted'
  | 'declined'
  | 'tentative'
  | 'delegated'
  | 'answered'
  | 'counter'
  | 'counter-declined'
  | 'refresh'
  | 'published'

export type Label =
  | 'title'
  | 'when'
  | 'due'
  | 'repeats'
  | 'except'
  | 'where'
  | 'organizer'
  | 'attendees'
  | 'comment'
  | 'description'
  | 'changed'

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'

/** Everything a mail says in one language. Braces stand for what is filled in: {who}, {title}, {count}, {date}. */
export interface Catalogue {
  /** BCP 47 tag, for dates and for Content-Language. */
  readonly tag: string
  readonly subject: Readonly<Record<Occasion, string>>
  /** First sentence of the body: {who} is the sender's name, {title} the event's. */
  readonly lead: Readonly<Record<Occasion, string>>
  readonly label: Readonly<Record<Label, string>>
  /** For what has no SUMMARY. */
  readonly untitled: string
  readonly allDay: string
  /** What something was before: {before}, {after}. */
  readonly change: string
  /** In place of a long text that changed. */
  readonly rewritten: string
  /** Every day, every {count} days, … */
  readonly every: Readonly<Record<Frequency, { readonly one: string; readonly many: string }>>
  /** A rule no short sentence says. */
  readonly byRule: string
  readonly until: string
  readonly times: string
  /** {count} more dates or people than are shown. */
  readonly more: string
  /** How to answer, under an invitation. */
  readonly howToAnswer: string
  /** About cancellations that are held back: the mail to whoever made them, and the page they decide on. */
  readonly held: {
    readonly subject: string
    readonly lead: string
    /** {events} and {mails} are numbers. */
    readonly count: string
    /** Above the titles of some of the events. */
    readonly among: string
    /** Above the link, which is good until {date}. */
    readonly byLink: string
    readonly byAdministrator: string
    readonly release: string
    readonly drop: string
    readonly released: string
    readonly dropped: string
  }
  /** Display name of a mail sent for {who} from an address that is not theirs. */
  readonly onBehalf: string
}

/** The sentence with its braces filled in; one without a value stays empty. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
