/** Why the program cannot start or a command cannot run: one sentence for the person at the terminal. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'it is not a folder',
  ENOENT: 'there is no such file',
  EADDRINUSE: 'another program listens there already',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no route there',
  '28P01': 'wrong user name or password',
  '28000': 'Postgres does not accept this user from here',
  '3D000': 'the database does not exist',
  '42501': 'the user lacks privileges there',
}

/** The reason of a system or Postgres error in a few words; its own message when the code is not known. */
export function reasonOf(error: unknown): string {
  const { message = String(error), errors, cause } = error as Partial<AggregateError>
  const known = REASONS[codeOf(error)] ?? REASONS[codeOf(cause)]
  if (known !== undefined) return known
  // A host with several addresses fails with one error for each.
  if (message === '' && errors?.[0] !== undefined) return reasonOf(errors[0])
  return message.split('\n')[0] ?? ''
}

export function codeOf(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? ''
}
