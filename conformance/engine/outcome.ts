/** The test cannot be judged here; the reason says what is missing. */
export class Skipped extends Error {
  override name = 'Skipped'
}

/** How one test ended. */
export type Outcome =
  | { readonly state: 'passed'; readonly milliseconds: number }
  | { readonly state: 'skipped'; readonly reason: string; readonly milliseconds: number }
  | { readonly state: 'failed'; readonly failure: Failure; readonly milliseconds: number }

/** Why one test failed, in the parts a report shows. */
export interface Failure {
  readonly message: string
  readonly expected: string
  readonly actual: string
  readonly rule: string
  /** Where the standard asks for it, for tests that good servers fail; the empty string otherwise. */
  readonly why: string
  /** The exchanges of the test, oldest first, secrets masked. */
  readonly exchanges: readonly string[]
}
