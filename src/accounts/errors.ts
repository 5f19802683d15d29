/** An account operation that cannot be done; the message is fit to show to the person who asked. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
  readonly code: 'invalid' | 'conflict' | 'not-found'

  constructor(code: AccountError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export function invalid(message: string): AccountError {
  return new AccountError('invalid', message)
}

export function notFound(message: string): AccountError {
  return new AccountError('not-found', message)
}
