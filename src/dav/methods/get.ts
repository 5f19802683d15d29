import type { ObjectRef } from '../../calendar/model.ts'
import { getNode, getNodeBody } from '../../calendar/nodes.ts'
import { getObject } from '../../calendar/objects.ts'
import { READ_CONTENT } from '../../calendar/privileges.ts'
import { requirePrivileges } from '../access.ts'
import type { RequestContext } from '../context.ts'
import { sendEntity } from '../entity.ts'
import { sendExport, wantsExport } from '../export.ts'
import { type MemberTarget, objectRef } from '../hrefs.ts'
import { isStoredForm, objectForm, wantedForm } from '../negotiation.ts'
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
  await sendPage(ctx, resource)
}

async function sendMember(ctx: RequestContext, target: MemberTarget): Promise<void> {
  const isObject = await sendObject(ctx, target)
  if (!isObject) await sendNode(ctx, target)
}

/** @returns false when there is no such object, so that it can still be a file of a plain collection */
async function sendObject(ctx: RequestContext, target: MemberTarget): Promise<boolean> {
  const ref = objectRef(target)
  if (ref === undefined) return false
  const form = wantedForm(ctx.koa)
  // The length of another form is known only once it is made.
  const found = await findObject(ctx, ref, ctx.koa.method !== 'HEAD' || !isStoredForm(form))
  if (found === undefined) return false
  const { object } = found
  requirePrivileges(ctx, { kind: 'object', ...found }, READ_CONTENT)
  const { etag, scheduleTag, updatedAt: lastModified, size } = object
  const common = { scheduleTag, lastModified }
  if (isStoredForm(form)) {
    const contentType = contentTypeOf(object)
    await sendEntity(ctx.koa, { ...common, etag, contentType, size, body: async () => object.data ?? '' })
  } else {
    const { body, ...made } = objectForm(object, form)
    await sendEntity(ctx.koa, {
      ...common,
      ...made,
      size: Buffer.byteLength(body),
      body: async () => body,
    })
  }
  return true
}

async function findObject(ctx: RequestContext, ref: ObjectRef, data: boolean) {
  try {
    return await getObject(ctx.calendar, ctx.actor, ref, { data })
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
