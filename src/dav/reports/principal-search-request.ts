import type { PrincipalTest } from '../../accounts/accounts.ts'
import { HttpError } from '../errors.ts'
import { child, childElements, clark, type Element, type Name, textOf } from '../xml/element.ts'
import { CALDAV, CALENDARSERVER, DAV } from '../xml/names.ts'

/** A property principals can be searched by, and what people call it. */
export interface SearchableProperty extends Name {
  readonly field: PrincipalTest['field']
  readonly description: string
}

/**
 * RFC 3744 §9.5. Client: iOS completes invitees only when calendar-user-address-set is listed.
 */
export const SEARCHABLE: readonly SearchableProperty[] = [
  { namespace: DAV, name: 'displayname', field: 'name', description: 'Name' },
  { namespace: CALENDARSERVER, name: 'email-address-set', field: 'email', description: 'E-mail address' },
  { namespace: CALDAV, name: 'calendar-user-address-set', field: 'email', description: 'Calendar address' },
  { namespace: CALDAV, name: 'calendar-user-type', field: 'kind', description: 'Kind of calendar user' },
]

const FIELDS = new Map(SEARCHABLE.map((property) => [clark(property), property.field]))

/** What a search asks the directory; undefined where no principal can match. */
export type SearchTests = { readonly tests: readonly PrincipalTest[]; readonly anyOf: boolean } | undefined

/**
 * The tests of DAV:principal-property-search (RFC 3744 §9.4), with the `test` and `match-type` attributes
 * that Apple's clients send. A property that cannot be searched matches nobody, which is no error.
 */
export function readSearchTests(body: Element): SearchTests {
  const searches = childElements(body).filter(
    (part) => part.namespace === DAV && part.name === 'property-search',
  )
  if (searches.length === 0) throw new HttpError(400, 'The search has no property-search.')
  const tests = searches.flatMap(readSearch)
  const known = tests.filter((test): test is PrincipalTest => test !== undefined)
  const anyOf = body.attributes.test?.toLowerCase() === 'anyof'
  const canMatch = anyOf ? known.length > 0 : known.length > 0 && known.length === tests.length
  return canMatch ? { tests: known, anyOf } : undefined
}

/** One test for each property named; undefined for one that cannot be searched. */
function readSearch(search: Element): (PrincipalTest | undefined)[] {
  const prop = child(search, DAV, 'prop')
  const match = child(search, DAV, 'match')
  if (!prop || !match) throw new HttpError(400, 'property-search holds prop and match.')
  const text = textOf(match).trim()
  const how = readMatchType(match.attributes['match-type'])
  return childElements(prop).map((name) => {
    const field = FIELDS.get(clark(name))
    return field && { field, match: how, text: field === 'email' ? text.replace(/^mailto:/i, '') : text }
  })
}

const MATCH_TYPES = ['contains', 'equals', 'starts-with', 'ends-with'] as const

/** RFC 3744 §9.4 prefers caseless substrings; other ways of matching are asked for by attribute. */
function readMatchType(sent: string | undefined): PrincipalTest['match'] {
  return MATCH_TYPES.find((known) => known === sent) ?? 'contains'
}
