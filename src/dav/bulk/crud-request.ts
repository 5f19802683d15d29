import { HttpError } from '../errors.ts'
import type { Instruction } from '../properties/instructions.ts'
import { readInstructions } from '../properties/instructions.ts'
import { child, childElements, type Element, textOf } from '../xml/element.ts'
import { CALDAV, DAV, ME } from '../xml/names.ts'
import { MAX_BULK_RESOURCES } from './limits.ts'

/** One ME:resource (calendarserver-bulk-change §7.2). */
export interface BulkOperation {
  /** Undefined: create a new resource. */
  readonly href: string | undefined
  /** Unquoted. */
  readonly ifMatch: string | undefined
  readonly isDeletion: boolean
  /** The calendar data to store, if any. */
  readonly data: string | undefined
  /** The other properties to set or remove. */
  readonly properties: readonly Instruction[]
}

/** @throws HttpError 400 for a resource that says neither what to store nor to delete, 413 for too many */
export function readOperations(body: Element): readonly BulkOperation[] {
  const resources = childElements(body).filter(
    ({ namespace, name }) => namespace === ME && name === 'resource',
  )
  if (resources.length > MAX_BULK_RESOURCES) {
    throw new HttpError(413, `A request may change ${MAX_BULK_RESOURCES} resources.`)
  }
  return resources.map(readOperation)
}

function readOperation(resource: Element): BulkOperation {
  const href = child(resource, DAV, 'href')
  const etag = child(child(resource, ME, 'if-match') ?? resource, DAV, 'getetag')
  const instructions = readInstructions(resource)
  const data = instructions.find(
    ({ property, value }) => isCalendarData(property) && value !== undefined,
  )?.value
  const operation = {
    href: href && textOf(href).trim(),
    ifMatch:
      etag &&
      textOf(etag)
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    isDeletion: child(resource, ME, 'delete') !== undefined,
    data: data && textOf(data),
    properties: instructions.filter(({ property }) => !isCalendarData(property)),
  }
  requireSense(operation)
  return operation
}

function requireSense({ href, isDeletion, data, properties }: BulkOperation): void {
  const isSensible = isDeletion
    ? href !== undefined && data === undefined && properties.length === 0
    : data !== undefined || (href !== undefined && properties.length > 0)
  if (!isSensible)
    throw new HttpError(400, 'Each resource is to be made, changed or deleted, and only one of these.')
}

function isCalendarData({ namespace, name }: Element | { namespace: string; name: string }): boolean {
  return namespace === CALDAV && name === 'calendar-data'
}
