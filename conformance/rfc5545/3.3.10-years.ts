import type { Section } from '../engine/section.ts'
import { type RuleCase, ruleTests } from '../fixtures/rule-case.ts'

const rows: readonly RuleCase[] = [
  [
    'every day of January by year',
    '20260130T090000',
    'FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
    '20260130 20260131 20270101 20270102 20270103 20270104 20270105',
    '20270105T091000Z',
  ],
  [
    'two months of a year',
    '20260610T090000',
    'FREQ=YEARLY;COUNT=6;BYMONTH=6,7',
    '20260610 20260710 20270610 20270710 20280610 20280710',
  ],
  [
    'three months of every other year',
    '20260110T090000',
    'FREQ=YEARLY;INTERVAL=2;COUNT=7;BYMONTH=1,2,3',
    '20260110 20260210 20260310 20280110 20280210 20280310 20300110',
  ],
  [
    'days of the year, every third year',
    '20260101T090000',
    'FREQ=YEARLY;INTERVAL=3;COUNT=7;BYYEARDAY=1,100,200',
    '20260101 20260410 20260719 20290101 20290410 20290719 20320101',
  ],
  [
    'the last day of the year',
    '20261231T090000',
    'FREQ=YEARLY;COUNT=4;BYYEARDAY=-1',
    '20261231 20271231 20281231 20291231',
  ],
  [
    'the twentieth Monday of the year',
    '20260518T090000',
    'FREQ=YEARLY;BYDAY=20MO',
    '20260518 20270517 20280515 20290514 20300520 20310519 20320517',
    '20320517T091000Z',
  ],
  [
    'the last Sunday of the year',
    '20261227T090000',
    'FREQ=YEARLY;BYDAY=-1SU;COUNT=4',
    '20261227 20271226 20281231 20291230',
  ],
  [
    'the Monday of week twenty',
    '20260511T090000',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
    '20260511 20270517 20280515 20290514 20300513 20310512 20320510',
    '20320510T091000Z',
  ],
  [
    'the first week of the year',
    '20260101T090000',
    'FREQ=YEARLY;BYWEEKNO=1;BYDAY=TH;COUNT=4',
    '20260101 20270107 20280106 20290104',
  ],
  [
    'week fifty-three, where there is one',
    '20261228T090000',
    'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=3',
    '20261228 20321227 20371228',
  ],
  [
    'every Thursday of March',
    '20260305T090000',
    'FREQ=YEARLY;BYMONTH=3;BYDAY=TH',
    '20260305 20260312 20260319 20260326 20270304 20270311 20270318',
    '20270318T091000Z',
  ],
  [
    'every Thursday of summer',
    '20260604T090000',
    'FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8',
    '20260604 20260611 20260618 20260625 20260702 20260709 20260716',
    '20260716T091000Z',
  ],
  [
    'election day',
    '20241105T090000',
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
    '20241105 20281107 20321102 20361104 20401106 20441108 20481103',
    '20481103T091000Z',
  ],
  ['the leap day', '20240229T090000', 'FREQ=YEARLY;COUNT=4', '20240229 20280229 20320229 20360229'],
  [
    'the last day of February',
    '20240229T090000',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;COUNT=5',
    '20240229 20250228 20260228 20270228 20280229',
  ],
  [
    'the second Sunday of March',
    '20260308T090000',
    'FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;COUNT=4',
    '20260308 20270314 20280312 20290311',
  ],
  [
    'every year in two months on the same weekday of the month',
    '20260309T090000',
    'FREQ=YEARLY;BYMONTH=3,9;BYDAY=2MO;COUNT=5',
    '20260309 20260914 20270308 20270913 20280313',
  ],
  [
    'the last of several days of a year',
    '20260630T090000',
    'FREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=31,30;BYSETPOS=-1;COUNT=3',
    '20260630 20270630 20280630',
  ],
]

/** Recurrence rules of years, seen through expansion in reports (RFC 5545 §3.3.10). */
export const section: Section = {
  cite: 'RFC 5545 §3.3.10',
  title: 'Recurrence rules of years',
  tests: ruleTests(rows),
}
