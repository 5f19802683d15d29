import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CommandError, EXIT } from './exit.ts'

/**
 * A new password: the first line of standard input with `--password-stdin`, otherwise typed twice, unseen.
 * @throws CommandError when there is nobody to ask
 */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return firstLine(await text(process.stdin))
  if (!process.stdin.isTTY) {
    throw new CommandError(EXIT.usage, 'there is no terminal to ask for the password: use --password-stdin')
  }
  const password = await ask('New password: ')
  if ((await ask('Once more: ')) !== password) throw new CommandError(EXIT.usage, 'the two passwords differ')
  return password
}

function firstLine(input: string): string {
  return input.split(/\r?\n/, 1)[0] ?? ''
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question)
  // Readline needs a terminal to edit the line, but what it echoes goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      lines.once('close', () => reject(new CommandError(EXIT.usage, 'no password was given')))
    })
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
