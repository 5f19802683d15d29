import type { Component } from './component.ts'
import type { Bounds } from './facts-bounds.ts'
import { type BusyType, busyTypeOf } from './free-busy-type.ts'
import { type Instance, type Instances, tooMany } from './instances.ts'
import type { Range } from './overlap.ts'

export interface IndexedInstance {
  readonly start: Date
  readonly end: Date
  readonly busy: BusyType
}

export interface InstanceIndex {
  readonly instances: readonly IndexedInstance[]
  readonly indexedFrom: Date | undefined
  readonly indexedUntil: Date | undefined
  /** Instances in all, at most one more than the limit; undefined: endless. */
  readonly instanceCount: number | undefined
}

/**
 * The instances of a series that overlap the window, for the store's index. Throws RecurrenceLimitError when
 * there are more than `limit`.
 */
export function indexInstances(
  series: Instances,
  bounds: Bounds,
  window: Range,
  limit: number,
): InstanceIndex {
  const found = series.collect(window, limit)
  if (found.length > limit) throw tooMany(limit)
  const isWhole = bounds.from >= window.from && bounds.until <= window.until
  return {
    instances: found.map(asIndexed()),
    indexedFrom: bounds.from >= window.from ? undefined : new Date(window.from),
    indexedUntil: bounds.until <= window.until ? undefined : new Date(window.until),
    instanceCount: isWhole ? found.length : countAll(series, bounds, limit),
  }
}

function countAll(series: Instances, bounds: Bounds, limit: number): number | undefined {
  if (bounds.until === Number.POSITIVE_INFINITY) return undefined
  return series.collect({ from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }, limit).length
}

function asIndexed(): (instance: Instance) => IndexedInstance {
  const types = new Map<Component, BusyType>()
  return ({ start, end, component }) => {
    const busy = types.get(component) ?? busyTypeOf(component)
    types.set(component, busy)
    return { start: new Date(start), end: new Date(end), busy }
  }
}
