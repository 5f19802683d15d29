import type { FirstAccount } from './first-account.ts'

/** What a person needs to connect a client, printed when the server is ready. */
export function banner(url: string, first: FirstAccount | undefined): string {
  const isSecure = url.startsWith('https:')
  return [
    '',
    `Kalends is ready: ${url}`,
    '',
    ...credentials(first),
    '',
    ...hints(url, isSecure),
    '',
    '',
  ].join('\n')
}

function credentials(first: FirstAccount | undefined): string[] {
  if (first === undefined) {
    return [
      '  accounts:   npx kalends user list',
      '  password:   to set a new one, npx kalends user passwd USERNAME',
    ]
  }
  return [
    `  user name:  ${first.username}`,
    `  password:   ${first.password}`,
    `  (shown this once; to set another: npx kalends user passwd ${first.username})`,
  ]
}

function hints(url: string, isSecure: boolean): string[] {
  const needsTls = isSecure ? '' : ' (needs https: see README)'
  return [
    `  Apple:        Settings > Calendar accounts > Add > Other > CalDAV, advanced: the address above${needsTls}`,
    '  Thunderbird:  New Calendar > On the Network: the user name, and the address as location',
    `  DAVx5:        Add account > Login with URL and user name: the address as base URL${needsTls}`,
    '  Evolution:    New > Collection Account: the user name, and the address as server',
    `  vdirsyncer:   type = "caldav", url = "${url}", username and password`,
  ]
}
