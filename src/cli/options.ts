import { InvalidArgumentError } from 'commander'

/** Listings and results are also offered to programs. */
export interface Json {
  json?: boolean
}

/** Parses an option that is one of `choices`, in any case. */
export function choice<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((each) => each.toLowerCase() === text.toLowerCase())
    if (found === undefined)
      throw new InvalidArgumentError(`It is one of ${choices.join(', ').toLowerCase()}.`)
    return found
  }
}

/** Parses a comma-separated list of `choices`. */
export function choices<const T extends string>(of: readonly T[]): (text: string) => T[] {
  const one = choice(of)
  return (text) => text.split(',').map((item) => one(item.trim()))
}
