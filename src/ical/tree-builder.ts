import type { Component, Property } from './component.ts'
import { canonicalName } from './content-line.ts'
import { InvalidCalendarError } from './errors.ts'
import { DEFAULT_PARSE_LIMITS, type ParseLimits } from './limits.ts'

interface OpenComponent {
  readonly name: string
  readonly properties: Property[]
  readonly components: Component[]
  readonly line: number
}

/** Builds the component tree from content lines given in order (RFC 5545 §3.4, §3.6). */
export class TreeBuilder {
  private readonly open: OpenComponent[] = []
  private readonly limits: ParseLimits
  private count = 0

  constructor(limits: ParseLimits = DEFAULT_PARSE_LIMITS) {
    this.limits = limits
  }

  /** How many components are open. */
  get depth(): number {
    return this.open.length
  }

  /** Line of the innermost component still open, if any. */
  get openComponent(): { readonly name: string; readonly line: number } | undefined {
    return this.open.at(-1)
  }

  /**
   * Takes the next content line; answers the outermost component when this line closes it.
   * @throws InvalidCalendarError when the line cannot stand here or a limit is passed.
   */
  push(property: Property): Component | undefined {
    if (++this.count > this.limits.maxContentLines) {
      throw limitPassed(property.line, `more than ${this.limits.maxContentLines} content lines`)
    }
    if (property.name === 'BEGIN') {
      this.begin(property)
      return undefined
    }
    if (property.name === 'END') return this.end(property)
    const current = this.open.at(-1)
    if (current === undefined) {
      throw misplaced(property.line, property.name, `${property.name} stands outside any BEGIN and END`)
    }
    current.properties.push(property)
    return undefined
  }

  private begin({ value, line }: Property): void {
    const name = componentName(value)
    if (name === undefined)
      throw misplaced(line, 'BEGIN', `BEGIN names no component: ${JSON.stringify(value)}`)
    if (this.open.length >= this.limits.maxDepth) {
      throw limitPassed(line, `components nested more than ${this.limits.maxDepth} deep`)
    }
    this.open.push({ name, properties: [], components: [], line })
  }

  private end({ value, line }: Property): Component | undefined {
    const closed = this.open.pop()
    if (closed === undefined) throw misplaced(line, 'END', `END:${value} closes nothing`)
    if (componentName(value) !== closed.name) {
      throw misplaced(
        line,
        closed.name,
        `END:${value} does not close BEGIN:${closed.name} of line ${closed.line}`,
      )
    }
    const parent = this.open.at(-1)
    if (parent === undefined) return closed
    parent.components.push(closed)
    return undefined
  }
}

function componentName(value: string): string | undefined {
  return canonicalName(value) ?? canonicalName(value.trim())
}

function misplaced(line: number, subject: string, what: string): InvalidCalendarError {
  return new InvalidCalendarError(`Line ${line}: ${what}`, { line, subject, rule: 'RFC 5545 §3.6' })
}

function limitPassed(line: number, what: string): InvalidCalendarError {
  return new InvalidCalendarError(`Line ${line}: ${what}; this is refused as unreasonable`, { line })
}
