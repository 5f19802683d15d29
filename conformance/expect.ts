import { AssertionError } from 'chai'
import type { Response } from './client/response.ts'
import { nameOf, pathOf, sameHref } from './hrefs.ts'
import { type MemberResponse, type Multistatus, propOf, propStatus } from './multistatus.ts'
import type { XmlElement } from './xml/element.ts'

/** Ends the test as failed, with what was wanted and what came. */
export function fail(message: string, expected: unknown, actual: unknown): never {
  throw new AssertionError(message, { expected, actual, showDiff: true })
}

/** Requires one of these statuses. */
export function expectStatus(response: Response, ...statuses: number[]): void {
  if (statuses.includes(response.status)) return
  const conditions = response.conditions().join(' ')
  fail('Another status was expected', statuses.join(' or '), `${response.status} ${conditions}`.trim())
}

/** Requires any 2xx. */
export function expectSuccess(response: Response): void {
  if (response.status < 200 || response.status > 299) fail('The request was refused', '2xx', response.status)
}

/** Requires a refusal that is the client's doing: any 4xx. */
export function expectRefusal(response: Response): void {
  if (response.status < 400 || response.status > 499) {
    fail('The request was not refused as wrong', '4xx', response.status)
  }
}

/** Requires a refusal naming this condition in a D:error body, with one of these statuses (403 or 409 unless told). */
export function expectCondition(
  response: Response,
  condition: string,
  statuses: readonly number[] = [403, 409],
): void {
  expectStatus(response, ...statuses)
  if (!response.conditions().includes(condition)) {
    const found = response.conditions().join(', ') || 'no condition'
    fail('The D:error body does not name the condition', condition, found)
  }
}

/** Requires a 207 with a multistatus body and gives it. */
export function expectMultistatus(response: Response): Multistatus {
  expectStatus(response, 207)
  return response.multistatus()
}

/** Requires that a multistatus speaks of an href and gives that response. */
export function expectMember(multistatus: Multistatus, href: string): MemberResponse {
  const found = multistatus.responses.find((each) => each.hrefs.some((one) => sameHref(one, href)))
  return found ?? fail('The resource is not in the multistatus', pathOf(href), hrefList(multistatus))
}

/** Requires that a multistatus does not speak of an href, or only as gone (404). */
export function expectNoMember(multistatus: Multistatus, href: string): void {
  const found = multistatus.responses.find((each) => sameHref(each.href, href) && each.status !== 404)
  if (found) fail('A resource is in the multistatus that should not be', 'absent', pathOf(href))
}

/** Requires exactly these members, in any order, told by the names of their hrefs. */
export function expectNames(multistatus: Multistatus, names: readonly string[]): void {
  const actual = multistatus.responses.map((each) => nameOf(each.href)).sort()
  const expected = [...names].sort()
  if (actual.join('\n') !== expected.join('\n')) {
    fail('Other members were expected', expected.join(' ') || 'none', actual.join(' ') || 'none')
  }
}

/** Requires that a property was answered with 200 and gives it. */
export function expectProp(response: MemberResponse | undefined, name: string): XmlElement {
  const status = propStatus(response, name) ?? 'not mentioned'
  return propOf(response, name) ?? fail(`${name} is not answered with 200`, 200, status)
}

/** Requires the status of a property in its propstat. */
export function expectPropStatus(
  response: MemberResponse | undefined,
  name: string,
  ...statuses: number[]
): void {
  const status = propStatus(response, name)
  if (status === undefined || !statuses.includes(status)) {
    fail(`${name} has another status`, statuses.join(' or '), status ?? 'not mentioned')
  }
}

/** Requires two values to be the same, compared as text. */
export function expectSame(actual: unknown, expected: unknown, message: string): void {
  if (actual !== expected) fail(message, expected, actual)
}

/** Requires something to hold. */
export function expectTrue(
  condition: boolean,
  message: string,
  actual: unknown = condition,
): asserts condition {
  if (!condition) fail(message, 'true', actual)
}

/** Requires a header to be there and gives its value. */
export function expectHeader(response: Response, name: string): string {
  const value = response.header(name)
  return value === '' ? fail(`The header ${name} is missing`, 'present', 'absent') : value
}

function hrefList(multistatus: Multistatus): string {
  return multistatus.responses.map((each) => pathOf(each.href)).join(' ') || 'an empty multistatus'
}
