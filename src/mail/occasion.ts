import { type Component, parameter, properties, property } from '../ical/component.ts'
import { emailOf } from './addresses.ts'
import { type Method, membersOf } from './itip.ts'
import type { Occasion } from './languages/catalogue.ts'

/**
 * What a message tells its reader.
 * @param sender e-mail address of who sends it: a REPLY says what they answered
 * @param isKnown was the recipient told of this event before?
 */
export function occasionOf(method: Method, calendar: Component, sender: string, isKnown: boolean): Occasion {
  switch (method) {
    case 'REQUEST':
      return isKnown || isRevised(calendar) ? 'update' : 'invitation'
    case 'REPLY':
      return answerOf(calendar, sender)
    case 'ADD':
      return 'addition'
    case 'CANCEL':
      return 'cancellation'
    case 'COUNTER':
      return 'counter'
    case 'DECLINECOUNTER':
      return 'counter-declined'
    case 'REFRESH':
      return 'refresh'
    case 'PUBLISH':
      return 'published'
  }
}

/** RFC 5546 §2.1.4: SEQUENCE counts the organizer's changes. */
function isRevised(calendar: Component): boolean {
  return membersOf(calendar).some((member) => Number(property(member, 'SEQUENCE')?.value ?? 0) > 0)
}

const ANSWERS: Readonly<Record<string, Occasion>> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
  DELEGATED: 'delegated',
}

/** One answer to all instances has its own sentence; different ones do not. */
function answerOf(calendar: Component, sender: string): Occasion {
  const answers = new Set(
    membersOf(calendar)
      .flatMap((member) => properties(member, 'ATTENDEE'))
      .filter((attendee) => emailOf(attendee.value) === sender)
      .map((attendee) => parameter(attendee, 'PARTSTAT')?.toUpperCase() ?? ''),
  )
  const [answer = ''] = answers
  return answers.size === 1 ? (ANSWERS[answer] ?? 'answered') : 'answered'
}
