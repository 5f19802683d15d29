/** Cells of one row of a listing, by column. */
export type Row = Readonly<Record<string, unknown>>

/** Prints a listing: a JSON array for programs, or columns for people. */
export function printRows(rows: readonly Row[], { json = false }: { json?: boolean }): void {
  process.stdout.write(json ? `${JSON.stringify(rows, undefined, 2)}\n` : columns(rows))
}

/** Prints one result: a JSON object for programs, or the sentence for people. */
export function printResult(result: Row, sentence: string, { json = false }: { json?: boolean }): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${sentence}\n`)
}

function columns(rows: readonly Row[]): string {
  if (rows.length === 0) return ''
  const names = Object.keys(rows[0] ?? {})
  const lines = [names.map(titleOf), ...rows.map((row) => names.map((name) => cell(row[name])))]
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

/** `lastUsed` → `LAST USED`. */
function titleOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase()
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '-'
  if (value instanceof Date) return value.toISOString().slice(0, 16).replace('T', ' ')
  return Array.isArray(value) ? value.join(',') : String(value)
}
