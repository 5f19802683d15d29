import { must, type Section } from '../engine/section.ts'
import { expectSame } from '../expect.ts'
import { populated } from '../fixtures/populated.ts'
import { instancesOf, retrieve } from '../fixtures/retrieved.ts'
import { calendar, event } from '../ical/build.ts'

/** What repeats, DTSTART, RRULE, the instances (times only where they differ from the start), and where to stop looking. */
type Row = readonly [what: string, start: string, rule: string, instances: string, end?: string]

const rows: readonly Row[] = [
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
    'every day of January by year',
    '20260130T090000',
    'FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
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
  [
    'every third hour',
    '20260902T090000',
    'FREQ=HOURLY;INTERVAL=3;UNTIL=20260902T170000Z',
    '20260902 20260902T120000 20260902T150000',
  ],
  [
    'every quarter of an hour',
    '20260902T090000',
    'FREQ=MINUTELY;INTERVAL=15;COUNT=6',
    '20260902 20260902T091500 20260902T093000 20260902T094500 20260902T100000 20260902T101500',
  ],
  [
    'every ninety minutes',
    '20260902T090000',
    'FREQ=MINUTELY;INTERVAL=90;COUNT=4',
    '20260902 20260902T103000 20260902T120000 20260902T133000',
  ],
  [
    'every twenty minutes of two hours by day',
    '20260902T090000',
    'FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40;COUNT=9',
    '20260902 20260902T092000 20260902T094000 20260902T100000 20260902T102000 20260902T104000 20260903 20260903T092000 20260903T094000',
  ],
  [
    'the same times by minute',
    '20260902T090000',
    'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10;COUNT=9',
    '20260902 20260902T092000 20260902T094000 20260902T100000 20260902T102000 20260902T104000 20260903 20260903T092000 20260903T094000',
  ],
  [
    'seconds of a minute',
    '20260902T090000',
    'FREQ=MINUTELY;BYSECOND=0,30;COUNT=5',
    '20260902 20260902T090030 20260902T090100 20260902T090130 20260902T090200',
  ],
  [
    'hours of weekdays',
    '20260904T090000',
    'FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9,17;COUNT=6',
    '20260904 20260904T170000 20260907 20260907T170000 20260911 20260911T170000',
  ],
  [
    'the last hour of chosen ones',
    '20260902T150000',
    'FREQ=DAILY;BYHOUR=9,12,15;BYSETPOS=-1;COUNT=3',
    '20260902 20260903 20260904',
  ],
  [
    'hours of one month only',
    '20260228T220000',
    'FREQ=HOURLY;BYMONTH=2;COUNT=4',
    '20260228 20260228T230000 20270201T000000 20270201T010000',
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
  [
    'a rule of rules',
    '20260104T083000',
    'FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30;COUNT=7',
    '20260104 20260104T093000 20260111 20260111T093000 20260118 20260118T093000 20260125',
  ],
]

const keyOf = (row: number): string => `rule-${row}`
const fixture = populated(
  Object.fromEntries(
    rows.map(([what, start, rule], row) => {
      const lines = [`DTSTART:${start}Z`, 'DURATION:PT5M', `RRULE:${rule}`, `SUMMARY:${what}`]
      return [keyOf(row), calendar(event(keyOf(row), lines))]
    }),
  ),
)

/** Recurrence rules, seen through expansion in reports (RFC 5545 §3.3.10). */
export const section: Section = {
  cite: 'RFC 5545 §3.3.10',
  title: 'Recurrence rules',
  tests: rows.map(([what, start, rule, instances, end = '20991231T000000Z'], row) =>
    must(
      `repeat ${what}: ${rule}`,
      'The parts of a rule expand or limit its frequency as their table says; what does not exist is left out.',
      async (t) => {
        const { calendar: href, need } = await t.use(fixture)
        need(keyOf(row))
        const range = `<C:expand start="20200101T000000Z" end="${end}"/>`
        const expanded = await retrieve(t, `${href}${keyOf(row)}.ics`, range)
        const found = instancesOf(expanded).map((each) => each.split(' ')[1])
        const wanted = instances
          .split(' ')
          .map((each) => (each.includes('T') ? `${each}Z` : `${each}${start.slice(8)}Z`))
        expectSame(found.sort().join(' '), wanted.join(' '), 'Other instances were given')
      },
    ),
  ),
}
