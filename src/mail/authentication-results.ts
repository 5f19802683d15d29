import { domainOf } from './addresses.ts'

/**
 * Did the mail server in front of this one find that the mail truly is from `from`'s domain? Only headers that it
 * wrote itself count, and it removes forged ones (RFC 8601 §5).
 * @param headers Authentication-Results, topmost first, unfolded
 * @param authservId how that server calls itself
 */
export function isVouchedFor(headers: readonly string[], authservId: string, from: string): boolean {
  const own = headers.map(readHeader).filter(({ id }) => id === authservId.toLowerCase())
  return own.some(({ results }) => results.some((result) => provesDomain(result, domainOf(from))))
}

interface Result {
  readonly method: string
  readonly value: string
  /** `header.d` and the like, in lower case. */
  readonly properties: ReadonlyMap<string, string>
}

function readHeader(header: string): { id: string; results: Result[] } {
  const [head = '', ...rest] = withoutComments(header).split(';')
  const [id = ''] = head.trim().split(/\s+/)
  return { id: id.toLowerCase(), results: rest.map(readResult).filter((result) => result !== undefined) }
}

function readResult(text: string): Result | undefined {
  const match = /^\s*([\w-]+)(?:\/\d+)?\s*=\s*(\w+)/.exec(text)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  const properties = [...text.matchAll(/([\w-]+\.[\w-]+)\s*=\s*"?([^\s";]+)"?/g)].map(
    ([, name = '', value = '']) => [name.toLowerCase(), value.toLowerCase()] as const,
  )
  return { method: match[1].toLowerCase(), value: match[2].toLowerCase(), properties: new Map(properties) }
}

/** RFC 5322 §3.2.2: comments may hold comments. One that is not closed hides the rest. */
function withoutComments(text: string): string {
  let depth = 0
  let result = ''
  for (const character of text) {
    if (character === '(') depth += 1
    if (depth === 0) result += character
    if (character === ')' && depth > 0) {
      depth -= 1
      if (depth === 0) result += ' '
    }
  }
  return result
}

/** DMARC says it outright; else a signature of, or SPF for, that very domain does. */
function provesDomain({ method, value, properties }: Result, domain: string): boolean {
  if (value !== 'pass' || domain === '') return false
  if (method === 'dmarc') return properties.get('header.from') === domain
  if (method === 'dkim') {
    const identity = properties.get('header.d') ?? properties.get('header.i')
    return identity !== undefined && identity.slice(identity.lastIndexOf('@') + 1) === domain
  }
  return method === 'spf' && domainOf(properties.get('smtp.mailfrom') ?? '') === domain
}
