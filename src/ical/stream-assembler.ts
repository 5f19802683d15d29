import type { Component, Property } from './component.ts'
import { TOP_LEVEL_COMPONENTS } from './component-rules.ts'
import { readContentLine } from './content-line.ts'
import { InvalidCalendarError } from './errors.ts'
import type { ParseLimits } from './limits.ts'
import { TreeBuilder } from './tree-builder.ts'

/** Properties of a VCALENDAR kept before they are handed out. */
const MAX_HELD_PROPERTIES = 1000

/**
 * Puts the content lines of a stream together to components one at a time. A fault costs the component it is in;
 * reading goes on with the next one.
 */
export class StreamAssembler {
  private readonly limits: ParseLimits
  private readonly take: (item: Component | InvalidCalendarError) => void
  private builder: TreeBuilder | undefined
  private current: { readonly name: string; readonly line: number } | undefined
  /** True from a fault until the component it is in has ended. */
  private isSkipping = false
  /** Whether stray lines outside any component have been reported since the last component. */
  private hasReportedStray = false
  private calendar: { readonly properties: Property[]; readonly line: number } | undefined

  constructor(limits: ParseLimits, take: (item: Component | InvalidCalendarError) => void) {
    this.limits = limits
    this.take = take
  }

  /** Takes the next unfolded content line. */
  push(text: string, line: number): void {
    if (text.trim() === '') return
    try {
      this.pushProperty(readContentLine(text, line))
    } catch (error) {
      if (!(error instanceof InvalidCalendarError)) throw error
      this.fail(error)
    }
  }

  /** Takes a fault of the line at hand: its component is given up. */
  fail(error: InvalidCalendarError): void {
    if (this.isSkipping) return
    if (this.current === undefined) {
      if (!this.hasReportedStray) this.take(error)
      this.hasReportedStray = true
      return
    }
    this.take(error)
    this.builder = undefined
    this.isSkipping = true
  }

  /** The stream, or a calendar in it, has ended. */
  end(): void {
    this.abandon()
    this.flushCalendar()
    this.calendar = undefined
  }

  private pushProperty(property: Property): void {
    const { name, line } = property
    const value = property.value.trim().toUpperCase()
    if (value === 'VCALENDAR' && (name === 'BEGIN' || name === 'END')) {
      this.end()
      if (name === 'BEGIN') this.beginCalendar(line)
      return
    }
    if (name === 'BEGIN' && TOP_LEVEL_COMPONENTS.has(value) && this.isInStandardComponent()) this.abandon()
    if (this.current === undefined) this.pushOutside(property, value)
    else if (this.isSkipping) this.skip(name, value)
    else this.pushInside(property)
  }

  /** Where an event cannot stand, one that begins shows that the END before it was lost. */
  private isInStandardComponent(): boolean {
    return this.current !== undefined && TOP_LEVEL_COMPONENTS.has(this.current.name)
  }

  private beginCalendar(line: number): void {
    this.calendar = { properties: [], line }
    this.hasReportedStray = false
  }

  private pushOutside(property: Property, value: string): void {
    if (property.name === 'BEGIN') {
      this.flushCalendar()
      this.builder = new TreeBuilder(this.limits)
      this.builder.push(property)
      this.current = { name: value, line: property.line }
    } else if (this.calendar === undefined || property.name === 'END') {
      const what = `Line ${property.line}: ${property.name} stands outside any component`
      this.fail(new InvalidCalendarError(what, { line: property.line, subject: property.name }))
    } else {
      if (this.calendar.properties.length >= MAX_HELD_PROPERTIES) this.flushCalendar()
      this.calendar.properties.push(property)
    }
  }

  private pushInside(property: Property): void {
    const component = this.builder?.push(property)
    if (component === undefined) return
    this.current = undefined
    this.builder = undefined
    this.hasReportedStray = false
    this.take(component)
  }

  /** A component inside the skipped one may have its name only if it is no standard one. */
  private skip(name: string, value: string): void {
    if (name === 'END' && value === this.current?.name) {
      this.current = undefined
      this.isSkipping = false
    }
  }

  /** Gives up the component that is still open, reporting it unless that has been done. */
  private abandon(): void {
    if (this.current !== undefined && !this.isSkipping) {
      const { name, line } = this.current
      this.take(
        new InvalidCalendarError(`BEGIN:${name} of line ${line} has no END:${name}`, {
          line,
          subject: name,
          rule: 'RFC 5545 §3.6',
        }),
      )
    }
    this.current = undefined
    this.builder = undefined
    this.isSkipping = false
  }

  /** Hands out the calendar's own properties collected so far. */
  private flushCalendar(): void {
    const { calendar } = this
    if (calendar === undefined || calendar.properties.length === 0) return
    this.calendar = { properties: [], line: calendar.line }
    this.take({ name: 'VCALENDAR', properties: calendar.properties, components: [], line: calendar.line })
  }
}
