import type { Abilities, Target } from './target.ts'

const users = ['user', 'user2', 'user3']

/**
 * What is missing for a need, or undefined when it is met. The forms:
 * `user2`, `user3`: that account was given; `dav:TOKEN`: a token of the DAV header of principal, home or calendar;
 * `method:LOCK`: a method of the Allow header of home, calendar, object or an unused URL; `report:D:sync-collection` and
 * `home-report:…`, `principal-report:…`: a report of the calendar, home or principal; `inbox`, `outbox`, `address`:
 * the first account has one; `mail-sink`: one was given.
 */
export function lackOf(target: Target, need: string): string | undefined {
  const [kind = '', name = ''] = splitOnce(need)
  switch (kind) {
    case 'user2':
    case 'user3':
      return target.accounts[users.indexOf(kind)] ? undefined : `no --${kind} was given`
    case 'dav':
      return hasToken(target, name) ? undefined : `the DAV header does not announce ${name}`
    case 'method':
      return hasMethod(target, name) ? undefined : `no Allow header lists ${name}`
    case 'report':
      return hasReport(target.calendar, name, 'calendars')
    case 'home-report':
      return hasReport(target.home, name, 'the calendar home')
    case 'principal-report':
      return hasReport(target.principal, name, 'principals')
    case 'inbox':
    case 'outbox':
      return target.accounts[0]?.[kind] ? undefined : `the principal has no schedule-${kind}-URL`
    case 'address':
      return target.accounts.every((each) => each.addresses.some((address) => /^mailto:/i.test(address)))
        ? undefined
        : 'a principal has no mailto: in calendar-user-address-set'
    case 'mail-sink':
      return target.mailSink ? undefined : 'no --mail-sink was given'
    default:
      throw new Error(`Unknown need in a test: ${need}`)
  }
}

function splitOnce(need: string): [string, string] {
  const colon = need.indexOf(':')
  return colon < 0 ? [need, ''] : [need.slice(0, colon), need.slice(colon + 1)]
}

function hasToken(target: Target, token: string): boolean {
  return [target.principal, target.home, target.calendar].some((each) => each.tokens.has(token))
}

function hasMethod(target: Target, method: string): boolean {
  if (method === target.maker) return true
  return [target.home, target.unmapped, target.calendar, target.object].some((each) =>
    each.methods.has(method),
  )
}

function hasReport(abilities: Abilities, name: string, where: string): string | undefined {
  return abilities.reports.has(name) ? undefined : `supported-report-set of ${where} lacks ${name}`
}
