import type { RequestContext } from './context.ts'
import { membersOf } from './resources/members.ts'
import type { Resource } from './resources/resource.ts'

/** No sandbox, unlike everything else that is served: Chromium downloads nothing out of one. */
const PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const TITLES: Readonly<Record<Resource['kind'], string>> = {
  root: 'Kalends calendar server',
  principals: 'Users, groups, rooms and resources',
  principal: 'Principal',
  homes: 'Calendar homes',
  home: 'Calendar home',
  calendar: 'Calendar',
  collection: 'Collection',
  object: 'Calendar object',
  node: 'Collection',
  inbox: 'Scheduling inbox',
  outbox: 'Scheduling outbox',
}

/** What a person sees who opens a collection in a browser. */
export async function sendPage(ctx: RequestContext, resource: Resource): Promise<void> {
  const { koa, hrefs } = ctx
  const links = await linksOf(ctx, resource)
  koa.status = 200
  koa.body = page(TITLES[resource.kind], nameOf(resource), [
    `For a calendar program, the address is <code>${escapeHtml(koa.state.origin + hrefs.root())}</code>.`,
    ...links,
  ])
  koa.set('Content-Security-Policy', PAGE_POLICY)
  koa.set('Content-Type', 'text/html; charset=utf-8')
  koa.set('Cache-Control', 'no-cache')
}

function nameOf(resource: Resource): string | undefined {
  switch (resource.kind) {
    case 'principal':
      return resource.principal.name
    case 'home':
      return resource.owner.name
    case 'calendar':
    case 'collection':
      return resource.displayName ?? resource.name
    case 'node':
      return resource.path.at(-1)
    default:
      return undefined
  }
}

async function linksOf(ctx: RequestContext, resource: Resource): Promise<readonly string[]> {
  const { hrefs, actor } = ctx
  switch (resource.kind) {
    case 'calendar':
      return [link(`${hrefs.of(resource)}?export`, 'Download this calendar as one .ics file')]
    case 'home':
      return collectionLinks(ctx, resource)
    default:
      return [link(hrefs.home({ owner: actor.username }), 'Your calendars')]
  }
}

async function collectionLinks(ctx: RequestContext, home: Resource): Promise<readonly string[]> {
  const links: string[] = []
  for await (const batch of membersOf(ctx, home)) {
    for (const member of batch) {
      if (member.kind !== 'calendar' && member.kind !== 'collection') continue
      links.push(link(ctx.hrefs.of(member), nameOf(member) ?? ''))
    }
  }
  return links
}

function link(href: string, text: string): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`
}

function page(title: string, name: string | undefined, paragraphs: readonly string[]): string {
  const heading = escapeHtml(name === undefined ? title : `${title}: ${name}`)
  const body = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${heading}</title>\n<h1>${heading}</h1>\n${body}\n</html>\n`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
}
