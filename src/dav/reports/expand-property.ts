import { Refusal } from '../../calendar/refusal.ts'
import type { RequestContext } from '../context.ts'
import { answerMultistatus, statusLine } from '../multistatus.ts'
import * as preconditions from '../preconditions.ts'
import { PropertyPlan } from '../properties/plan.ts'
import { defineProperty, defineReport, type LiveProperty } from '../registry.ts'
import { isNotFound, resolve } from '../resources/resolve.ts'
import type { Resource, ResourceKind } from '../resources/resource.ts'
import { type Content, type Element, el, isElement, textOf } from '../xml/element.ts'
import { DAV } from '../xml/names.ts'
import { escapeText } from '../xml/serialize.ts'
import { type Expansion, readExpansions } from './expansion.ts'

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

/**
 * DAV:expand-property (RFC 3253 §3.8): properties whose hrefs are replaced by responses with properties of
 * what they name. Client: Apple's account setup asks it of the principal for delegates.
 */
export const expandProperty = defineReport({
  namespace: DAV,
  name: 'expand-property',
  on: EVERYWHERE,
  async run(ctx, resource, body) {
    const expander = new Expander(ctx)
    const propstats = await expander.propstatsOf(resource, readExpansions(body))
    await answerMultistatus(ctx.koa, ctx.hrefs.of(resource), propstats)
  },
})

/** Hrefs followed for one request; more is refused, since each may cost a statement. */
const MAX_FOLLOWED = 500

class Expander {
  readonly #ctx: RequestContext
  readonly #resources = new Map<string, Promise<Resource | undefined>>()
  #followed = 0

  constructor(ctx: RequestContext) {
    this.#ctx = ctx
  }

  propstatsOf(resource: Resource, wanted: readonly Expansion[]): Promise<string> {
    const names = wanted.map(({ namespace, name }) => el(namespace, name))
    const extras = wanted.flatMap((expansion) => this.#expanding(resource, expansion) ?? [])
    return new PropertyPlan(this.#ctx, { kind: 'prop', names }, extras).propstatsOf(resource)
  }

  /** The property with its hrefs expanded; undefined where there is nothing to expand. */
  #expanding(resource: Resource, { namespace, name, inner }: Expansion): LiveProperty | undefined {
    const live = this.#ctx.registries.properties.find(resource, { namespace, name })
    if (live === undefined || inner.length === 0) return undefined
    return defineProperty({
      namespace,
      name,
      on: [resource.kind],
      get: async (ctx, subject) => {
        const value = await live.get(ctx, subject)
        return value && this.#expandAll('namespace' in value ? value.children : value, inner)
      },
    })
  }

  async #expandAll(value: readonly Content[], inner: readonly Expansion[]): Promise<Content[]> {
    const expanded: Content[] = []
    for (const content of value) {
      if (!isElement(content)) expanded.push(content)
      else if (isHref(content)) expanded.push({ raw: await this.#response(textOf(content), inner) })
      else expanded.push({ ...content, children: await this.#expandAll(content.children, inner) })
    }
    return expanded
  }

  async #response(href: string, inner: readonly Expansion[]): Promise<string> {
    this.#followed += 1
    if (this.#followed > MAX_FOLLOWED) throw preconditions.numberOfMatchesWithinLimits()
    const resource = await this.#resourceOf(href)
    const body = resource
      ? await this.propstatsOf(resource, inner)
      : `<D:status>${statusLine(404)}</D:status>`
    return `<D:response><D:href>${escapeText(href)}</D:href>${body}</D:response>`
  }

  /** What an href names, looked up once; undefined where there is nothing of ours, or nothing for this actor. */
  #resourceOf(href: string): Promise<Resource | undefined> {
    const known = this.#resources.get(href)
    if (known !== undefined) return known
    const found = this.#find(href)
    this.#resources.set(href, found)
    return found
  }

  async #find(href: string): Promise<Resource | undefined> {
    const target = this.#ctx.hrefs.resolve(href)
    if (target === undefined) return undefined
    try {
      return await resolve(this.#ctx, target)
    } catch (error) {
      if (isNotFound(error) || error instanceof Refusal) return undefined
      throw error
    }
  }
}

function isHref(element: Element): boolean {
  return element.namespace === DAV && element.name === 'href'
}
