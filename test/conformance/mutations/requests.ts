import { pretends, requestText, withoutHeader } from '../changes.ts'
import type { Mutation } from '../message.ts'

const remove =
  (pattern: RegExp) =>
  (text: string): string =>
    text.replace(pattern, '')

/** Servers that overlook a part of a request. */
export const requestMutations: readonly Mutation[] = [
  {
    name: 'ignores If-Match',
    rule: 'RFC 9110 §13.1.1',
    sections: ['rfc4918/9.7'],
    request: withoutHeader('if-match'),
  },
  {
    name: 'ignores If-None-Match',
    rule: 'RFC 9110 §13.1.2',
    sections: ['rfc4918/9.7', 'rfc4918/9.4'],
    request: withoutHeader('if-none-match'),
  },
  {
    name: 'ignores If-Match on DELETE',
    rule: 'RFC 9110 §13.1.1',
    sections: ['rfc4918/9.6'],
    request: withoutHeader('if-match', ['DELETE']),
  },
  {
    name: 'ignores the If header',
    rule: 'RFC 4918 §10.4',
    sections: ['rfc4918/10.4'],
    request: withoutHeader('if'),
  },
  {
    name: 'ignores Overwrite',
    rule: 'RFC 4918 §10.6',
    sections: ['rfc4918/9.8', 'rfc4918/9.9'],
    request: withoutHeader('overwrite'),
  },
  {
    name: 'ignores If-Schedule-Tag-Match',
    rule: 'RFC 6638 §8.3',
    sections: ['rfc6638/3.2.10'],
    request: withoutHeader('if-schedule-tag-match'),
  },
  {
    name: 'ignores Schedule-Reply',
    rule: 'RFC 6638 §8.1',
    sections: ['rfc6638/3.2.2'],
    request: withoutHeader('schedule-reply'),
  },
  { name: 'ignores Prefer', rule: 'RFC 8144 §2.1', sections: ['rfc8144'], request: withoutHeader('prefer') },
  {
    name: 'ignores Accept',
    rule: 'RFC 7265 §3.3',
    sections: ['rfc7265', 'rfc6321'],
    request: withoutHeader('accept'),
  },
  {
    name: 'answers every PROPFIND at Depth 0',
    rule: 'RFC 4918 §9.1',
    sections: ['rfc4918/9.1'],
    request: (request) =>
      request.method === 'PROPFIND' ? { ...request, headers: { ...request.headers, depth: '0' } } : request,
  },
  {
    name: 'lets anybody in',
    rule: 'RFC 6764 §6',
    sections: ['rfc6764', 'clients/apple'],
    request: (request) =>
      request.headers.authorization
        ? request
        : {
            ...request,
            headers: {
              ...request.headers,
              authorization: `Basic ${Buffer.from('alice:alice-password').toString('base64')}`,
            },
          },
  },
  {
    name: 'ignores the time-range of a query',
    rule: 'RFC 4791 §9.9',
    sections: ['rfc4791/9.9-time-range-vevent'],
    request: requestText(['REPORT'], remove(/<C:time-range[^>]*\/>(?=<\/C:comp-filter>)/g)),
  },
  {
    name: 'ignores text-match',
    rule: 'RFC 4791 §9.7.5',
    sections: ['rfc4791/9.7'],
    request: requestText(['REPORT'], remove(/<C:text-match[\s\S]*?<\/C:text-match>/g)),
  },
  {
    name: 'ignores negate-condition',
    rule: 'RFC 4791 §9.7.5',
    sections: ['rfc4791/9.7'],
    request: requestText(['REPORT'], remove(/negate-condition="yes"/g)),
  },
  {
    name: 'compares every text without case',
    rule: 'RFC 4791 §7.5',
    sections: ['rfc4791/9.7'],
    request: requestText(['REPORT'], remove(/collation="i;octet"/g)),
  },
  {
    name: 'ignores is-not-defined',
    rule: 'RFC 4791 §9.7.4',
    sections: ['rfc4791/9.7'],
    request: requestText(['REPORT'], remove(/<C:is-not-defined\/>/g)),
  },
  {
    name: 'ignores param-filter',
    rule: 'RFC 4791 §9.7.3',
    sections: ['rfc4791/9.7'],
    request: requestText(['REPORT'], remove(/<C:param-filter[\s\S]*?<\/C:param-filter>/g)),
  },
  {
    name: 'ignores the time zone of a query',
    rule: 'RFC 4791 §7.3',
    sections: ['rfc4791/7.8'],
    request: requestText(['REPORT'], remove(/<C:timezone>[\s\S]*?<\/C:timezone>/g)),
  },
  {
    name: 'ignores expand',
    rule: 'RFC 4791 §9.6.5',
    sections: ['rfc4791/9.6'],
    request: requestText(['REPORT'], remove(/<C:expand[^>]*\/>/g)),
  },
  {
    name: 'ignores limit-recurrence-set',
    rule: 'RFC 4791 §9.6.6',
    sections: ['rfc4791/9.6'],
    request: requestText(['REPORT'], remove(/<C:limit-recurrence-set[^>]*\/>/g)),
  },
  {
    name: 'ignores what calendar-data asks for',
    rule: 'RFC 4791 §9.6.1',
    sections: ['rfc4791/9.6'],
    request: requestText(['REPORT'], (text) =>
      text.replace(/<C:calendar-data>[\s\S]*?<\/C:calendar-data>/g, '<C:calendar-data/>'),
    ),
  },
  {
    name: 'begins every sync anew',
    rule: 'RFC 6578 §3.5',
    sections: ['rfc6578/3-sync-collection'],
    request: requestText(['REPORT'], (text) =>
      text.replace(/<D:sync-token>[^<]*<\/D:sync-token>/, '<D:sync-token/>'),
    ),
  },
  {
    name: 'removes nothing by PROPPATCH',
    rule: 'RFC 4918 §9.2',
    sections: ['rfc4918/9.2'],
    request: requestText(['PROPPATCH'], remove(/<D:remove>[\s\S]*?<\/D:remove>/g)),
  },
  {
    name: 'makes calendars without the properties asked for',
    rule: 'RFC 4791 §5.3.1',
    sections: ['rfc4791/5.3.1'],
    request: (request) => (request.method === 'MKCALENDAR' ? { ...request, body: Buffer.alloc(0) } : request),
  },
  {
    name: 'forgets the component set of a new calendar',
    rule: 'RFC 4791 §5.2.3',
    sections: ['rfc4791/5.2', 'rfc4791/5.3.2'],
    request: requestText(
      ['MKCALENDAR'],
      remove(/<C:supported-calendar-component-set>[\s\S]*?<\/C:supported-calendar-component-set>/g),
    ),
  },
  {
    name: 'copies where it should move',
    rule: 'RFC 4918 §9.9',
    sections: ['rfc4918/9.9'],
    request: (request) => (request.method === 'MOVE' ? { ...request, method: 'COPY' } : request),
  },
  {
    name: 'acknowledges a DELETE and does nothing',
    rule: 'RFC 4918 §9.6',
    sections: ['rfc4918/9.6'],
    request: pretends('DELETE', 204),
  },
  {
    name: 'acknowledges a PUT and does nothing',
    rule: 'RFC 4918 §9.7',
    sections: ['rfc4918/9.7'],
    request: pretends('PUT', 201),
  },
  {
    name: 'acknowledges an ACL and does nothing',
    rule: 'RFC 3744 §8.1',
    sections: ['rfc3744/8.1'],
    request: pretends('ACL', 200),
  },
  {
    name: 'acknowledges an UNLOCK and does nothing',
    rule: 'RFC 4918 §9.11',
    sections: ['rfc4918/9.11'],
    request: pretends('UNLOCK', 204),
  },
  {
    name: 'grants locks it does not keep',
    rule: 'RFC 4918 §7',
    sections: ['rfc4918/9.10'],
    request: pretends('LOCK', 200, { 'lock-token': '<urn:uuid:11111111-1111-4111-8111-111111111111>' }),
  },
  {
    name: 'delivers no invitations',
    rule: 'RFC 6638 §3.2.1.1',
    sections: ['rfc6638/3.2.1-organizer'],
    request: requestText(['PUT'], (text) =>
      text.replace(/^ATTENDEE(?=;PARTSTAT=NEEDS-ACTION)/gm, 'ATTENDEE;SCHEDULE-AGENT=CLIENT'),
    ),
  },
  {
    name: 'delivers whatever SCHEDULE-AGENT says',
    rule: 'RFC 6638 §7.1',
    sections: ['rfc6638/7.1'],
    request: requestText(['PUT'], remove(/;SCHEDULE-AGENT=(NONE|CLIENT)/g)),
  },
]
