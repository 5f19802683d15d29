/** Front end of the page on which users decide on mails held back: no login, the link in their mail is enough. */
import { answerEmpty } from './dav/answer.ts'
import { readBody } from './dav/body.ts'
import { reportErrors } from './dav/report-errors.ts'
import { HttpError } from './http/errors.ts'
import type { HttpContext, HttpMiddleware } from './http/state.ts'
import { decideHold, findHeldMails } from './mail/decide-hold.ts'
import { HOLD_PATH } from './mail/hold-notice.ts'
import { HOLD_PAGE_POLICY, holdPage } from './mail/hold-page.ts'
import { readHoldToken } from './mail/hold-token.ts'
import type { Store } from './store/store.ts'

export interface HeldMailsPageDeps {
  readonly store: Store
  /** Key of the links' signatures. */
  readonly secret: string
  clock(): Date
}

const LONGEST_FORM = 4096

/**
 * Answers `/held-mails`. GET changes nothing, for mail servers look into links before people do; POST needs the token in
 * its form, which no other site has.
 */
export function heldMailsPage(deps: HeldMailsPageDeps): HttpMiddleware {
  return (koa, next) => {
    if (koa.path !== HOLD_PATH) return next()
    koa.state.route = 'held-mails'
    if (koa.method === 'POST') return reportErrors(koa, () => decide(koa, deps))
    if (koa.method === 'GET' || koa.method === 'HEAD') {
      return show(koa, deps, new URLSearchParams(koa.querystring).get('token') ?? '')
    }
    answerEmpty(koa, 405)
    koa.set('Allow', 'GET, HEAD, POST')
    return undefined
  }
}

async function decide(koa: HttpContext, deps: HeldMailsPageDeps): Promise<void> {
  const form = new URLSearchParams((await readBody(koa, LONGEST_FORM)).toString('utf8'))
  const token = form.get('token') ?? ''
  const decision = form.get('decision')
  const hold = requireHold(deps, token)
  if (decision !== 'release' && decision !== 'drop') {
    throw new HttpError(400, 'The field decision must be release or drop.')
  }
  await decideHold(deps.store, hold, decision, deps.clock())
  await show(koa, deps, token)
}

async function show(koa: HttpContext, deps: HeldMailsPageDeps, token: string): Promise<void> {
  const held = await findHeldMails(deps.store, requireHold(deps, token))
  if (held === undefined) throw unknownLink()
  koa.status = 200
  koa.body = holdPage(held, `${koa.state.prefix}${HOLD_PATH}`, token)
  koa.set('Content-Type', 'text/html; charset=utf-8')
  koa.set('Content-Security-Policy', HOLD_PAGE_POLICY)
  koa.set('Cache-Control', 'no-store')
}

/** @throws HttpError 404 */
function requireHold({ secret, clock }: HeldMailsPageDeps, token: string) {
  const hold = readHoldToken(token, clock(), secret)
  if (hold === undefined) throw unknownLink()
  return hold
}

function unknownLink(): HttpError {
  return new HttpError(404, 'This link is not valid, or not any more.')
}
