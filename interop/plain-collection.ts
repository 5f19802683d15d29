import type { Account, RunningServer } from './server.ts'

/** Makes an empty plain WebDAV collection under the account's home; returns its URL, ending in "/". */
export async function makePlainCollection(
  server: RunningServer,
  account: Account,
  name: string,
): Promise<string> {
  const url = `${server.rootUrl}dav/calendars/${account.username}/${name}/`
  await request('DELETE', url, account)
  const response = await request('MKCOL', url, account)
  if (response.status !== 201) throw new Error(`MKCOL ${url} answered ${response.status}`)
  return url
}

export async function removeCollection(url: string, account: Account): Promise<void> {
  await request('DELETE', url, account)
}

async function request(method: string, url: string, account: Account): Promise<Response> {
  const credentials = Buffer.from(`${account.username}:${account.password}`).toString('base64')
  const response = await fetch(url, { method, headers: { Authorization: `Basic ${credentials}` } })
  await response.arrayBuffer()
  return response
}
