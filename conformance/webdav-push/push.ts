import { createECDH, randomBytes } from 'node:crypto'
import type { Response } from '../client/response.ts'
import type { TestContext } from '../engine/context.ts'
import { must, type Section } from '../engine/section.ts'
import { expectHeader, expectRefusal, expectStatus, expectTrue } from '../expect.ts'
import { findAll, textOf } from '../xml/element.ts'
import { xml } from '../xml/write.ts'

async function needPush(t: TestContext, href: string): Promise<void> {
  const transports = await t.owner.property(href, 'P:transports')
  if (findAll(transports, 'P:web-push').length === 0) t.skip('the calendar has no transports with web-push')
}

/** A registration as DAVx5 sends it: no trigger, no content encoding. */
function register(
  t: TestContext,
  href: string,
  resource = `https://push.example.test/${randomBytes(8).toString('hex')}`,
): Promise<Response> {
  const key = createECDH('prime256v1').generateKeys('base64url')
  const subscription = [
    `<P:push-resource>${resource}</P:push-resource>`,
    '<P:content-encoding>aes128gcm</P:content-encoding>',
    `<P:subscription-public-key type="p256dh">${key}</P:subscription-public-key>`,
    `<P:auth-secret>${randomBytes(16).toString('base64url')}</P:auth-secret>`,
  ]
  const inside = `<P:subscription><P:web-push-subscription>${subscription.join('')}</P:web-push-subscription></P:subscription>`
  const expires = new Date(Date.now() + 3 * 86_400_000).toUTCString()
  return t.owner.request('POST', href, {
    body: xml('P:push-register', `${inside}<P:expires>${expires}</P:expires>`),
  })
}

/** WebDAV-Push: registration for push messages about a calendar (draft-bitfire-webdav-push). */
export const section: Section = {
  cite: 'WebDAV-Push',
  title: 'Push',
  tests: [
    must(
      'name a topic for each calendar that can push',
      'topic tells in a message which collection changed.',
      async (t) => {
        const href = await t.calendar()
        await needPush(t, href)
        expectTrue((await t.owner.propertyText(href, 'P:topic')) !== '', 'It is missing')
      },
    ),
    must('give calendars topics of their own', 'A topic is about one collection.', async (t) => {
      const [one, two] = [await t.calendar(), await t.calendar()]
      await needPush(t, one)
      expectTrue(
        (await t.owner.propertyText(one, 'P:topic')) !== (await t.owner.propertyText(two, 'P:topic')),
        'They are the same',
      )
    }),
    must('offer a VAPID key', 'A client needs the key of the server to subscribe.', async (t) => {
      const href = await t.calendar()
      await needPush(t, href)
      const [key] = findAll(await t.owner.property(href, 'P:transports'), 'P:vapid-public-key')
      expectTrue(textOf(key).length > 80, 'It is missing', key?.source)
    }),
    must(
      'register a subscription without a trigger',
      'A registration is answered with Location and Expires.',
      async (t) => {
        const href = await t.calendar()
        await needPush(t, href)
        const response = await register(t, href)
        expectStatus(response, 201, 204)
        expectTrue(
          /^https?:\/\//.test(expectHeader(response, 'location')),
          'The Location is not absolute',
          response.header('location'),
        )
        expectTrue(
          Date.parse(expectHeader(response, 'expires')) > Date.now(),
          'Expires is past',
          response.header('expires'),
        )
        t.after(() => t.owner.delete(response.header('location')))
      },
    ),
    must('end a registration', 'DELETE of the registration URL ends it.', async (t) => {
      const href = await t.calendar()
      await needPush(t, href)
      const location = expectHeader(await register(t, href), 'location')
      expectStatus(await t.owner.delete(location), 204, 200)
      expectStatus(await t.owner.delete(location), 404, 410)
    }),
    must(
      'keep others from ending a registration',
      'A registration belongs to the one who made it.',
      async (t) => {
        const href = await t.calendar()
        await needPush(t, href)
        const location = expectHeader(await register(t, href), 'location')
        t.after(() => t.owner.delete(location))
        expectRefusal(await t.other.delete(location))
      },
      { needs: ['user2'] },
    ),
    must(
      'refuse a push resource that is no https URL',
      'Messages go to push services, not anywhere.',
      async (t) => {
        const href = await t.calendar()
        await needPush(t, href)
        expectRefusal(await register(t, href, 'file:///etc/passwd'))
      },
    ),
  ],
}
