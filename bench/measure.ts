import type { BenchClient, Exchange, Reply } from './http-client.ts'
import { cpuMs } from './process-usage.ts'

export interface Measurement {
  readonly name: string
  readonly requests: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Requests per second. */
  readonly rate: number
  /** Milliseconds of CPU of the server and its database per request. */
  readonly cpu: number
  readonly bytes: number
}

export interface Scenario {
  readonly name: string
  readonly requests: number
  /** The n-th request; called in order. */
  exchange(index: number): Exchange
  /** Throws when a reply is not what the scenario measures. */
  check(reply: Reply): void
}

/** Runs a scenario from `connections` connections and reads the server tree's CPU clock around it. */
export async function measure(
  client: BenchClient,
  serverPid: number,
  scenario: Scenario,
  connections: number,
): Promise<Measurement> {
  const latencies: number[] = []
  let bytes = 0
  let next = 0
  const cpuBefore = cpuMs(serverPid)
  const began = performance.now()
  const worker = async (): Promise<void> => {
    while (next < scenario.requests) {
      const index = next++
      const sent = performance.now()
      const reply = await client.send(scenario.exchange(index))
      latencies.push(performance.now() - sent)
      bytes += reply.body.length
      scenario.check(reply)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const elapsed = performance.now() - began
  const cpu = (cpuMs(serverPid) - cpuBefore) / scenario.requests
  latencies.sort((a, b) => a - b)
  return {
    name: scenario.name,
    requests: scenario.requests,
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
    rate: (scenario.requests * 1000) / elapsed,
    cpu,
    bytes: bytes / scenario.requests,
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
}
