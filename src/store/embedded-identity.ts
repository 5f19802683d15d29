import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { makeFolder } from './make-folder.ts'

/** Who runs Postgres, which refuses to run as root. */
export interface Identity {
  /** Undefined: the user of this process. */
  readonly account: { readonly uid: number; readonly gid: number } | undefined
  /** Program and arguments to put before a command, when changing the user is not enough. */
  readonly wrapper: readonly string[]
}

/** System accounts Postgres may run under when this process is root, best first. */
const ACCOUNTS = ['kalends', 'postgres', 'nobody']

/**
 * Chooses who runs Postgres. An ordinary user runs it itself; root hands over to a system account. A folder
 * that already belongs to an account keeps it.
 *
 * @param folder the cluster's parent folder; made when missing and given to that account
 * @param program a program the account must be able to start
 */
export async function chooseIdentity(folder: string, program: string): Promise<Identity> {
  await makeFolder(folder, 0o700)
  if (process.getuid?.() !== 0) return { account: undefined, wrapper: [] }
  const owner = await stat(folder)
  const account = owner.uid === 0 ? await findAccount() : { uid: owner.uid, gid: owner.gid }
  await chown(folder, account.uid, account.gid)
  for (const wrapper of [[], passing('+dac_read_search', account), passing('+dac_override', account)]) {
    const identity = { account, wrapper }
    if ((await works(identity, 'ls', ['-d', folder])) && (await works(identity, program, ['--version']))) {
      return identity
    }
  }
  throw new Error(
    `the system account that runs Postgres cannot reach ${folder}: choose a DATA_DIR whose parent ` +
      'folders everyone may enter (chmod o+x), start Kalends as an ordinary user, or set DATABASE_URL',
  )
}

/**
 * Below a closed folder such as /root the account cannot reach its own data. It then keeps the one
 * capability of root's that lets it pass.
 */
function passing(capability: string, account: { uid: number; gid: number }): string[] {
  const user = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  return ['setpriv', ...user, `--inh-caps=${capability}`, `--ambient-caps=${capability}`]
}

async function findAccount(): Promise<{ uid: number; gid: number }> {
  for (const name of ACCOUNTS) {
    const uid = Number.parseInt(await output('id', ['-u', name]), 10)
    const gid = Number.parseInt(await output('id', ['-g', name]), 10)
    if (uid > 0 && gid > 0) return { uid, gid }
  }
  throw new Error(
    `Postgres does not run as root and none of the accounts ${ACCOUNTS.join(', ')} exists: ` +
      'start Kalends as an ordinary user, or set DATABASE_URL',
  )
}

function works(identity: Identity, program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((done) => {
    const child = launch(identity, program, args, { stdio: 'ignore' })
    child.on('error', () => done(false))
    child.on('exit', (code) => done(code === 0))
  })
}

/** Standard output of a program; empty when it fails or does not exist. */
function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((done) => {
    execFile(program, args, (error, stdout) => done(error ? '' : stdout))
  })
}

/** Starts a program as that identity, with an environment that holds no setting of libpq or the locale. */
export function launch(
  identity: Identity,
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const [command = program, ...rest] = [...identity.wrapper, program, ...args]
  const changed = identity.account !== undefined && identity.wrapper.length === 0 ? identity.account : {}
  return spawn(command, rest, { cwd: '/', env: ENVIRONMENT, ...changed, ...options })
}

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' }
