import { createHash, randomBytes } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { ignoring } from './embedded-files.ts'

/** How to reach the private cluster. */
export interface Address {
  readonly user: string
  readonly password: string
  /** Folder of the Unix socket, or a loopback address on systems without. */
  readonly host: string
  readonly port: number
}

// sun_path holds 104 bytes on the narrowest system, the socket's own name and a zero byte included.
const MAX_SOCKET_FOLDER = 104 - '/.s.PGSQL.5432'.length - 1

/**
 * The address follows from the data folder and the password kept in it, so that every process on the same
 * data finds the cluster, also after the folder was moved.
 *
 * @param passwordFile readable by this user alone; written on the first start
 * @param socketFolder preferred place of the Unix socket
 */
export async function findAddress(passwordFile: string, socketFolder: string): Promise<Address> {
  const password = (await readPassword(passwordFile)) ?? (await createPassword(passwordFile))
  const digest = createHash('sha256').update(password).digest()
  const common = { user: 'kalends', password }
  if (process.platform === 'win32') {
    return { ...common, host: '127.0.0.1', port: 20_000 + (digest.readUInt16BE(0) % 40_000) }
  }
  const isShort = Buffer.byteLength(socketFolder) <= MAX_SOCKET_FOLDER
  const host = isShort ? socketFolder : `/tmp/kalends-${digest.toString('hex', 0, 16)}`
  return { ...common, host, port: 5432 }
}

/**
 * A connection string for `database` in the cluster, as node-postgres and libpq read it: the parameter
 * `host` overrides the host before the path, which is there only to make it a valid URL.
 */
export function connectionUrl(address: Address, database: string): string {
  const { user, password, host, port } = address
  return `postgres://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`
}

async function readPassword(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(ignoring('ENOENT'))
  return text?.trim()
}

/** Of several processes that start at once one invents the password and the others read it. */
async function createPassword(file: string): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${password}\n`, { mode: 0o600 })
  // A link appears whole, or fails because another process was first.
  await link(draft, file).catch(ignoring('EEXIST'))
  await unlink(draft)
  return (await readPassword(file)) ?? password
}
