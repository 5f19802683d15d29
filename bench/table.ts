import type { Measurement } from './measure.ts'

/** CPU per request of the best of five peers at 1,000 events, Basic on every request, in ms. */
const BEST_PEER: Readonly<Record<string, number>> = {
  get: 0.94,
  'propfind etags': 5.3,
  'multiget 50': 3.1,
  'month query': 24,
  'free-busy month': 11,
  'sync initial': 5.6,
  'sync delta of 10': 1.1,
  'put create': 2.8,
  'put update': 3.4,
  delete: 1.7,
}

/** Prints one table per server, each row beside the best peer's mark and the first server's figure. */
export function printTable(
  objects: number,
  columns: readonly { name: string; results: readonly Measurement[] }[],
): void {
  for (const { name, results } of columns) {
    console.log(`\n${name}, ${objects} objects (times in ms; CPU is server and database per request)`)
    console.log(
      row(['', 'p50', 'p95', 'p99', 'req/s', 'CPU', 'bytes', 'best peer', 'x best peer', 'x first']),
    )
    for (const result of results) {
      const mark = objects === 1000 ? BEST_PEER[result.name] : undefined
      const first = columns[0]?.results.find((other) => other.name === result.name)
      console.log(
        row([
          result.name,
          result.p50.toFixed(2),
          result.p95.toFixed(2),
          result.p99.toFixed(2),
          result.rate.toFixed(0),
          result.cpu.toFixed(2),
          result.bytes.toFixed(0),
          mark === undefined ? '' : String(mark),
          mark === undefined ? '' : (result.cpu / mark).toFixed(2),
          first === undefined ? '' : (result.cpu / first.cpu).toFixed(1),
        ]),
      )
    }
  }
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(12))).join('')
}
