import type { TestContext } from './context.ts'

/** How strongly the standard asks for something. */
export type Level = 'MUST' | 'SHOULD' | 'MAY'

/** What one test may say about itself. */
export interface TestOptions {
  /** The section this test is about where it is not its file's: `RFC 4791 §7.8`. */
  readonly cite?: string
  /** Abilities without which the test is skipped; see target/abilities.ts for the forms. */
  readonly needs?: readonly string[]
  /** Why the standard really says so, for a test that mature servers fail. */
  readonly why?: string
}

/** One rule of one standard and the function that finds out whether a server keeps it. */
export interface ConformanceTest extends TestOptions {
  readonly level: Level
  /** What the server does when all is well, read after the level: `MUST answer 201 …`. */
  readonly title: string
  /** The sentence of the standard in our words. */
  readonly rule: string
  readonly run: (t: TestContext) => Promise<void>
}

/** The tests of one section of one standard; one file each. */
export interface Section {
  readonly cite: string
  readonly title: string
  /** Abilities every test of the section needs. */
  readonly needs?: readonly string[]
  /**
   * Tests of one named lane never run at the same time as each other; `alone` waits until nothing else runs.
   * Unset: any order, together with others.
   */
  readonly lane?: string
  readonly tests: readonly ConformanceTest[]
}

type Declare = (
  title: string,
  rule: string,
  run: (t: TestContext) => Promise<void>,
  options?: TestOptions,
) => ConformanceTest

function declare(level: Level): Declare {
  return (title, rule, run, options = {}) => ({ level, title, rule, run, ...options })
}

/** A test of something the standard requires. */
export const must = declare('MUST')

/** A test of something the standard recommends. */
export const should = declare('SHOULD')

/** A test of something the standard allows, and that is to be right where a server does it. */
export const may = declare('MAY')
