import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Logger } from 'pino'

/** Paths of PEM files; the certificate file holds the whole chain. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

export interface TlsMaterial {
  readonly cert: Buffer
  readonly key: Buffer
}

/** @throws when a file cannot be read, is not PEM, or the key is not the certificate's */
export function readTlsFiles(files: TlsFiles): TlsMaterial {
  const material = { cert: readFileSync(files.cert), key: readFileSync(files.key) }
  createSecureContext(material)
  return material
}

const POLL_MS = 2000

/**
 * Calls `apply` with new material whenever a file changes. Polls, because certificate tools replace files by
 * renames and symbolic links, which directory watches miss. Files that do not fit (yet) are logged and the
 * material in use is kept.
 *
 * @returns a function that stops watching
 */
export function watchTlsFiles(
  files: TlsFiles,
  apply: (material: TlsMaterial) => void,
  log: Logger,
): () => void {
  const reload = () => {
    try {
      apply(readTlsFiles(files))
      log.info(files, 'TLS files read again')
    } catch (error) {
      log.error({ err: error, ...files }, 'changed TLS files cannot be used; the earlier ones stay in use')
    }
  }
  const paths = [files.cert, files.key]
  for (const path of paths) watchFile(path, { interval: POLL_MS, persistent: false }, reload)
  return () => {
    for (const path of paths) unwatchFile(path, reload)
  }
}
