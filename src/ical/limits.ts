/** Bounds on what is read, so that hostile text costs no more than its length (counts; lengths in UTF-16 units). */
export interface ParseLimits {
  /** How deep components may nest; VCALENDAR is 1. */
  readonly maxDepth: number
  /** Content lines in one text, or in one top-level component of a stream. */
  readonly maxContentLines: number
  /** Length of one unfolded content line. */
  readonly maxLineLength: number
}

export const DEFAULT_PARSE_LIMITS: ParseLimits = {
  maxDepth: 16,
  maxContentLines: 200_000,
  maxLineLength: 20_000_000,
}
