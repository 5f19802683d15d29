/** The preconditions of RFC 6638 §3.2.4 that a change can break; each is the name of its XML element. */
export type SchedulingRule =
  | 'same-organizer-in-all-components'
  | 'allowed-organizer-scheduling-object-change'
  | 'allowed-attendee-scheduling-object-change'

/** A change that scheduling forbids. `message` says what of it. */
export class SchedulingError extends Error {
  override readonly name = 'SchedulingError'
  readonly rule: SchedulingRule

  constructor(rule: SchedulingRule, message: string) {
    super(message)
    this.rule = rule
  }
}
