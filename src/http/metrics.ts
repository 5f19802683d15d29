import { createServer, type Server, type ServerResponse } from 'node:http'
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface PoolCounts {
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

/** What the server counts, in Prometheus' terms. */
export interface Metrics {
  readonly registry: Registry
  observe(method: string, route: string, status: number, seconds: number): void
}

export function createMetrics(pool: () => PoolCounts): Metrics {
  const registry = new Registry()
  const requests = new Counter({
    name: 'kalends_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'kalends_http_request_duration_seconds',
    help: 'Time from the request line to the last octet of the answer',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  watchPool(registry, pool)
  return {
    registry,
    observe(method, route, status, seconds) {
      requests.inc({ method, route, status })
      duration.observe({ method, route }, seconds)
    },
  }
}

function watchPool(registry: Registry, pool: () => PoolCounts): void {
  new Gauge({
    name: 'kalends_database_connections',
    help: 'Connections of the pool and callers waiting for one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(pool())) this.set({ state }, count)
    },
  })
}

/** Where the text for Prometheus comes from: one process's registry, or those of all workers. */
export interface Exposition {
  readonly contentType: string
  metrics(): Promise<string>
}

/** Adds the process's own figures: event-loop lag, heap, CPU. */
export function watchProcess({ registry }: Metrics): void {
  collectDefaultMetrics({ register: registry })
}

/** Lets the primary process collect this worker's metrics. */
export function shareMetrics({ registry }: Metrics): void {
  AggregatorRegistry.setRegistries([registry])
  allWorkers()
}

/** In the primary: the sum of what its workers share. */
export function allWorkers(): Exposition {
  const all = new AggregatorRegistry()
  return { contentType: all.contentType, metrics: () => all.clusterMetrics() }
}

/**
 * Serves `GET /metrics` and nothing else.
 * @returns a server that is not yet listening
 */
export function metricsServer(exposition: Exposition): Server {
  return createServer(async (request, response) => {
    const isMetrics = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD')
    if (!isMetrics) return answer(response, 404, 'Only GET /metrics is here.\n')
    try {
      answer(response, 200, await exposition.metrics(), exposition.contentType)
    } catch (error) {
      // A worker that is just ending does not answer the primary.
      answer(response, 503, `${(error as Error).message}\n`)
    }
  })
}

function answer(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type })
  response.end(body)
}
