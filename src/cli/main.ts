import { EXIT, endingOf } from './exit.ts'
import { createProgram } from './program.ts'

/** Runs the command line and ends with the exit code that `EXIT` documents. */
async function run(): Promise<void> {
  try {
    await createProgram().parseAsync()
  } catch (error) {
    const { code, message } = endingOf(error)
    if (message !== '') process.stderr.write(`kalends: ${message}\n`)
    // Set, not called with: output still in a pipe must arrive.
    process.exitCode = code
    if (code !== EXIT.ok) setTimeout(() => process.exit(code), 2000).unref()
  }
}

await run()
