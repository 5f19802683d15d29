import { must, type Section, should } from '../engine/section.ts'
import { expectHeader, expectStatus } from '../expect.ts'
import { takeLock, unlock } from '../fixtures/locks.ts'
import { simpleEvent } from '../ical/build.ts'

interface Known {
  readonly etag: string
  readonly token: string
  readonly url: string
  readonly other: string
}

interface Row {
  readonly what: string
  readonly isLocked: boolean
  readonly header: (known: Known) => string
  readonly statuses: readonly number[]
}

const done = [200, 204]
const nobody = 'urn:uuid:00000000-0000-4000-8000-000000000000'

const rows: readonly Row[] = [
  { what: 'the current ETag', isLocked: false, header: (k) => `([${k.etag}])`, statuses: done },
  { what: 'another ETag', isLocked: false, header: () => '(["other"])', statuses: [412] },
  {
    what: 'a list that fails and one that holds',
    isLocked: false,
    header: (k) => `(["other"]) ([${k.etag}])`,
    statuses: done,
  },
  { what: 'two lists that fail', isLocked: false, header: () => '(["one"]) (["two"])', statuses: [412] },
  { what: 'Not and another ETag', isLocked: false, header: () => '(Not ["other"])', statuses: done },
  { what: 'Not and the current ETag', isLocked: false, header: (k) => `(Not [${k.etag}])`, statuses: [412] },
  { what: 'a token nobody has', isLocked: false, header: () => `(<${nobody}>)`, statuses: [412] },
  { what: 'Not and DAV:no-lock', isLocked: false, header: () => '(Not <DAV:no-lock>)', statuses: done },
  { what: 'DAV:no-lock', isLocked: false, header: () => '(<DAV:no-lock>)', statuses: [412] },
  {
    what: 'the ETag and a token nobody has in one list',
    isLocked: false,
    header: (k) => `(<${nobody}> [${k.etag}])`,
    statuses: [412],
  },
  {
    what: 'a tag naming the resource with the current ETag',
    isLocked: false,
    header: (k) => `<${k.url}> ([${k.etag}])`,
    statuses: done,
  },
  {
    what: 'a tag naming the resource with another ETag',
    isLocked: false,
    header: (k) => `<${k.url}> (["other"])`,
    statuses: [412],
  },
  {
    what: "a tag naming another resource with this one's ETag",
    isLocked: false,
    header: (k) => `<${k.other}> ([${k.etag}])`,
    statuses: [412],
  },
  {
    what: 'a path as the tag and the current ETag',
    isLocked: false,
    header: (k) => `<${new URL(k.url).pathname}> ([${k.etag}])`,
    statuses: done,
  },
  { what: 'the token', isLocked: true, header: (k) => `(<${k.token}>)`, statuses: done },
  {
    what: 'the token and the current ETag',
    isLocked: true,
    header: (k) => `(<${k.token}> [${k.etag}])`,
    statuses: done,
  },
  {
    what: 'the token and another ETag',
    isLocked: true,
    header: (k) => `(<${k.token}> ["other"])`,
    statuses: [412],
  },
  { what: 'a token nobody has', isLocked: true, header: () => `(<${nobody}>)`, statuses: [412, 423] },
  {
    what: 'the token in a list that fails beside one that holds',
    isLocked: true,
    header: (k) => `(<${k.token}> ["other"]) ([${k.etag}])`,
    statuses: done,
  },
  { what: 'only the current ETag', isLocked: true, header: (k) => `([${k.etag}])`, statuses: [423] },
  { what: 'Not and the token', isLocked: true, header: (k) => `(Not <${k.token}>)`, statuses: [412] },
  {
    what: 'the token under a tag naming the resource',
    isLocked: true,
    header: (k) => `<${k.url}> (<${k.token}>)`,
    statuses: done,
  },
]

const rule =
  'The If header holds when every condition of one of its lists does; without a tag lists are about the request URI. It fails with 412. Tokens it names count as submitted.'

/** The If header, case by case (RFC 4918 §10.4). */
export const section: Section = {
  cite: 'RFC 4918 §10.4',
  title: 'If',
  tests: [
    ...rows.map(({ what, isLocked, header, statuses }) =>
      must(
        `answer ${statuses.join(' or ')} to a PUT on ${isLocked ? 'a locked' : 'an'} object with If: ${what}`,
        rule,
        async (t) => {
          const uid = t.name()
          const calendar = await t.calendar()
          const href = await t.object(calendar, simpleEvent(uid))
          const other = await t.object(calendar, simpleEvent(t.name(), 'Another'))
          const token = isLocked ? await takeLock(t.owner, href) : ''
          if (isLocked) t.after(() => unlock(t.owner, href, token))
          const etag = expectHeader(await t.owner.get(href), 'etag')
          const whole = (path: string): string => new URL(path, t.target.url).href
          const value = header({ etag, token, url: whole(href), other: whole(other) })
          expectStatus(await t.owner.put(href, simpleEvent(uid, 'Changed'), { If: value }), ...statuses)
        },
        { needs: isLocked ? ['dav:2', 'method:LOCK'] : ['dav:2'] },
      ),
    ),
    should(
      'refuse an If header that is no such thing',
      'A condition that cannot be read is not taken for one that holds.',
      async (t) => {
        const uid = t.name()
        const href = await t.object(await t.calendar(), simpleEvent(uid))
        expectStatus(await t.owner.put(href, simpleEvent(uid, 'Changed'), { If: 'nonsense' }), 400, 412)
      },
      {
        why: 'RFC 4918 §10.4.2 gives the header a grammar. A client that sends a condition wants the change only if it holds, so acting without it can lose data.',
      },
    ),
  ],
}
