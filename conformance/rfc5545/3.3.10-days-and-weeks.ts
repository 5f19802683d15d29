import type { Section } from '../engine/section.ts'
import { type RuleCase, ruleTests } from '../fixtures/rule-case.ts'

const rows: readonly RuleCase[] = [
  [
    'ten days in a row',
    '20260902T090000',
    'FREQ=DAILY;COUNT=10',
    '20260902 20260903 20260904 20260905 20260906 20260907 20260908 20260909 20260910 20260911',
  ],
  [
    'every day until a date',
    '20261220T090000',
    'FREQ=DAILY;UNTIL=20261224T090000Z',
    '20261220 20261221 20261222 20261223 20261224',
  ],
  [
    'every other day',
    '20260902T090000',
    'FREQ=DAILY;INTERVAL=2',
    '20260902 20260904 20260906 20260908 20260910 20260912 20260914',
    '20260914T091000Z',
  ],
  [
    'every tenth day, five times',
    '20260902T090000',
    'FREQ=DAILY;INTERVAL=10;COUNT=5',
    '20260902 20260912 20260922 20261002 20261012',
  ],
  [
    'every day of January',
    '20260130T090000',
    'FREQ=DAILY;BYMONTH=1',
    '20260130 20260131 20270101 20270102 20270103 20270104 20270105',
    '20270105T091000Z',
  ],
  [
    'every week',
    '20260902T090000',
    'FREQ=WEEKLY;COUNT=6',
    '20260902 20260909 20260916 20260923 20260930 20261007',
  ],
  [
    'every week until a date',
    '20260902T090000',
    'FREQ=WEEKLY;UNTIL=20261001T000000Z',
    '20260902 20260909 20260916 20260923 20260930',
  ],
  [
    'every other week, weeks from Sunday',
    '20260902T090000',
    'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
    '20260902 20260916 20260930 20261014 20261028 20261111 20261125',
    '20261125T091000Z',
  ],
  [
    'two days of a week',
    '20260901T090000',
    'FREQ=WEEKLY;BYDAY=TU,TH;COUNT=8',
    '20260901 20260903 20260908 20260910 20260915 20260917 20260922 20260924',
  ],
  [
    'three days of every other week',
    '20260831T090000',
    'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR',
    '20260831 20260902 20260904 20260914 20260916 20260918 20260928',
    '20260928T091000Z',
  ],
  [
    'weeks counted from Monday',
    '20260804T090000',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
    '20260804 20260809 20260818 20260823',
  ],
  [
    'weeks counted from Sunday',
    '20260804T090000',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    '20260804 20260816 20260818 20260830',
  ],
  [
    'weeks of one month only',
    '20260105T090000',
    'FREQ=WEEKLY;BYDAY=MO;BYMONTH=1,6',
    '20260105 20260112 20260119 20260126 20260601 20260608 20260615',
    '20260615T091000Z',
  ],
  [
    'weekdays by day',
    '20260904T090000',
    'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=6',
    '20260904 20260907 20260908 20260909 20260910 20260911',
  ],
  [
    'days of the month by day',
    '20260910T090000',
    'FREQ=DAILY;BYMONTHDAY=10,20;COUNT=5',
    '20260910 20260920 20261010 20261020 20261110',
  ],
]

/** Recurrence rules of days and weeks, seen through expansion in reports (RFC 5545 §3.3.10). */
export const section: Section = {
  cite: 'RFC 5545 §3.3.10',
  title: 'Recurrence rules of days and weeks',
  tests: ruleTests(rows),
}
