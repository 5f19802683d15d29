import type { HttpContext } from '../http/state.ts'

/** Answers without a body; Koa would write the reason phrase into it. */
export function answerEmpty(koa: HttpContext, status: number): void {
  koa.body = null
  koa.status = status
}
