import { Refusal } from '../calendar/refusal.ts'
import type { HttpContext } from '../http/state.ts'
import { HttpError, PreconditionError } from './errors.ts'
import { hrefsFor } from './hrefs.ts'
import { ClientGoneError, XML_TYPE } from './multistatus.ts'
import { noExternalEntities } from './preconditions.ts'
import { answerTo } from './refusals.ts'
import { el } from './xml/element.ts'
import { ExternalEntityError, InvalidXmlError, UnsupportedEncodingError } from './xml/errors.ts'
import { DAV } from './xml/names.ts'
import { serializeDocument } from './xml/serialize.ts'

/**
 * The one place that turns errors of this folder into answers: preconditions become DAV:error documents,
 * everything else is left to the boundary around all front ends.
 */
export async function reportErrors(koa: HttpContext, next: () => Promise<void>): Promise<void> {
  try {
    await next()
  } catch (error) {
    const known = translate(koa, error)
    if (known instanceof ClientGoneError) endQuietly(koa)
    else if (known instanceof PreconditionError && !koa.headerSent) answerPrecondition(koa, known)
    else throw known
  }
}

function translate(koa: HttpContext, error: unknown): unknown {
  if (error instanceof Refusal) return answerTo(error, hrefsFor(koa.state.prefix))
  if (error instanceof ExternalEntityError) return noExternalEntities()
  if (error instanceof InvalidXmlError) return new HttpError(400, `${error.message}.`, { cause: error })
  if (error instanceof UnsupportedEncodingError) {
    return new HttpError(415, `${error.message}.`, { cause: error })
  }
  return error
}

function answerPrecondition(koa: HttpContext, error: PreconditionError): void {
  for (const [name, value] of Object.entries(error.headers)) koa.set(name, value as string)
  koa.status = error.status
  koa.set('Content-Type', XML_TYPE)
  koa.body = serializeDocument(el(DAV, 'error', [error.condition]))
}

/** Nobody is there to be answered; the connection must not be taken for a good one. */
function endQuietly(koa: HttpContext): void {
  koa.respond = false
  koa.res.destroy()
}
