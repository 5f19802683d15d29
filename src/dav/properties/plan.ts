import type { ObjectEntry } from '../../calendar/list-entries.ts'
import type { Calendar, DeadProperty } from '../../calendar/model.ts'
import { Refusal } from '../../calendar/refusal.ts'
import type { RequestContext } from '../context.ts'
import { HttpError } from '../errors.ts'
import { type Multistatus, propstats } from '../multistatus.ts'
import { answerTo } from '../refusals.ts'
import type { LiveProperty } from '../registry.ts'
import type { Resource, ResourceKind } from '../resources/resource.ts'
import { clark, type Name } from '../xml/element.ts'
import { BodyWriter, type Value } from './body-writer.ts'
import { type DeadByResource, deadOf, loadDead } from './dead.ts'
import type { PropertyRequest } from './request.ts'
import { elementOf, type KindPlan, mayBeDead, type Slot, slotFor } from './slot.ts'

/**
 * Turns a request for properties into XML, resource after resource. Names are looked up and tags written
 * once for each kind of resource; dead properties are loaded for a whole batch.
 */
export class PropertyPlan {
  readonly #ctx: RequestContext
  readonly #request: PropertyRequest
  readonly #extras: ReadonlyMap<string, LiveProperty>
  readonly #byKind = new Map<ResourceKind, KindPlan>()

  /** @param extras properties of this request alone, like C:calendar-data; they win over registered ones */
  constructor(ctx: RequestContext, request: PropertyRequest, extras: readonly LiveProperty[] = []) {
    this.#ctx = ctx
    this.#request = request
    this.#extras = new Map(extras.map((extra) => [clark(extra), extra]))
  }

  /** Writes the response for the resource the request is for. */
  async writeOwn(multistatus: Multistatus, resource: Resource): Promise<void> {
    const { hrefs, target } = this.#ctx
    multistatus.append(hrefs.ofRequest(target, resource), await this.propstatsOf(resource))
  }

  /** Writes a response for each resource, in order. */
  async write(multistatus: Multistatus, resources: readonly Resource[]): Promise<void> {
    const loaded = await this.#loadDead(resources)
    for (const resource of resources) {
      const body = this.#body(resource, loaded)
      multistatus.append(this.#ctx.hrefs.of(resource), typeof body === 'string' ? body : await body)
      if (multistatus.isFull) await multistatus.drain()
    }
  }

  /** Do the entries of a listing tell all that is asked of calendar objects? */
  get isAnsweredByEntries(): boolean {
    const { slots, dead } = this.#planFor('object')
    return dead === 'none' && slots.every(({ live }) => live?.ofEntry !== undefined)
  }

  /** Writes a response for each entry of a calendar; only when `isAnsweredByEntries`. */
  async writeEntries(
    multistatus: Multistatus,
    calendar: Calendar,
    entries: readonly ObjectEntry[],
  ): Promise<void> {
    const base = this.#ctx.hrefs.of(calendar)
    const { slots } = this.#planFor('object')
    for (const entry of entries) {
      let found = ''
      for (const slot of slots) found += elementOf(slot, slot.live?.ofEntry?.(entry) ?? [])
      multistatus.append(base + encodeURIComponent(entry.name), propstats(found, ''))
      if (multistatus.isFull) await multistatus.drain()
    }
  }

  /** The propstats of one resource, as XML. */
  async propstatsOf(resource: Resource): Promise<string> {
    return this.#body(resource, await this.#loadDead([resource]))
  }

  async #loadDead(resources: readonly Resource[]): Promise<DeadByResource> {
    const wanting = resources.filter(({ kind }) => this.#planFor(kind).dead !== 'none')
    return wanting.length === 0 ? NO_DEAD : loadDead(this.#ctx, wanting)
  }

  #planFor(kind: ResourceKind): KindPlan {
    let plan = this.#byKind.get(kind)
    if (plan === undefined) {
      plan = this.#compile(kind)
      this.#byKind.set(kind, plan)
    }
    return plan
  }

  #compile(kind: ResourceKind): KindPlan {
    const request = this.#request
    const table = this.#ctx.registries.properties
    if (request.kind === 'prop') {
      const slots = unique(request.names).map((name) => this.#slot(kind, name, false))
      return { slots, dead: slots.some(mayBeDead) ? 'named' : 'none' }
    }
    const all = table.on(kind)
    if (request.kind === 'propname')
      return { slots: all.map((live) => slotFor(live, live, true)), dead: 'all' }
    const standard = all.filter(({ inAllprop }) => inAllprop).map((live) => slotFor(live, live, true))
    const included = unique(request.include).map((name) => this.#slot(kind, name, false))
    const named = new Set(included.map(({ key }) => key))
    return { slots: [...standard.filter(({ key }) => !named.has(key)), ...included], dead: 'all' }
  }

  #slot(kind: ResourceKind, name: Name, isOptional: boolean): Slot {
    const extra = this.#extras.get(clark(name))
    const live = extra?.on.includes(kind) ? extra : this.#ctx.registries.properties.forKind(kind, name)
    return slotFor(name, live, isOptional)
  }

  #body(resource: Resource, loaded: DeadByResource): string | Promise<string> {
    const plan = this.#planFor(resource.kind)
    const dead = plan.dead === 'none' ? [] : deadOf(resource, loaded)
    const writer = new BodyWriter(this.#request.kind === 'propname', this.#ctx.preferences.minimal)
    const rest = this.#fill(writer, plan, resource, dead, 0)
    const end = () => writer.end(plan, this.#unregistered(resource, dead))
    return rest === undefined ? end() : rest.then(end)
  }

  /** What is stored beside a live property is that property's, and none of its own. */
  #unregistered(resource: Resource, dead: readonly DeadProperty[]): readonly DeadProperty[] {
    return dead.filter((property) => !this.#ctx.registries.properties.find(resource, property))
  }

  /** Stays synchronous until a property has to wait: most never do, and there may be 10,000 resources. */
  #fill(
    writer: BodyWriter,
    plan: KindPlan,
    resource: Resource,
    dead: readonly DeadProperty[],
    from: number,
  ): Promise<void> | undefined {
    for (let index = from; index < plan.slots.length; index += 1) {
      const slot = plan.slots[index] as Slot
      if (slot.live === undefined) {
        writer.addDead(slot, dead)
        continue
      }
      const value = this.#valueOf(slot.live, resource)
      if (!(value instanceof Promise)) {
        writer.add(slot, value, dead)
        continue
      }
      return value
        .catch((error: unknown) => this.#refused(error))
        .then((settled) => {
          writer.add(slot, settled, dead)
          return this.#fill(writer, plan, resource, dead, index + 1)
        })
    }
    return undefined
  }

  #valueOf(live: LiveProperty, resource: Resource): Value | Promise<Value> {
    try {
      return live.get(this.#ctx, resource)
    } catch (error) {
      return this.#refused(error)
    }
  }

  /** A property the actor may not read is refused by itself; the others are answered (RFC 4918 §9.1.1). */
  #refused(error: unknown): HttpError {
    if (error instanceof HttpError) return error
    if (error instanceof Refusal) return answerTo(error, this.#ctx.hrefs)
    throw error
  }
}

const NO_DEAD: DeadByResource = new Map()

function unique<T extends Name>(names: readonly T[]): readonly T[] {
  return [...new Map(names.map((name) => [clark(name), name])).values()]
}
