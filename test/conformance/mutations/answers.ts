import { property, responseHeader, responses, responseText, status } from '../changes.ts'
import type { Mutation } from '../message.ts'

const first = new Map<string, string>()

/** A value that never changes once it was given for a path. */
function frozen(key: string, value: string): string {
  const known = first.get(key) ?? value
  first.set(key, known)
  return known
}

const dav = 'RFC 4918'

/** Servers that answer wrongly. */
export const answerMutations: readonly Mutation[] = [
  {
    name: 'sends weak entity tags',
    rule: 'RFC 4791 §5.3.4',
    sections: ['rfc4791/5.3.4'],
    response: responseHeader('etag', (value) => `W/${value}`),
  },
  {
    name: 'sends entity tags without quotes',
    rule: 'RFC 4791 §5.3.4',
    sections: ['rfc4791/5.3.4'],
    response: responseHeader('etag', (value) => value.replaceAll('"', '')),
  },
  {
    name: 'sends no entity tags',
    rule: 'RFC 4791 §5.3.4',
    sections: ['rfc4791/5.3.4'],
    response: responseHeader('etag', () => undefined),
  },
  {
    name: 'gives another getetag than ETag',
    rule: `${dav} §15.6`,
    sections: ['rfc4918/15', 'rfc4791/5.3.4'],
    response: property('getetag', (value) => value.replace('"', '"x')),
  },
  {
    name: 'never changes getetag',
    rule: `${dav} §8.6`,
    sections: ['rfc4918/15', 'rfc6578/3-sync-collection'],
    response: property('getetag', () => '"always"'),
  },
  {
    name: 'answers 200 for a new object',
    rule: 'RFC 9110 §9.3.4',
    sections: ['rfc4918/9.7'],
    response: status(201, 200, ['PUT']),
  },
  {
    name: 'answers 201 for a changed object',
    rule: 'RFC 9110 §9.3.4',
    sections: ['rfc4918/9.7'],
    response: status(204, 201, ['PUT']),
  },
  {
    name: 'answers 403 for what does not exist',
    rule: `${dav} §9.1`,
    sections: ['rfc4918/9.4', 'rfc4918/9.6'],
    response: status(404, 403),
  },
  {
    name: 'answers 403 for a missing parent',
    rule: `${dav} §9.7.1`,
    sections: ['rfc4918/9.7', 'rfc4918/9.3'],
    response: status(409, 403),
  },
  {
    name: 'answers 409 to a failed condition',
    rule: 'RFC 9110 §13.1.1',
    sections: ['rfc4918/9.7'],
    response: status(412, 409),
  },
  {
    name: 'answers 200 with a multistatus',
    rule: `${dav} §13`,
    sections: ['rfc4918/9.1'],
    response: status(207, 200),
  },
  {
    name: 'answers 403 without asking for credentials',
    rule: 'RFC 6764 §6',
    sections: ['rfc6764'],
    response: status(401, 403),
  },
  {
    name: 'asks for credentials without a challenge',
    rule: 'RFC 9110 §11.6.1',
    sections: ['rfc6764'],
    response: responseHeader('www-authenticate', () => undefined),
  },
  {
    name: 'fails with 500 on bad input',
    rule: `${dav} §8.2`,
    sections: ['rfc4918/9.1', 'rfc4918/9.2'],
    response: status(400, 500),
  },
  {
    name: 'answers 200 for properties that are not there',
    rule: `${dav} §9.1`,
    sections: ['rfc4918/9.1'],
    response: responseText(
      (text) => text.replaceAll('HTTP/1.1 404 Not Found', 'HTTP/1.1 200 OK'),
      ['PROPFIND'],
    ),
  },
  {
    name: 'leaves properties out that are not there',
    rule: `${dav} §9.1`,
    sections: ['rfc4918/9.1'],
    response: responseText(
      (text) =>
        text.replace(
          /<D:propstat>(?:(?!<\/D:propstat>)[\s\S])*?404 Not Found<\/D:status><\/D:propstat>/g,
          '',
        ),
      ['PROPFIND'],
    ),
  },
  {
    name: 'writes status lines in small letters',
    rule: `${dav} §14.28`,
    sections: ['clients/apple', 'rfc4918/9.1'],
    response: responseText((text) => text.replaceAll('HTTP/1.1 200 OK', 'http/1.1 200 ok')),
  },
  {
    name: 'escapes hrefs twice',
    rule: `${dav} §8.3`,
    sections: ['rfc4918/8.3'],
    response: property('href', (value) => value.replaceAll('%', '%25')),
  },
  {
    name: 'leaves hrefs unescaped',
    rule: `${dav} §8.3`,
    sections: ['rfc4918/8.3'],
    response: property('href', (value) => {
      try {
        return decodeURIComponent(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      } catch {
        return value
      }
    }),
  },
  {
    name: 'writes collections without a slash',
    rule: `${dav} §5.2`,
    sections: ['rfc4918/8.3'],
    response: property('href', (value) => value.replace(/(.)\/$/, '$1')),
  },
  {
    name: 'writes relative hrefs',
    rule: `${dav} §8.3`,
    sections: ['rfc4918/8.3'],
    response: property('href', (value) => value.replace(/^\/.*\/(?=[^/]+\/?$)/, '')),
  },
  {
    name: 'leaves the collection out of its listing',
    rule: `${dav} §9.1`,
    sections: ['rfc4918/9.1'],
    response: responses((list) => (list.length > 1 ? list.slice(1) : list)),
  },
  {
    name: 'leaves a member out of listings',
    rule: `${dav} §9.1`,
    sections: ['rfc4918/9.1', 'rfc4918/9.7'],
    response: responses((list) => (list.length > 1 ? list.slice(0, -1) : list)),
  },
  {
    name: 'lists a member twice',
    rule: `${dav} §14.24`,
    sections: ['rfc4918/9.1'],
    response: responses((list) => [...list, list.at(-1) ?? '']),
  },
  {
    name: 'sends XML as HTML',
    rule: `${dav} §8.2`,
    sections: ['rfc4918/9.1'],
    response: responseHeader('content-type', (value) => value.replace('application/xml', 'text/html')),
  },
  {
    name: 'sends calendar objects as plain text',
    rule: `${dav} §15.5`,
    sections: ['rfc4918/15'],
    response: responseHeader('content-type', (value) => value.replace('text/calendar', 'text/plain')),
  },
  {
    name: 'sends no DAV header',
    rule: `${dav} §10.1`,
    sections: ['rfc4918/18'],
    response: responseHeader('dav', () => undefined),
  },
  {
    name: 'does not announce calendar-access',
    rule: 'RFC 4791 §5.1',
    sections: ['rfc4791/5.1', 'clients/davx5'],
    response: responseHeader('dav', (value) => value.replace('calendar-access, ', '')),
  },
  {
    name: 'sends no Allow',
    rule: 'RFC 9110 §10.2.1',
    sections: ['rfc4918/18'],
    response: responseHeader('allow', () => undefined),
  },
  {
    name: 'hides that a calendar is one',
    rule: 'RFC 4791 §4.2',
    sections: ['rfc4791/4.2', 'rfc4791/5.3.1'],
    response: property('resourcetype', (value) => value.replace(/<C:calendar ?\/>/, '')),
  },
  {
    name: 'gives calendars more types',
    rule: 'RFC 4791 §4.2',
    sections: ['clients/apple'],
    response: property('resourcetype', (value) =>
      value.replace(/<C:calendar ?\/>/, '<C:calendar/><CS:extra/>'),
    ),
  },
  {
    name: 'names no components in the component set',
    rule: 'RFC 4791 §5.2.3',
    sections: ['rfc4791/5.2'],
    response: responseText((text) => text.replace(/<C:comp name="\w+" ?\/>/g, '<C:comp/>')),
  },
  {
    name: 'names somebody else as the current user',
    rule: 'RFC 5397 §3',
    sections: ['rfc5397'],
    response: property('current-user-principal', (value) => value.replace('alice', 'carol')),
  },
  {
    name: 'names somebody else as the owner',
    rule: 'RFC 3744 §5.1',
    sections: ['rfc3744/5'],
    response: property('owner', (value) => value.replace('alice', 'carol')),
  },
  {
    name: 'claims every privilege for everybody',
    rule: 'RFC 3744 §5.4',
    sections: ['rfc3744/8.1'],
    response: property(
      'current-user-privilege-set',
      () => '<D:privilege><D:all/></D:privilege><D:privilege><D:write/></D:privilege>',
    ),
  },
  {
    name: 'says nothing in errors',
    rule: `${dav} §16`,
    sections: ['rfc4791/5.3.2'],
    response: responseText((text) => text.replace(/<D:error[\s\S]*<\/D:error>/, '')),
  },
  {
    name: 'names another condition',
    rule: 'RFC 4791 §5.3.2.1',
    sections: ['rfc4791/5.3.2'],
    response: responseText((text) => text.replaceAll('no-uid-conflict', 'valid-calendar-data')),
  },
  {
    name: 'refuses a token with an empty error',
    rule: 'RFC 6578 §3.2',
    sections: ['rfc6578/3-sync-collection'],
    response: responseText((text) => text.replace(/<D:valid-sync-token ?\/>/, '')),
  },
  {
    name: 'never changes the sync token',
    rule: 'RFC 6578 §4',
    sections: ['rfc6578'],
    response: (response, request) =>
      property('sync-token', (value) => frozen(request.path, value))(response, request),
  },
  {
    name: 'gives numbers as sync tokens',
    rule: 'RFC 6578 §3.2',
    sections: ['rfc6578/3-sync-collection'],
    response: property('sync-token', (value) => value.replace(/\D/g, '') || '1'),
  },
  {
    name: 'forgets what was removed',
    rule: 'RFC 6578 §3.5.2',
    sections: ['rfc6578/3-sync-collection'],
    response: responses((list) => list.filter((each) => !/<\/D:href><D:status>HTTP\/1\.1 404/.test(each))),
  },
  {
    name: 'tells what was removed as 410',
    rule: 'RFC 6578 §3.5.2',
    sections: ['rfc6578/3-sync-collection'],
    response: responses((list) =>
      list.map((each) => each.replace(/(<\/D:href><D:status>HTTP\/1\.1) 404 Not Found/, '$1 410 Gone')),
    ),
  },
  {
    name: 'never changes CS:getctag',
    rule: 'CalendarServer ctag',
    sections: ['apple/ctag'],
    response: property('getctag', () => 'always'),
  },
  {
    name: 'redirects nowhere',
    rule: 'RFC 6764 §5',
    sections: ['rfc6764', 'rfc5995'],
    response: responseHeader('location', () => undefined),
  },
  {
    name: 'sends no Lock-Token',
    rule: `${dav} §9.10.1`,
    sections: ['rfc4918/9.10'],
    response: responseHeader('lock-token', () => undefined),
  },
  {
    name: 'lists no locks',
    rule: `${dav} §15.8`,
    sections: ['rfc4918/9.10'],
    response: responseText(
      (text) => text.replace(/<D:activelock>[\s\S]*<\/D:activelock>/g, ''),
      ['PROPFIND'],
    ),
  },
  {
    name: 'says nothing of what it preferred',
    rule: 'RFC 7240 §3',
    sections: ['rfc7240'],
    response: responseHeader('preference-applied', () => undefined),
  },
  {
    name: 'varies by nothing',
    rule: 'RFC 7240 §2',
    sections: ['rfc7240'],
    response: responseHeader('vary', () => undefined),
  },
]
