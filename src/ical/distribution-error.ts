/** The last word of `urn:ietf:params:tzdist:error:…` (RFC 7808 §4.1.7, §5). */
export type DistributionErrorCode =
  | 'invalid-action'
  | 'invalid-changedsince'
  | 'invalid-end'
  | 'invalid-format'
  | 'invalid-pattern'
  | 'invalid-start'
  | 'tzid-not-found'

/** A request to the time zone service that cannot be answered; `message` says why. */
export class DistributionError extends Error {
  override readonly name = 'DistributionError'
  readonly code: DistributionErrorCode

  constructor(code: DistributionErrorCode, message: string) {
    super(message)
    this.code = code
  }

  /** The URN that names the error in a problem document. */
  get type(): string {
    return `urn:ietf:params:tzdist:error:${this.code}`
  }
}
