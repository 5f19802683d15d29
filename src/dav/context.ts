import type { Logger } from 'pino'
import type { Accounts } from '../accounts/accounts.ts'
import type { CalendarEnv } from '../calendar/env.ts'
import type { Actor } from '../calendar/model.ts'
import type { HttpContext } from '../http/state.ts'
import type { Hrefs, Target } from './hrefs.ts'
import type { MethodTable } from './methods/table.ts'
import type { Preferences } from './preferences.ts'
import type { LiveProperty, Registry, Report } from './registry.ts'

/** The tables of what this server can do; everything advertised is derived from them. */
export interface Registries {
  readonly methods: MethodTable
  readonly reports: Registry<Report>
  readonly properties: Registry<LiveProperty>
}

/** One authenticated request, as methods, reports and properties see it. */
export interface RequestContext {
  readonly koa: HttpContext
  readonly actor: Actor
  readonly calendar: CalendarEnv
  readonly accounts: Accounts
  readonly hrefs: Hrefs
  /** What the request's path names. */
  readonly target: Target
  readonly registries: Registries
  readonly preferences: Preferences
  readonly log: Logger
}
