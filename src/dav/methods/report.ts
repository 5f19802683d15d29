import { HttpError } from '../errors.ts'
import * as preconditions from '../preconditions.ts'
import { varyByPreference } from '../preferences.ts'
import { readXml } from '../request.ts'
import { resolve } from '../resources/resolve.ts'
import type { ResourceKind } from '../resources/resource.ts'
import type { Method } from './table.ts'

const EVERYWHERE: readonly ResourceKind[] = [
  'root',
  'principals',
  'principal',
  'homes',
  'home',
  'calendar',
  'collection',
  'object',
  'node',
  'inbox',
  'outbox',
]

/** REPORT (RFC 3253 §3.6): the body's root element says which; the table of reports says where it applies. */
export const report: Method = {
  name: 'REPORT',
  on: EVERYWHERE,
  isSafe: true,
  async run(ctx) {
    const resource = await resolve(ctx)
    const body = await readXml(ctx.koa)
    if (body === undefined) throw new HttpError(400, 'The body of a REPORT says which report it is.')
    const wanted = ctx.registries.reports.find(resource, body)
    if (wanted === undefined) throw preconditions.supportedReport()
    varyByPreference(ctx.koa)
    await wanted.run(ctx, resource, body)
  },
}
