import { expect } from 'chai'
import { useApp } from '../support/app.ts'

describe('/.well-known/caldav (RFC 6764 §5)', () => {
  const app = useApp()

  for (const method of [
    'PROPFIND',
    'GET',
    'HEAD',
    'OPTIONS',
    'REPORT',
    'POST',
    'PUT',
    'DELETE',
    'MKCALENDAR',
  ]) {
    for (const path of ['/.well-known/caldav', '/.well-known/caldav/']) {
      it(`sends ${method} ${path} to the context root, before authentication`, async () => {
        const response = await fetch(app().url + path, { method, redirect: 'manual' })
        expect(response.status).to.equal(301)
        expect(response.headers.get('location')).to.equal('/dav/')
        expect(response.headers.get('dav')).to.match(/^1, .*calendar-access/)
      })
    }
  }
})
