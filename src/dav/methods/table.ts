import type { RequestContext } from '../context.ts'
import type { ResourceKind } from '../resources/resource.ts'

/** An HTTP method: what it does, and on which kinds of resource it is in Allow. */
export interface Method {
  readonly name: string
  readonly on: readonly ResourceKind[]
  /**
   * Makes a resource where there is none: it is run for every target that is a collection in a home or inside
   * one, whether it exists or not, and for no other.
   */
  readonly isCreating?: boolean
  /** Changes nothing (RFC 9110 §9.2.1). What changes something looks at its conditions under its locks. */
  readonly isSafe?: boolean
  /** A body, which it would ignore, is refused (RFC 4918 §8.4). */
  readonly takesNoBody?: boolean
  /**
   * Answers the request for `ctx.target`: loads what it needs, one statement if it can, and refuses what the
   * actor may not see (404) before what it may not do (403).
   */
  run(ctx: RequestContext): Promise<void>
}

/** The methods by name; two of one name stop the server. */
export class MethodTable {
  readonly #byName = new Map<string, Method>()

  constructor(methods: readonly Method[]) {
    for (const method of methods) {
      if (this.#byName.has(method.name)) throw new Error(`${method.name} is registered twice`)
      this.#byName.set(method.name, method)
    }
  }

  find(name: string): Method | undefined {
    return this.#byName.get(name)
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  /** The methods a resource of that kind answers, for Allow (RFC 9110 §10.2.1). */
  on(kind: ResourceKind): readonly string[] {
    return [...this.#byName.values()]
      .filter((method) => method.on.includes(kind))
      .map((method) => method.name)
  }
}
