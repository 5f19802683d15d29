import { property, responseHeader, responseText } from '../changes.ts'
import type { Mutation } from '../message.ts'

let count = 0

function another(): string {
  count += 1
  return `"${count}"`
}

/** Servers that get calendars, busy time and scheduling wrong. */
export const calendarMutations: readonly Mutation[] = [
  {
    name: 'shifts what it expands by an hour',
    rule: 'RFC 4791 §9.6.5',
    sections: ['rfc4791/9.6'],
    response: responseText((text) => text.replace(/(DTSTART:\d{8}T)10(\d{4}Z)/g, '$111$2'), ['REPORT']),
  },
  {
    name: 'leaves RECURRENCE-ID out of what it expands',
    rule: 'RFC 4791 §9.6.5',
    sections: ['rfc4791/9.6'],
    response: responseText(
      (text) => text.replace(/RECURRENCE-ID[^\r\n&]*(\r\n|&#13;\n|&#xD;\n|\n)/g, ''),
      ['REPORT'],
    ),
  },
  {
    name: 'leaves the rule in what it expands',
    rule: 'RFC 4791 §9.6.5',
    sections: ['rfc4791/9.6'],
    response: responseText(
      (text, request) =>
        request.body.includes('<C:expand')
          ? text.replace(/(SUMMARY|DURATION|DTEND)([;:])/g, 'RRULE:FREQ=DAILY&#13;\n$1$2')
          : text,
      ['REPORT'],
    ),
  },
  {
    name: 'loses the last instance of a series',
    rule: 'RFC 5545 §3.3.10',
    sections: ['rfc5545/3.3.10'],
    response: responseText(
      (text) =>
        text.replace(
          /(END:VEVENT(?:\r|&#13;|&#xD;)?\n)BEGIN:VEVENT(?:(?!BEGIN:VEVENT)[\s\S])*?END:VEVENT(?:\r|&#13;|&#xD;)?\n(?=END:VCALENDAR)/,
          '$1',
        ),
      ['REPORT'],
    ),
  },
  {
    name: 'calls all busy time BUSY',
    rule: 'RFC 4791 §7.10',
    sections: ['rfc4791/7.10'],
    response: responseText((text) => text.replace(/;FBTYPE=[\w-]+/g, ''), ['REPORT']),
  },
  {
    name: 'shifts busy time by an hour',
    rule: 'RFC 4791 §7.10',
    sections: ['rfc4791/7.10'],
    response: responseText((text) => text.replace(/(FREEBUSY[^:]*:\d{8}T)10/g, '$111'), ['REPORT']),
  },
  {
    name: 'leaves DTSTART out of free-busy answers',
    rule: 'RFC 4791 §7.10',
    sections: ['rfc4791/7.10'],
    response: responseText((text) => text.replace(/^DTSTART:.*\r?\n/m, ''), ['REPORT']),
  },
  {
    name: 'tells titles in free-busy answers',
    rule: 'RFC 4791 §7.10',
    sections: ['rfc4791/7.10'],
    response: responseText(
      (text) => text.replace('END:VFREEBUSY', 'COMMENT:Confidential\r\nEND:VFREEBUSY'),
      ['REPORT'],
    ),
  },
  {
    name: 'sends bare line feeds',
    rule: 'RFC 5545 §3.1',
    sections: ['rfc5545/3.1'],
    response: responseText(
      (text) => (text.startsWith('BEGIN:VCALENDAR') ? text.replaceAll('\r\n', '\n') : text),
      ['GET'],
    ),
  },
  {
    name: 'returns data of another version than its tag',
    rule: 'RFC 4791 §5.3.4',
    sections: ['rfc4791/7.9', 'rfc4791/7.8'],
    response: responseText((text) => text.replace('SUMMARY:', 'SUMMARY:Old '), ['REPORT']),
  },
  {
    name: 'leaves missing hrefs out of a multiget',
    rule: 'RFC 4791 §7.9',
    sections: ['rfc4791/7.9'],
    response: responseText(
      (text) =>
        text.replace(
          /<D:response><D:href>[^<]*<\/D:href><D:status>HTTP\/1\.1 404[^<]*<\/D:status>(?:(?!<\/D:response>)[\s\S])*<\/D:response>/g,
          '',
        ),
      ['REPORT'],
    ),
  },
  {
    name: 'lists no collations',
    rule: 'RFC 4791 §7.5.1',
    sections: ['rfc4791/7.5'],
    response: property('supported-collation-set', () => ''),
  },
  {
    name: 'lists no reports',
    rule: 'RFC 3253 §3.1.5',
    sections: ['rfc3253', 'rfc4791/5.1'],
    response: property('supported-report-set', () => ''),
  },
  {
    name: 'gives calendar-home-set to everybody who asks for all',
    rule: 'RFC 4791 §6.2.1',
    sections: ['rfc4791/5.1'],
    response: responseText(
      (text, request) =>
        request.body.length === 0
          ? text.replace('<D:prop>', '<D:prop><C:calendar-home-set xmlns:C="urn:ietf:params:xml:ns:caldav"/>')
          : text,
      ['PROPFIND'],
    ),
  },
  {
    name: 'sends another schedule tag each time',
    rule: 'RFC 6638 §3.2.10',
    sections: ['rfc6638/3.2.10'],
    response: responseHeader('schedule-tag', another),
  },
  {
    name: 'sends no schedule tag',
    rule: 'RFC 6638 §8.2',
    sections: ['rfc6638/3.2.10'],
    response: responseHeader('schedule-tag', () => undefined),
  },
  {
    name: 'hides SCHEDULE-STATUS',
    rule: 'RFC 6638 §3.2.9',
    sections: ['rfc6638/3.2.1-organizer'],
    response: responseText(
      (text) => text.replace(/(;SCHEDULE-STATUS="?[\d.]+"?|;SCHEDULE-STATUS=\S+?(?=[;:]))/g, ''),
      ['GET'],
    ),
  },
  {
    name: 'loses answers',
    rule: 'RFC 6638 §3.2.2.3',
    sections: ['rfc6638/3.2.2'],
    response: responseText(
      (text) => text.replace(/PARTSTAT=(DECLINED|TENTATIVE)/g, 'PARTSTAT=NEEDS-ACTION'),
      ['GET'],
    ),
  },
  {
    name: 'leaves METHOD out of messages',
    rule: 'RFC 5546 §1.4',
    sections: ['rfc5546'],
    response: responseText((text) => text.replace(/METHOD:[A-Z]+\r\n/, ''), ['GET']),
  },
  {
    name: 'answers a request for free time with nothing',
    rule: 'RFC 6638 §5',
    sections: ['rfc6638/5'],
    response: responseText((text) => text.replace(/<C:response>[\s\S]*<\/C:response>/, ''), ['POST']),
  },
  {
    name: 'takes everybody for known',
    rule: 'RFC 6638 §5.1',
    sections: ['rfc6638/5'],
    response: responseText((text) => text.replace(/3\.7;[^<]*/g, '2.0;Success'), ['POST']),
  },
  {
    name: 'gives negative quotas',
    rule: 'RFC 4331 §3',
    sections: ['rfc4331'],
    response: property('quota-used-bytes', (value) => (value ? `-${value}` : value)),
  },
  {
    name: 'writes jCal without types',
    rule: 'RFC 7265 §3.4',
    sections: ['rfc7265'],
    response: responseText((text) =>
      text.startsWith('["vcalendar"') ? text.replaceAll('"date-time",', '') : text,
    ),
  },
  {
    name: 'writes xCal in no namespace',
    rule: 'RFC 6321 §3',
    sections: ['rfc6321'],
    response: responseText((text) => text.replace('urn:ietf:params:xml:ns:icalendar-2.0', 'urn:none')),
  },
]
