import type { Exchange } from '../client/exchange.ts'
import { pathOf, requestPath, sameHref } from '../hrefs.ts'
import { propOf } from '../multistatus.ts'
import { child } from '../xml/element.ts'
import { Actor } from './actor.ts'
import type { Target } from './target.ts'

/** Everything the accounts hold, by path: the entity tag of an object, the lasting properties of anything else. */
export type Inventory = ReadonlyMap<string, string>

/** What people see or set of their own; counters and dates of collections change with what comes and goes in them. */
const lasting = [
  'D:displayname',
  'D:resourcetype',
  'D:acl',
  'D:group-member-set',
  'C:calendar-description',
  'C:calendar-timezone',
  'C:calendar-availability',
  'C:schedule-calendar-transp',
  'C:schedule-default-calendar-URL',
  'ICAL:calendar-color',
  'ICAL:calendar-order',
]

/** Lists what the accounts hold now, to be compared with later. */
export async function takeInventory(target: Target): Promise<Inventory> {
  const found = new Map<string, string>()
  for (const account of target.accounts) {
    const log: Exchange[] = []
    const actor = new Actor(target.url, account, log)
    await list(actor, actor.principal, '0', found)
    const collections = await list(actor, actor.home, '1', found)
    for (const collection of [...collections, actor.inbox]) {
      if (collection !== '' && !sameHref(collection, actor.home)) await list(actor, collection, '1', found)
    }
  }
  return found
}

/** What is no longer as it was, one line for each thing; none when the accounts are as they were. */
export function differences(before: Inventory, after: Inventory): string[] {
  const left = [...after.keys()].filter((path) => !before.has(path)).map((path) => `left behind: ${path}`)
  const changed = [...before].flatMap(([path, state]) => {
    const now = after.get(path)
    if (now === state) return []
    return [`${now === undefined ? 'gone' : 'changed'}: ${path}`]
  })
  return [...left, ...changed]
}

/** Notes a resource and its members; gives the collections among them. */
async function list(
  actor: Actor,
  href: string,
  depth: string,
  found: Map<string, string>,
): Promise<string[]> {
  const response = await actor.propfind(href, ['D:getetag', ...lasting], depth)
  if (response.status !== 207) return []
  const collections: string[] = []
  for (const each of response.multistatus().responses) {
    const type = propOf(each, 'D:resourcetype')
    if (child(type, 'D:collection')) collections.push(requestPath(each.href))
    const names = child(type, 'D:collection') || child(type, 'D:principal') ? lasting : ['D:getetag']
    found.set(pathOf(each.href), names.map((name) => propOf(each, name)?.source ?? '').join('\n'))
  }
  return collections
}
