import Mocha from 'mocha'
import type { Credentials } from '../client/http.ts'
import { openMailSink } from '../client/mail-sink.ts'
import { runSuite } from '../engine/suite.ts'
import type { Result } from '../report/result.ts'
import { startServer } from '../servers/start.ts'
import { examine } from '../target/target.ts'

/** A server of the list: one that is started here, or one that runs somewhere. */
export interface ListedServer {
  readonly name: string
  readonly start?: string
  readonly url?: string
  readonly version?: string
  readonly credentials?: readonly Credentials[]
}

/** What the suite says of one server. */
export interface Column {
  readonly name: string
  readonly version: string
  readonly results: readonly Result[]
}

/** The groups that may bring a server down; they have one of their own. */
const dangerous = ['robustness']

/** Runs the whole suite against one server: what may bring it down last, and on a fresh one where it is started here. */
export async function judge(listed: ListedServer): Promise<Column> {
  const first = await runOn(listed, [], dangerous)
  const last = await runOn(listed, dangerous, [])
  return { name: listed.name, version: first.version, results: [...first.results, ...last.results] }
}

async function runOn(
  listed: ListedServer,
  only: readonly string[],
  except: readonly string[],
): Promise<Column> {
  const server = listed.start === undefined ? undefined : await startServer(listed.start)
  const sink = server?.mailSink === undefined ? undefined : await openMailSink(server.mailSink)
  try {
    const url = server?.url ?? new URL(listed.url ?? '')
    const target = await examine(url, server?.credentials ?? listed.credentials ?? [], sink)
    const results = await runSuite({ target, only, except, atOnce: 4, reporter: Mocha.reporters.Base })
    return { name: listed.name, version: server?.version ?? listed.version ?? target.software, results }
  } finally {
    sink?.close()
    await server?.stop()
  }
}
