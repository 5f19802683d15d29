import { getNode, getNodeBody } from '../../calendar/nodes.ts'
import { getObject } from '../../calendar/objects.ts'
import { READ_CONTENT } from '../../calendar/privileges.ts'
import { requirePrivileges } from '../access.ts'
import type { RequestContext } from '../context.ts'
import { sendEntity } from '../entity.ts'
import { sendExport, wantsExport } from '../export.ts'
import { type MemberTarget, objectRef } from '../hrefs.ts'
import { sendConverted, wantedFormat } from '../negotiation.ts'
import { contentTypeOf } from '../object-type.ts'
import { sendPage } from '../page.ts'
import { isNotFound, resolve } from '../resources/resolve.ts'
import type { Method } from './table.ts'

const EVERYWHERE: Method['on'] = [
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

/** GET (RFC 9110 §9.3.1): objects to the octet, calendars as one file, a page for everything else. */
export const get: Method = { name: 'GET', on: EVERYWHERE, isSafe: true, run: send }

/** HEAD (RFC 9110 §9.3.2). */
export const head: Method = { name: 'HEAD', on: EVERYWHERE, isSafe: true, run: send }

async function send(ctx: RequestContext): Promise<void> {
  const { target } = ctx
  if (target.kind === 'member') return sendMember(ctx, target)
  const resource = await resolve(ctx)
  requirePrivileges(ctx, resource, READ_CONTENT)
  if (resource.kind === 'calendar' && wantsExport(ctx.koa)) return sendExport(ctx, resource)
  sendPage(ctx, resource)
}

async function sendMember(ctx: RequestContext, target: MemberTarget): Promise<void> {
  const isObject = await sendObject(ctx, target)
  if (!isObject) await sendNode(ctx, target)
}

/** @returns false when there is no such object, so that it can still be a file of a plain collection */
async function sendObject(ctx: RequestContext, target: MemberTarget): Promise<boolean> {
  const ref = objectRef(target)
  if (ref === undefined) return false
  const found = await findObject(ctx, ref)
  if (found === undefined) return false
  const { object } = found
  requirePrivileges(ctx, { kind: 'object', ...found }, READ_CONTENT)
  ctx.koa.vary('Accept')
  const format = wantedFormat(ctx.koa)
  if (format !== 'text/calendar') await sendConverted(ctx.koa, object, format)
  else {
    await sendEntity(ctx.koa, {
      contentType: contentTypeOf(object),
      etag: object.etag,
      scheduleTag: object.scheduleTag,
      lastModified: object.updatedAt,
      size: object.size,
      body: async () => object.data ?? '',
    })
  }
  return true
}

async function findObject(ctx: RequestContext, ref: NonNullable<ReturnType<typeof objectRef>>) {
  // The length of another form is known only once it is made.
  const isWanted = ctx.koa.method !== 'HEAD' || wantedFormat(ctx.koa) !== 'text/calendar'
  try {
    return await getObject(ctx.calendar, ctx.actor, ref, { data: isWanted })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function sendNode(ctx: RequestContext, target: MemberTarget): Promise<void> {
  const node = await getNode(ctx.calendar, ctx.actor, { ...target.ref, path: target.path })
  requirePrivileges(ctx, node, READ_CONTENT)
  if (node.isCollection) return sendPage(ctx, node)
  await sendEntity(ctx.koa, {
    contentType: node.contentType ?? 'application/octet-stream',
    etag: node.etag,
    lastModified: node.updatedAt,
    size: node.size,
    body: () => getNodeBody(ctx.calendar, node),
  })
}
