import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectHeader, expectStatus, expectTrue } from '../expect.ts'
import { simpleEvent } from '../ical/build.ts'

const places: Readonly<Record<string, (t: TestContext) => Promise<string>>> = {
  'the principal': async (t) => t.owner.principal,
  'the calendar home': async (t) => t.owner.home,
  'a calendar': (t) => t.calendar(),
  'an object': async (t) => t.object(await t.calendar(), simpleEvent(t.name())),
}

/** OPTIONS and the DAV header (RFC 4918 §10.1, §18). */
export const section: Section = {
  cite: 'RFC 4918 §10.1, §18.1',
  title: 'Compliance classes',
  tests: [
    ...Object.entries(places).map(([place, make]) =>
      must(
        `announce class 1 in OPTIONS of ${place}`,
        'A WebDAV server sends the DAV header with 1 from OPTIONS.',
        async (t) => {
          const response = await t.owner.options(await make(t))
          expectStatus(response, 200, 204)
          expectTrue(response.list('dav').includes('1'), 'The DAV header lacks 1', response.header('dav'))
        },
      ),
    ),
    must(
      'announce class 2 exactly where LOCK is allowed',
      'Class 2 is the support of locks.',
      async (t) => {
        const response = await t.owner.options(await t.object(await t.calendar(), simpleEvent(t.name())))
        const allowed = response.list('allow')
        if (!response.list('dav').includes('2')) t.skip('class 2 is not announced')
        expectTrue(
          allowed.includes('LOCK') && allowed.includes('UNLOCK'),
          'Allow lacks LOCK or UNLOCK',
          allowed.join(),
        )
      },
      { cite: 'RFC 4918 §18.2' },
    ),
    must(
      'list in Allow what a calendar can do',
      'Allow lists the methods of the resource.',
      async (t) => {
        const allowed = (await t.owner.options(await t.calendar())).list('allow')
        for (const method of ['OPTIONS', 'PROPFIND', 'PROPPATCH', 'REPORT', 'DELETE']) {
          expectTrue(allowed.includes(method), `Allow lacks ${method}`, allowed.join())
        }
      },
      { cite: 'RFC 9110 §10.2.1' },
    ),
    must(
      'answer a method it does not have with 405 or 501',
      'A method the resource or the server does not support is refused as such.',
      async (t) => {
        expectStatus(await t.owner.request('CHECKOUT', await t.calendar()), 405, 501)
      },
      { cite: 'RFC 9110 §9.1' },
    ),
    must(
      'send Allow with a 405',
      'A 405 says which methods there are.',
      async (t) => {
        const response = await t.owner.request('CHECKOUT', await t.calendar())
        if (response.status !== 405) t.skip(`the answer is ${response.status}`)
        expectHeader(response, 'allow')
      },
      { cite: 'RFC 9110 §15.5.6' },
    ),
  ],
}
