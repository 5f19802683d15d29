import type { Section } from '../engine/section.ts'
import { populated } from '../fixtures/populated.ts'
import { type TimeRangeCase, timeRangeTests } from '../fixtures/time-range-case.ts'
import { calendar, type Lines, todo } from '../ical/build.ts'

const task = (uid: string, ...lines: Lines): string => calendar(todo(uid, lines))
const start = 'DTSTART:20260310T100000Z'

const fixture = populated({
  lasting: task('td-lasting', start, 'DURATION:PT1H'),
  due: task('td-due', start, 'DUE:20260310T110000Z'),
  started: task('td-started', start),
  deadline: task('td-deadline', 'DUE:20260310T110000Z'),
  done: task('td-done', 'CREATED:20260301T100000Z', 'COMPLETED:20260310T110000Z', 'STATUS:COMPLETED'),
  completed: task('td-completed', 'COMPLETED:20260310T110000Z', 'STATUS:COMPLETED'),
  created: task('td-created', 'CREATED:20260310T100000Z'),
  bare: task('td-bare', 'SUMMARY:Some day'),
  weekly: task('td-weekly', 'DTSTART:20260501T100000Z', 'DUE:20260501T110000Z', 'RRULE:FREQ=WEEKLY;COUNT=3'),
  day: task('td-day', 'DUE;VALUE=DATE:20260620'),
})

const yes = (object: string, what: string, from: string, to: string): TimeRangeCase => ({
  object,
  what,
  start: from,
  end: to,
  matches: true,
})
const no = (object: string, what: string, from: string, to: string): TimeRangeCase => ({
  ...yes(object, what, from, to),
  matches: false,
})

const cases: readonly TimeRangeCase[] = [
  yes('lasting', 'a task with start and duration within them', '20260310T103000Z', '20260310T104000Z'),
  yes(
    'lasting',
    'a task with start and duration that ends as the range begins',
    '20260310T110000Z',
    '20260310T120000Z',
  ),
  no('lasting', 'a task with start and duration after its end', '20260310T110001Z', '20260310T120000Z'),
  no('lasting', 'a task with start and duration before its start', '20260310T090000Z', '20260310T100000Z'),
  yes('due', 'a task with start and due between them', '20260310T103000Z', '20260310T104000Z'),
  no(
    'due',
    'a task with start and due that is due as the range begins',
    '20260310T110000Z',
    '20260310T120000Z',
  ),
  no(
    'due',
    'a task with start and due that starts as the range ends',
    '20260310T090000Z',
    '20260310T100000Z',
  ),
  yes(
    'started',
    'a task with a start alone at the start of the range',
    '20260310T100000Z',
    '20260310T110000Z',
  ),
  no('started', 'a task with a start alone at the end of the range', '20260310T090000Z', '20260310T100000Z'),
  no('started', 'a task with a start alone before the range', '20260310T100001Z', '20260310T110000Z'),
  {
    ...yes(
      'deadline',
      'a task with a due time alone at the end of the range',
      '20260310T100000Z',
      '20260310T110000Z',
    ),
    why: 'RFC 4791 §9.9 has start < DUE AND end >= DUE for a task with DUE alone: the end of the range counts here.',
  },
  no(
    'deadline',
    'a task with a due time alone at the start of the range',
    '20260310T110000Z',
    '20260310T120000Z',
  ),
  no('deadline', 'a task with a due time alone after the range', '20260310T090000Z', '20260310T105959Z'),
  yes(
    'done',
    'a completed task between its creation and completion when both surround the range start',
    '20260305T000000Z',
    '20260315T000000Z',
  ),
  no('done', 'a completed task after its completion', '20260310T110001Z', '20260311T000000Z'),
  no('done', 'a completed task before its creation', '20260201T000000Z', '20260301T095959Z'),
  yes('completed', 'a task with a completion alone in the range', '20260310T100000Z', '20260310T120000Z'),
  no('completed', 'a task with a completion alone after it', '20260310T110001Z', '20260310T120000Z'),
  no('completed', 'a task with a completion alone before it', '20260310T100000Z', '20260310T105959Z'),
  yes('created', 'a task with a creation alone, at any later time', '20290101T000000Z', '20290102T000000Z'),
  no('created', 'a task with a creation alone, before it', '20260309T000000Z', '20260310T100000Z'),
  yes('bare', 'a task without any date in any range', '20400101T000000Z', '20400102T000000Z'),
  yes('weekly', 'a repeating task in its third week', '20260515T103000Z', '20260515T104000Z'),
  no('weekly', 'a repeating task after its last week', '20260520T000000Z', '20260601T000000Z'),
  yes('day', 'a task due on a day, in a range around the day', '20260618T000000Z', '20260622T000000Z'),
  no('day', 'a task due on a day, a week later', '20260627T000000Z', '20260628T000000Z'),
]

/** time-range on VTODO (RFC 4791 §9.9). */
export const section: Section = {
  cite: 'RFC 4791 §9.9',
  title: 'time-range on tasks',
  tests: timeRangeTests(
    fixture,
    'VTODO',
    'Which dates of a task count depends on which it has: a table of eight rows for DTSTART, DURATION, DUE, COMPLETED and CREATED.',
    cases,
  ),
}
