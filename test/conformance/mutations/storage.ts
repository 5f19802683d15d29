import { stored } from '../changes.ts'
import type { Mutation } from '../message.ts'

const drop = (pattern: RegExp) => stored((text) => text.replace(pattern, ''))

/** Servers that do not keep what they are given. */
export const storageMutations: readonly Mutation[] = [
  {
    name: 'renames RECURRENCE-ID',
    rule: 'RFC 5545 §3.8.4.4',
    sections: ['rfc5545/3.8.5'],
    request: stored((text) => text.replaceAll('RECURRENCE-ID', 'X-RECURRENCE-ID')),
  },
  {
    name: 'drops EXDATE',
    rule: 'RFC 5545 §3.8.5.1',
    sections: ['rfc5545/3.8.5'],
    request: drop(/^EXDATE.*\r\n/gm),
  },
  {
    name: 'drops RDATE',
    rule: 'RFC 5545 §3.8.5.2',
    sections: ['rfc5545/3.8.5'],
    request: drop(/^RDATE.*\r\n/gm),
  },
  {
    name: 'drops alarms',
    rule: 'RFC 4791 §5.3.3',
    sections: ['rfc5545/3.8-'],
    request: drop(/BEGIN:VALARM[\s\S]*?END:VALARM\r\n/g),
  },
  {
    name: 'drops properties it does not know',
    rule: 'RFC 4791 §5.3.3',
    sections: ['rfc5545/3.8-'],
    request: drop(/^X-[\w-]+[;:].*\r\n/gm),
  },
  {
    name: 'drops parameters',
    rule: 'RFC 5545 §3.2',
    sections: ['rfc5545/3.1', 'rfc5545/3.8-'],
    request: stored((text) => text.replace(/;(LANGUAGE|ALTREP|X-[\w-]+)=("[^"]*"|[^;:,]*)/g, '')),
  },
  {
    name: 'drops components it does not know',
    rule: 'RFC 4791 §5.3.3',
    sections: ['rfc5545/3.8-'],
    request: drop(/BEGIN:X-ROOM[\s\S]*?END:X-ROOM\r\n/g),
  },
  {
    name: 'shifts New York to Berlin',
    rule: 'RFC 5545 §3.6.5',
    sections: ['rfc4791/9.9-time-range-vevent', 'rfc5545/3.8.5'],
    request: stored((text) => text.replaceAll('TZID=America/New_York', 'TZID=Europe/Berlin')),
  },
  {
    name: 'forgets time zones',
    rule: 'RFC 5545 §3.3.5',
    sections: ['rfc5545/3.8.5', 'rfc4791/9.9-time-range-vevent'],
    request: stored((text) => text.replace(/;TZID=[^:;]+/g, '')),
  },
  {
    name: 'forgets UNTIL',
    rule: 'RFC 5545 §3.3.10',
    sections: ['rfc5545/3.3.10'],
    request: stored((text) => text.replace(/;UNTIL=\w+/g, '')),
  },
  {
    name: 'ignores WKST',
    rule: 'RFC 5545 §3.3.10',
    sections: ['rfc5545/3.3.10'],
    request: stored((text) => text.replace(/;WKST=\w\w/g, '')),
  },
  {
    name: 'ignores BYSETPOS',
    rule: 'RFC 5545 §3.3.10',
    sections: ['rfc5545/3.3.10'],
    request: stored((text) => text.replace(/;BYSETPOS=[-\d,]+/g, '')),
  },
  {
    name: 'ignores INTERVAL',
    rule: 'RFC 5545 §3.3.10',
    sections: ['rfc5545/3.3.10'],
    request: stored((text) => text.replace(/;INTERVAL=\d+/g, '')),
  },
  {
    name: 'ignores SKIP',
    rule: 'RFC 7529 §4.1',
    sections: ['rfc7529'],
    request: stored((text) => text.replace(/;SKIP=\w+/g, '')),
  },
  {
    name: 'turns text into ASCII',
    rule: 'RFC 5545 §3.1.4',
    sections: ['rfc5545/3.1', 'rfc4791/7.8'],
    request: stored((text) => text.replace(/[\u0080-\uffff]/g, '?')),
  },
  {
    name: 'cuts long lines',
    rule: 'RFC 5545 §3.1',
    sections: ['rfc5545/3.1'],
    request: stored((text) => text.replace(/(\r\n [^\r\n]*){10,}/g, '')),
  },
  {
    name: 'takes every event for opaque',
    rule: 'RFC 4791 §7.10',
    sections: ['rfc4791/7.10'],
    request: drop(/^TRANSP:TRANSPARENT\r\n/gm),
  },
  {
    name: 'forgets STATUS',
    rule: 'RFC 4791 §7.10',
    sections: ['rfc4791/7.10', 'rfc5545/3.8-'],
    request: drop(/^STATUS:.*\r\n/gm),
  },
]
