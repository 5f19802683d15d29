import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import Koa from 'koa'
import { Multistatus, propstat, propstats, statusLine } from '../../src/dav/multistatus.ts'
import * as preconditions from '../../src/dav/preconditions.ts'
import { childElements, el, textOf } from '../../src/dav/xml/element.ts'
import { CALDAV, DAV } from '../../src/dav/xml/names.ts'
import { parseXml } from '../../src/dav/xml/parse.ts'
import type { HttpContext } from '../../src/http/state.ts'

/** Runs a handler in a Koa app and gives its answer. */
async function answerOf(
  run: (koa: HttpContext) => Promise<void>,
): Promise<{ response: Response; text: string }> {
  const app = new Koa()
  app.silent = true
  app.use((koa) => run(koa as HttpContext))
  const server = createServer(app.callback()).listen(0)
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return { response, text: await response.text() }
  } finally {
    server.close()
  }
}

describe('Multistatus (RFC 4918 §13)', () => {
  it('writes status lines as clients match them', () => {
    expect(statusLine(200)).to.equal('HTTP/1.1 200 OK')
    expect(statusLine(507)).to.equal('HTTP/1.1 507 Insufficient Storage')
  })

  it('always gives a propstat, and a 200 one unless all is missing', () => {
    const wrap = (xml: string) => childElements(parseXml(`<D:r xmlns:D="DAV:">${xml}</D:r>`)).map(textOf)
    expect(wrap(propstats('', ''))).to.deep.equal(['HTTP/1.1 200 OK'])
    expect(wrap(propstats('<D:a/>', ''))).to.deep.equal(['HTTP/1.1 200 OK'])
    expect(wrap(propstats('', '<D:a/>'))).to.deep.equal(['HTTP/1.1 404 Not Found'])
    expect(wrap(propstats('<D:a/>', '<D:b/>'))).to.deep.equal(['HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found'])
    expect(wrap(propstats('', '', propstat(403, '<D:c/>')))).to.deep.equal(['HTTP/1.1 403 Forbidden'])
  })

  it('sends a short answer whole, with its length', async () => {
    const { response, text } = await answerOf(async (koa) => {
      const multistatus = new Multistatus(koa)
      multistatus.response('/a?b&c', propstats('<D:x/>', ''))
      multistatus.status('/gone', 404, preconditions.supportedReport().condition, 'why & how')
      await multistatus.drain()
      await multistatus.close([el(DAV, 'sync-token', ['data:,1'])])
    })
    expect(response.status).to.equal(207)
    expect(response.headers.get('content-type')).to.equal('application/xml; charset=utf-8')
    expect(response.headers.get('content-length')).to.equal(String(Buffer.byteLength(text)))
    const [first, second, token] = childElements(parseXml(text))
    expect(textOf(first as never)).to.equal('/a?b&cHTTP/1.1 200 OK')
    expect(childElements(second as never)).to.deep.equal([
      el(DAV, 'href', ['/gone']),
      el(DAV, 'status', ['HTTP/1.1 404 Not Found']),
      el(DAV, 'error', [el(DAV, 'supported-report')]),
      el(DAV, 'responsedescription', ['why & how']),
    ])
    expect(token).to.deep.equal(el(DAV, 'sync-token', ['data:,1']))
  })

  it('streams a long answer', async () => {
    const { response, text } = await answerOf(async (koa) => {
      const multistatus = new Multistatus(koa)
      for (let index = 0; index < 5000; index += 1) {
        multistatus.response(`/${index}`, propstats('<C:x>ä</C:x>', ''))
        if (multistatus.isFull) await multistatus.drain()
      }
      await multistatus.close()
    })
    expect(response.status).to.equal(207)
    expect(response.headers.get('content-length')).to.equal(null)
    const responses = childElements(parseXml(text))
    expect(responses).to.have.length(5000)
    expect(textOf(responses[4999] as never)).to.equal('/4999äHTTP/1.1 200 OK')
    expect(parseXml(text).namespace).to.equal(DAV)
    expect(text).to.contain(`xmlns:C="${CALDAV}"`)
  })
})
