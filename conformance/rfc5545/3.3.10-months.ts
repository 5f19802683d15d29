import type { Section } from '../engine/section.ts'
import { type RuleCase, ruleTests } from '../fixtures/rule-case.ts'

const rows: readonly RuleCase[] = [
  [
    'the first Friday of a month',
    '20260904T090000',
    'FREQ=MONTHLY;COUNT=8;BYDAY=1FR',
    '20260904 20261002 20261106 20261204 20270101 20270205 20270305 20270402',
  ],
  [
    'the first and last Sunday of every other month',
    '20260906T090000',
    'FREQ=MONTHLY;INTERVAL=2;COUNT=8;BYDAY=1SU,-1SU',
    '20260906 20260927 20261101 20261129 20270103 20270131 20270307 20270328',
  ],
  [
    'the second last Monday of a month',
    '20260921T090000',
    'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
    '20260921 20261019 20261123 20261221 20270118 20270215',
  ],
  [
    'the fifth Monday of a month, where there is one',
    '20260330T090000',
    'FREQ=MONTHLY;BYDAY=5MO',
    '20260330 20260629 20260831 20261130 20270329 20270531 20270830',
    '20270830T091000Z',
  ],
  [
    'the third last day of a month',
    '20260928T090000',
    'FREQ=MONTHLY;BYMONTHDAY=-3',
    '20260928 20261029 20261128 20261229 20270129 20270226 20270329',
    '20270329T091000Z',
  ],
  [
    'two days of a month',
    '20260902T090000',
    'FREQ=MONTHLY;COUNT=8;BYMONTHDAY=2,15',
    '20260902 20260915 20261002 20261015 20261102 20261115 20261202 20261215',
  ],
  [
    'the first and last day of a month',
    '20260930T090000',
    'FREQ=MONTHLY;COUNT=8;BYMONTHDAY=1,-1',
    '20260930 20261001 20261031 20261101 20261130 20261201 20261231 20270101',
  ],
  [
    'days of every eighteenth month',
    '20260910T090000',
    'FREQ=MONTHLY;INTERVAL=18;COUNT=9;BYMONTHDAY=10,11,12,13,14,15',
    '20260910 20260911 20260912 20260913 20260914 20260915 20280310 20280311 20280312',
  ],
  [
    'every Tuesday of every other month',
    '20260901T090000',
    'FREQ=MONTHLY;INTERVAL=2;BYDAY=TU',
    '20260901 20260908 20260915 20260922 20260929 20261103 20261110',
    '20261110T091000Z',
  ],
  [
    'the thirty-first, only where there is one',
    '20260131T090000',
    'FREQ=MONTHLY;BYMONTHDAY=31',
    '20260131 20260331 20260531 20260731 20260831 20261031 20261231',
    '20261231T091000Z',
  ],
  [
    'the thirtieth, not in February',
    '20260130T090000',
    'FREQ=MONTHLY;COUNT=6',
    '20260130 20260330 20260430 20260530 20260630 20260730',
  ],
  [
    'the fifteenth and thirtieth',
    '20260115T090000',
    'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
    '20260115 20260130 20260215 20260315 20260330',
  ],
  [
    'Friday the thirteenth',
    '20260213T090000',
    'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
    '20260213 20260313 20261113 20270813 20281013 20290413 20290713',
    '20290713T091000Z',
  ],
  [
    'the Saturday after the first Sunday',
    '20260912T090000',
    'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
    '20260912 20261010 20261107 20261212 20270109 20270213 20270313',
    '20270313T091000Z',
  ],
  [
    'the third of three weekdays of a month',
    '20260903T090000',
    'FREQ=MONTHLY;COUNT=4;BYDAY=TU,WE,TH;BYSETPOS=3',
    '20260903 20261007 20261105 20261203',
  ],
  [
    'the second last working day of a month',
    '20260929T090000',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
    '20260929 20261029 20261127 20261230 20270128 20270225 20270330',
    '20270330T091000Z',
  ],
  [
    'the first and last working day of a month',
    '20260901T090000',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1',
    '20260901 20260930 20261001 20261030 20261102 20261130 20261201',
    '20261201T091000Z',
  ],
]

/** Recurrence rules of months, seen through expansion in reports (RFC 5545 §3.3.10). */
export const section: Section = {
  cite: 'RFC 5545 §3.3.10',
  title: 'Recurrence rules of months',
  tests: ruleTests(rows),
}
