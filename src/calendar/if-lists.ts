import type { Conditions, IfList, IfTerm } from './conditions.ts'

/** The state an If header is compared with (RFC 4918 §10.4.4). */
export interface ResourceState {
  /** Unquoted; undefined where nothing is mapped or the resource has no entity. */
  readonly etag: string | undefined
  /** Tokens of the locks whose scope includes the resource, and its sync token (RFC 6578 §5). */
  readonly tokens: ReadonlySet<string>
}

/**
 * Does at least one list hold (RFC 4918 §10.4.3)?
 *
 * @param stateOf the state of the resource a list is tagged with; undefined path: the request's own
 */
export function someListHolds(
  lists: readonly IfList[],
  stateOf: (path: string | undefined) => ResourceState,
): boolean {
  return lists.some((list) => {
    const state = stateOf(list.path)
    return list.terms.every((term) => matches(term, state) !== term.not)
  })
}

function matches({ state }: IfTerm, actual: ResourceState): boolean {
  return 'token' in state ? actual.tokens.has(state.token) : actual.etag === state.etag
}

/**
 * Every state token in the header. A token counts as submitted wherever it appears, whether or not its
 * list held (RFC 4918 §10.4.1).
 */
export function submittedTokens(lists: readonly IfList[] | undefined): ReadonlySet<string> {
  const tokens = new Set<string>()
  for (const list of lists ?? []) {
    for (const { state } of list.terms) if ('token' in state) tokens.add(state.token)
  }
  return tokens
}

/**
 * Conditions that submit the same tokens and always hold (RFC 4918 §10.4.8): for a further resource of a
 * request whose header has been evaluated already.
 */
export function tokensOf({ ifLists }: Conditions): Conditions {
  if (ifLists === undefined) return {}
  return {
    ifLists: [{ path: undefined, terms: [{ not: true, state: { token: 'DAV:no-lock' } }] }, ...ifLists],
  }
}
