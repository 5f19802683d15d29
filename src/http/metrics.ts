import { createServer, type Server } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

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

/**
 * Serves `GET /metrics` and nothing else, with the process's own figures (event-loop lag, heap, CPU) added.
 * @returns a server that is not yet listening
 */
export function metricsServer({ registry }: Metrics): Server {
  collectDefaultMetrics({ register: registry })
  return createServer(async (request, response) => {
    const isMetrics = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD')
    const body = isMetrics ? await registry.metrics() : 'Only GET /metrics is here.\n'
    response.writeHead(isMetrics ? 200 : 404, {
      'Content-Type': isMetrics ? registry.contentType : 'text/plain; charset=utf-8',
    })
    response.end(body)
  })
}
