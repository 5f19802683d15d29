import { setImmediate } from 'node:timers/promises'

/** Long enough that giving way costs nothing, short enough that others hardly notice. */
const TURN_MS = 20

/**
 * One request's turn of the process. Work that goes through many objects without ever waiting asks after each whether
 * its turn is over, so that one large answer does not hold up everybody else's small ones.
 */
export class Turn {
  #began = performance.now()

  /** Undefined while the turn lasts; otherwise resolves when the others have had theirs, and the next begins. */
  giveWay(): Promise<void> | undefined {
    if (performance.now() - this.#began < TURN_MS) return undefined
    return setImmediate().then(() => {
      this.#began = performance.now()
    })
  }
}
