import { type Component, properties, property } from '../ical/component.ts'
import { readText } from '../ical/values.ts'
import { membersOf, type Person, personOf } from './itip.ts'
import { fill, type Label } from './languages/catalogue.ts'
import { exceptionsOf, originalTimeOf, repeatsOf, type TimeView, whenOf } from './when.ts'

/** One line of a mail's table of facts. */
export interface Fact {
  readonly label: Label
  readonly text: string
}

/** What a mail says of its event, in the reader's language; plain text throughout. */
export interface Description {
  readonly title: string
  readonly facts: readonly Fact[]
  /** What is not as the reader was last told. */
  readonly changes: readonly Fact[]
  readonly description: string | undefined
}

/** Dates and people shown before "and … more". */
const MOST_SHOWN = 20
const LONGEST_DESCRIPTION = 10_000

/**
 * @param calendar the message's VCALENDAR
 * @param previous the VCALENDAR of the last message to this reader about the same UID, if there was one
 * @param previousView how the times of `previous` are read
 */
export function describe(
  calendar: Component,
  view: TimeView,
  previous?: Component,
  previousView: TimeView = view,
): Description {
  const members = membersOf(calendar)
  const [first] = members
  if (first === undefined)
    return { title: view.words.untitled, facts: [], changes: [], description: undefined }
  const earlier = previous === undefined ? [] : membersOf(previous)
  return {
    title: textOf(first, 'SUMMARY') ?? view.words.untitled,
    facts: factsOf(first, members, view, repeatsOf(first, view) ?? endedRule(first, earlier, previousView)),
    changes: members.slice(0, MOST_SHOWN).flatMap((member) => changesOf(member, earlier, view, previousView)),
    description: textOf(first, 'DESCRIPTION')?.slice(0, LONGEST_DESCRIPTION),
  }
}

/** A CANCEL of a series has no rule (RFC 5546 §3.2.5); without one it would read as the end of a single date. */
function endedRule(first: Component, earlier: readonly Component[], view: TimeView): string | undefined {
  if (property(first, 'STATUS')?.value.toUpperCase() !== 'CANCELLED' || instanceOf(first) !== '')
    return undefined
  const series = earlier.find((candidate) => instanceOf(candidate) === '')
  return series && repeatsOf(series, view)
}

function factsOf(
  first: Component,
  members: readonly Component[],
  view: TimeView,
  repeats: string | undefined,
): Fact[] {
  const organizer = property(first, 'ORGANIZER')
  const facts: (Fact | undefined)[] = [
    fact(
      isTask(first) ? 'due' : 'when',
      limited(
        members.map((member) => whenOf(member, view)),
        view,
        '\n',
      ),
    ),
    fact('repeats', repeats),
    fact('except', exceptOf(first, view)),
    fact('where', textOf(first, 'LOCATION')),
    fact('organizer', organizer === undefined ? undefined : nameOf(personOf(organizer))),
    fact(
      'attendees',
      limited(
        properties(first, 'ATTENDEE').map((each) => nameOf(personOf(each))),
        view,
        ', ',
      ),
    ),
    fact('comment', textOf(first, 'COMMENT')),
  ]
  return facts.filter((each) => each !== undefined)
}

function isTask({ name }: Component): boolean {
  return name === 'VTODO'
}

function fact(label: Label, text: string | undefined): Fact | undefined {
  return text === undefined || text === '' ? undefined : { label, text }
}

function limited(items: readonly (string | undefined)[], view: TimeView, separator: string): string {
  const present = items.filter((item) => item !== undefined)
  const shown = present.slice(0, MOST_SHOWN)
  const rest = present.length - shown.length
  return [...shown, ...(rest > 0 ? [fill(view.words.more, { count: rest })] : [])].join(separator)
}

function changesOf(
  member: Component,
  earlier: readonly Component[],
  view: TimeView,
  previousView: TimeView,
): Fact[] {
  const before = earlier.find((candidate) => instanceOf(candidate) === instanceOf(member))
  const rows: [Label, string | undefined, string | undefined][] =
    before === undefined
      ? [['when', movedFrom(member, view), whenOf(member, view)]]
      : [
          ['title', textOf(before, 'SUMMARY'), textOf(member, 'SUMMARY')],
          ['when', whenOf(before, previousView), whenOf(member, view)],
          ['repeats', repeatsOf(before, previousView), repeatsOf(member, view)],
          ['except', exceptOf(before, previousView), exceptOf(member, view)],
          ['where', textOf(before, 'LOCATION'), textOf(member, 'LOCATION')],
        ]
  const facts = rows
    .filter(
      ([label, was, is]) => was !== is && !(before === undefined && was === undefined && label === 'when'),
    )
    .map(([label, was, is]) => ({
      label,
      text: fill(view.words.change, { before: was ?? '–', after: is ?? '–' }),
    }))
  const isRewritten = before !== undefined && textOf(before, 'DESCRIPTION') !== textOf(member, 'DESCRIPTION')
  return isRewritten ? [...facts, { label: 'description', text: view.words.rewritten }] : facts
}

function exceptOf(component: Component, view: TimeView): string | undefined {
  return limited(exceptionsOf(component, view), view, '; ') || undefined
}

/** An instance that was moved says itself when it would have been. */
function movedFrom(member: Component, view: TimeView): string | undefined {
  const id = property(member, 'RECURRENCE-ID')
  return id === undefined || id.value === property(member, 'DTSTART')?.value
    ? undefined
    : originalTimeOf(member, view)
}

function instanceOf(component: Component): string {
  return property(component, 'RECURRENCE-ID')?.value ?? ''
}

/** A TEXT property for people to read; undefined when it is missing or empty. */
export function textOf(component: Component, name: string): string | undefined {
  const text = readText(property(component, name)?.value ?? '').trim()
  return text === '' ? undefined : text
}

/** `Alice <alice@example.com>`, or whichever of the two is known. */
export function nameOf({ name, email }: Person): string | undefined {
  if (name === undefined || name.toLowerCase() === email) return email
  return email === undefined ? name : `${name} <${email}>`
}
