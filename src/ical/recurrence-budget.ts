import { RecurrenceLimitError } from './errors.ts'

/**
 * How much work an expansion may do. Every period looked at and every instance made costs one, so time is
 * bounded whatever a rule says; nothing here reads a clock, so the bound is the same on every machine.
 */
export class Budget {
  #left: number

  constructor(steps: number) {
    this.#left = steps
  }

  /** Throws RecurrenceLimitError when the work is more than was allowed. */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) {
      throw new RecurrenceLimitError('The recurrence rule needs more work to expand than the server allows')
    }
  }
}
