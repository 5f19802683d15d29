import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Checks, expectThat } from './checks.ts'
import { command, isInstalled } from './command.ts'
import { makePlainCollection, removeCollection } from './plain-collection.ts'
import type { Account, RunningServer } from './server.ts'

/** Debian's cadaver: files, folders, locks and properties in a plain collection under the home. */
export async function run(server: RunningServer): Promise<Checks> {
  const checks = new Checks('cadaver')
  if (!(await isInstalled('cadaver'))) {
    checks.skip('cadaver is not installed')
    return checks
  }
  const account = server.accounts[0] as Account
  const url = await makePlainCollection(server, account, 'cadaver-tests')
  const folder = await mkdtemp(join(tmpdir(), 'cadaver-'))
  try {
    await writeFile(join(folder, '.netrc'), netrc(server.rootUrl, account), { mode: 0o600 })
    await writeFile(join(folder, 'one.txt'), 'first\n')
    await writeFile(join(folder, 'two.txt'), 'second\n')
    await runChecks(checks, (...lines) => session(folder, url, lines), folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await removeCollection(url, account)
  }
  return checks
}

type Session = (...lines: string[]) => Promise<string>

async function runChecks(checks: Checks, cadaver: Session, folder: string): Promise<void> {
  await checks.check('puts a file and gets the same bytes back', async () => {
    await cadaver('put one.txt', 'get one.txt back.txt')
    expectThat((await readFile(join(folder, 'back.txt'), 'utf8')) === 'first\n', 'other bytes came back')
  })
  await checks.check('makes nested collections and lists them', async () => {
    const output = await cadaver('mkcol deep', 'mkcol deep/er', 'cd deep', 'ls')
    expectThat(/Coll:\s+er\s/.test(output), output)
  })
  await checks.check('copies and moves files and collections', async () => {
    const moves = ['copy one.txt deep/copy.txt', 'move deep/copy.txt deep/er/moved.txt', 'copy deep deep2']
    expectThat((await cadaver(...moves, 'cat deep2/er/moved.txt')).includes('first'), 'the copy is not whole')
    expectThat(!/copy\.txt/.test(await cadaver('ls deep')), 'the moved file is still where it was')
  })
  await checks.check('locks, shows, uses and gives back a lock', async () => {
    const output = await cadaver('lock one.txt', 'discover one.txt', 'put two.txt one.txt', 'unlock one.txt')
    expectThat(/Locking .*succeeded/.test(output), output)
    expectThat(/Depth: 0|Scope: exclusive|exclusive/i.test(output), output)
    expectThat(/Unlocking .*succeeded/.test(output), output)
    expectThat((await cadaver('cat one.txt')).includes('second'), 'the locked file was not written')
  })
  await checks.check('keeps a dead property', async () => {
    const output = await cadaver('propset one.txt mood sunny', 'propget one.txt mood')
    expectThat(/mood: sunny/.test(output) || /sunny$/m.test(output), output)
  })
  await checks.check('deletes a file and a collection', async () => {
    const output = await cadaver('delete one.txt', 'rmcol deep', 'rmcol deep2', 'ls')
    expectThat(/empty/i.test(output), output)
  })
}

/** One run of cadaver; throws when one of its commands failed. */
async function session(folder: string, url: string, lines: readonly string[]): Promise<string> {
  const { stdout, stderr } = await command('cadaver', [url], {
    cwd: folder,
    env: { HOME: folder },
    input: `${lines.join('\n')}\nquit\n`,
  })
  const output = stdout + stderr
  expectThat(!/\b(failed|Could not|Server sent an error|[45]\d\d [A-Z])/.test(output), output)
  return output
}

function netrc(rootUrl: string, { username, password }: Account): string {
  return `machine ${new URL(rootUrl).hostname} login ${username} password "${password}"\n`
}
