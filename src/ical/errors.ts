/**
 * Where and why text is not valid iCalendar; `message` is a sentence a person can act on, which names line,
 * property and rule.
 */
export class InvalidCalendarError extends Error {
  override readonly name = 'InvalidCalendarError'
  /** 1-based line of the content line at fault, when known. */
  readonly line: number | undefined
  /** Property or component at fault, when known. */
  readonly subject: string | undefined
  /** The rule that is broken, e.g. 'RFC 5545 §3.6.1'. */
  readonly rule: string | undefined
  /** True when the text parses but breaks the rules of a calendar object resource (RFC 4791 §4.1). */
  readonly isObjectRule: boolean
  /** The fault is a name this server does not know, of an RSCALE (RFC 7529 §6) or a TZID (RFC 7809 §3.1.4). */
  readonly unknown: 'RSCALE' | 'TZID' | undefined
  /** `message` without the rule. */
  readonly fault: string

  constructor(
    message: string,
    at: {
      line?: number
      subject?: string
      rule?: string
      isObjectRule?: boolean
      unknown?: 'RSCALE' | 'TZID'
    } = {},
  ) {
    super(at.rule === undefined ? message : `${message} (${at.rule})`)
    this.fault = message
    this.line = at.line
    this.subject = at.subject
    this.rule = at.rule
    this.isObjectRule = at.isObjectRule ?? false
    this.unknown = at.unknown
  }
}

/** An expansion would exceed its bound of instances or steps; the object is refused, not run. */
export class RecurrenceLimitError extends Error {
  override readonly name = 'RecurrenceLimitError'
}
