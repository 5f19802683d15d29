import { expect } from 'chai'
import { createMetrics, metricsServer, watchProcess } from '../../src/http/metrics.ts'
import { close, listen } from '../../src/http/server.ts'
import { serve } from './serve.ts'

describe('metrics', () => {
  it('counts requests by method, route and status, and shows pool and event loop', async () => {
    const metrics = createMetrics(() => ({ total: 3, idle: 2, waiting: 1 }))
    const app = await serve(
      (ctx) => {
        ctx.state.route = 'home'
        ctx.body = 'x'
      },
      { metrics },
    )
    await app.ask('PROPFIND', '/dav/calendars/alice/')
    await app.ask('PROPFIND', '/dav/calendars/alice/')
    await app.close()

    watchProcess(metrics)
    const server = metricsServer(metrics.registry)
    const port = await listen(server, '127.0.0.1', 0)
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    const text = await response.text()
    const other = await fetch(`http://127.0.0.1:${port}/`)
    await close(server, 0)

    expect(response.status).to.equal(200)
    expect(text).to.include('kalends_http_requests_total{method="PROPFIND",route="home",status="200"} 2')
    expect(text).to.match(/kalends_http_request_duration_seconds_count\{method="PROPFIND",route="home"\} 2/)
    expect(text).to.include('kalends_database_connections{state="waiting"} 1')
    expect(text).to.include('nodejs_eventloop_lag_seconds')
    expect(other.status).to.equal(404)
  })
})
