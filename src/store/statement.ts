/** A value as statements take it. Dates are instants; years beyond 9999 are stored as infinity. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | null
  | undefined
  | readonly (string | number | bigint | boolean | Date | null | undefined)[]

/**
 * One SQL statement, prepared once per connection under its name. `Row` is what it returns: columns under
 * their own names, SQL null as undefined, int8 as bigint, timestamptz as Date.
 */
export interface Statement<Row> {
  readonly name: string
  readonly text: string
  /** Never set: carries the type. */
  readonly row?: Row
}

const names = new Set<string>()

/** Declares a statement at module level. Two statements of one name are a programming error. */
export function statement<Row = never>(name: string, text: string): Statement<Row> {
  if (names.has(name)) throw new Error(`two statements are named ${name}`)
  names.add(name)
  return { name, text }
}

/** A statement together with its values. */
export interface Call<Row = unknown> {
  readonly statement: Statement<Row>
  readonly values: readonly Value[]
}

export function call<Row>(of: Statement<Row>, ...values: readonly Value[]): Call<Row> {
  return { statement: of, values }
}

/** What one call returned. */
export interface Outcome<Row> {
  readonly rows: Row[]
  /** Rows returned or changed. */
  readonly count: number
}

/** The outcomes of several calls, in their order. */
export type Outcomes<Calls extends readonly Call[]> = {
  [Index in keyof Calls]: Calls[Index] extends Call<infer Row> ? Outcome<Row> : never
}
