import type { Conditions } from '../../calendar/conditions.ts'
import type { Calendar } from '../../calendar/model.ts'
import { syncTokenOf } from '../../calendar/sync-token.ts'
import type { HttpContext } from '../../http/state.ts'
import * as preconditions from '../preconditions.ts'

const CTAG_STATE = 'http://me.com/_namespace/ctag/'

/**
 * The CTag condition of a bulk request (calendarserver-bulk-change §6): an If header whose state token is
 * the calendar's getctag. It tells a client that is out of step before anything is changed; each change has
 * its own condition for what happens meanwhile.
 *
 * @returns the conditions that are left for the single changes, and whether there was one on the CTag
 * @throws PreconditionError ctag-ok
 */
export function takeCtagCondition(
  calendar: Calendar,
  conditions: Conditions,
): { readonly rest: Conditions; readonly isConditional: boolean } {
  const { ifLists = [], ...others } = conditions
  const isConditional = ifLists.some(({ terms }) => terms.some(({ state }) => isCtag(state)))
  if (!isConditional) return { rest: conditions, isConditional }
  const current = syncTokenOf(calendar)
  const isHeld = ifLists.some(({ terms }) =>
    terms.every(({ not, state }) => !isCtag(state) || (ctagOf(state) === current) !== not),
  )
  if (!isHeld) throw preconditions.ctagOk()
  const left = ifLists
    .map(({ path, terms }) => ({ path, terms: terms.filter(({ state }) => !isCtag(state)) }))
    .filter(({ terms }) => terms.length > 0)
  return { rest: left.length > 0 ? { ...others, ifLists: left } : others, isConditional }
}

type State = NonNullable<Conditions['ifLists']>[number]['terms'][number]['state']

function isCtag(state: State): state is { readonly token: string } {
  return 'token' in state && state.token.startsWith(CTAG_STATE)
}

function ctagOf(state: { readonly token: string }): string | undefined {
  try {
    return decodeURIComponent(state.token.slice(CTAG_STATE.length))
  } catch {
    return undefined
  }
}

/** Tells the client where the calendar stands after its changes (calendarserver-bulk-change §8.2). */
export function setCtag(koa: HttpContext, calendar: Calendar): void {
  koa.set('CTag', syncTokenOf(calendar))
}
