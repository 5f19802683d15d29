import type { HttpContext } from '../../http/state.ts'
import { HttpError } from '../errors.ts'
import { readDepth } from '../request.ts'

/** RFC 3744 §9.2, §9.3, §9.5: these reports know no other Depth than 0, which a missing one means. */
export function requireDepthZero(koa: HttpContext): void {
  if ((readDepth(koa) ?? '0') !== '0') throw new HttpError(400, 'This report has no other Depth than 0.')
}
