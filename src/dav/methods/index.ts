import { acl } from './acl.ts'
import { copy, move } from './copy-move.ts'
import { del } from './delete.ts'
import { get, head } from './get.ts'
import { lock } from './lock.ts'
import { mkcalendar } from './mkcalendar.ts'
import { mkcol } from './mkcol.ts'
import { options } from './options.ts'
import { post } from './post.ts'
import { propfind } from './propfind.ts'
import { proppatch } from './proppatch.ts'
import { put } from './put.ts'
import { report } from './report.ts'
import { MethodTable } from './table.ts'
import { unlock } from './unlock.ts'

/** Every method, once. Allow, the DAV header and supported-method-set are read off this table. */
export const methods = new MethodTable([
  options,
  get,
  head,
  put,
  post,
  del,
  copy,
  move,
  propfind,
  proppatch,
  mkcol,
  mkcalendar,
  lock,
  unlock,
  report,
  acl,
])
