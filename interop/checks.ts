/** Counts what a client run shows; each check is a sentence and a function that throws when it is not so. */
export class Checks {
  passed = 0
  failed = 0
  skipped = 0
  readonly #client: string

  constructor(client: string) {
    this.#client = client
  }

  async check(what: string, run: () => unknown): Promise<void> {
    try {
      await run()
      this.passed++
      console.log(`  ok   ${this.#client}: ${what}`)
    } catch (error) {
      this.failed++
      console.log(`  FAIL ${this.#client}: ${what}\n${String(error instanceof Error ? error.stack : error)}`)
    }
  }

  skip(reason: string): void {
    this.skipped++
    console.log(`  skip ${this.#client}: ${reason}`)
  }
}

/** Throws unless the condition holds. */
export function expectThat(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise)
}
