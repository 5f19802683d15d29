import { DistributionError } from './distribution-error.ts'

/**
 * What tells whether a zone's name matches a pattern of "find" (RFC 7808 §5.5): a "*" at either end stands for
 * anything, case and underscores do not count, "\" escapes "*" and itself.
 * @throws DistributionError when the pattern is malformed, or has no text to look for.
 */
export function matcherOf(pattern: string): (name: string) => boolean {
  const match = /^(\*?)((?:[^\\*]|\\[\\*])*)(\*?)$/.exec(pattern)
  if (match === null)
    throw new DistributionError('invalid-pattern', 'The pattern has a "*" or "\\" out of place')
  const [, before, middle = '', after] = match
  if (middle === '') throw new DistributionError('invalid-pattern', 'The pattern has no text to look for')
  const wanted = comparable(middle.replace(/\\([\\*])/g, '$1'))
  if (before === '*' && after === '*') return (name) => comparable(name).includes(wanted)
  if (before === '*') return (name) => comparable(name).endsWith(wanted)
  if (after === '*') return (name) => comparable(name).startsWith(wanted)
  return (name) => comparable(name) === wanted
}

function comparable(text: string): string {
  return text.replaceAll('_', ' ').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
