import { must, type Section, should } from '../engine/section.ts'
import { expectStatus, expectTrue } from '../expect.ts'
import { requestPath } from '../hrefs.ts'
import { propNames, xml } from '../xml/write.ts'

const redirects = [301, 302, 303, 307, 308]

/** /.well-known/caldav and finding an account (RFC 6764 §5, §6). */
export const section: Section = {
  cite: 'RFC 6764 §5',
  title: 'Finding an account',
  tests: [
    ...['/.well-known/caldav', '/.well-known/caldav/'].flatMap((path) =>
      ['PROPFIND', 'GET', 'HEAD', 'OPTIONS'].map((method) =>
        (path.endsWith('/') ? should : must)(
          `redirect ${method} of ${path} to the context path`,
          'The well-known URI redirects to where the service is.',
          async (t) => {
            const response = await t.owner.request(method, path)
            if (method === 'OPTIONS' && response.status < 300) return
            expectStatus(response, ...redirects)
            expectTrue(response.header('location') !== '', 'There is no Location')
          },
        ),
      ),
    ),
    should(
      'redirect before it asks for credentials',
      'The redirect does not need to know who asks.',
      async (t) => {
        const response = await t.anonymous.propfind('/.well-known/caldav', ['D:current-user-principal'])
        expectStatus(response, ...redirects, 401)
      },
    ),
    must(
      'lead from the well-known URI to the principal',
      'The context path answers with current-user-principal.',
      async (t) => {
        const location = (await t.owner.request('PROPFIND', '/.well-known/caldav', { depth: '0' })).header(
          'location',
        )
        if (location === '') return t.skip('the well-known URI does not redirect')
        const response = await t.owner.propfind(requestPath(location), ['D:current-user-principal'])
        expectStatus(response, 207)
        expectTrue(response.text.includes(t.owner.principal), 'The principal is missing')
      },
      { cite: 'RFC 6764 §6' },
    ),
    must(
      'ask for credentials at the context path',
      'One who is not known is answered 401 with a challenge.',
      async (t) => {
        const body = xml('D:propfind', propNames(['D:current-user-principal']))
        const response = await t.anonymous.request('PROPFIND', t.owner.home, { depth: '0', body })
        expectStatus(response, 401)
        expectTrue(response.header('www-authenticate') !== '', 'There is no challenge')
      },
      { cite: 'RFC 6764 §6' },
    ),
    must(
      'refuse a wrong password with 401',
      'Credentials that are wrong are answered 401.',
      async (t) => {
        const client = t.as(t.owner.account.credentials.username, 'not-the-password')
        expectStatus(await client.propfind(t.owner.home, ['D:displayname']), 401)
      },
      { cite: 'RFC 9110 §11.6.1' },
    ),
    must(
      'refuse an unknown user as it refuses a wrong password',
      'The answer does not tell which accounts exist.',
      async (t) => {
        const client = t.as(t.name('nobody'), 'not-the-password')
        expectStatus(await client.propfind(t.owner.home, ['D:displayname']), 401)
      },
      { cite: 'RFC 9110 §11.6.1' },
    ),
  ],
}
