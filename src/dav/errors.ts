import type { OutgoingHttpHeaders } from 'node:http'
import { HttpError } from '../http/errors.ts'
import type { Element } from './xml/element.ts'

export { HttpError } from '../http/errors.ts'

/**
 * A failed precondition that has a name (RFC 4918 §16): the answer's body is a DAV:error that holds exactly
 * `condition`. Constructors are in preconditions.ts.
 */
export class PreconditionError extends HttpError {
  readonly condition: Element

  constructor(
    status: number,
    condition: Element,
    options: ErrorOptions & { headers?: OutgoingHttpHeaders } = {},
  ) {
    super(status, condition.name, options)
    this.condition = condition
  }
}
