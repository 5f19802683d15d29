import { expect } from 'chai'
import { InvalidCalendarError } from '../../src/ical/errors.ts'
import { instancesBetween } from '../../src/ical/instances.ts'
import { readCalendarObject } from '../../src/ical/object.ts'
import type { Range } from '../../src/ical/overlap.ts'
import { calendarSystem, supportedCalendars } from '../../src/ical/rscale-calendars.ts'
import { UTC } from '../../src/ical/zones.ts'
import { cpuMs, HANGS } from '../support/cpu-time.ts'
import { expandRule } from '../support/recurrence-table.ts'

const CENTURY = { from: Date.UTC(1900, 0), until: Date.UTC(2000, 0) }

/** Days on which a floating all-day series starts. */
function starts(rule: string, start: string, range: Range): string[] {
  const lines = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:a', `DTSTART:${start}`, `RRULE:${rule}`]
  const object = readCalendarObject([...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'))
  return instancesBetween(object, range, { floatingZone: UTC, limit: 1000 }).map((instance) =>
    new Date(instance.start).toISOString().slice(0, 10),
  )
}

/** How often dates are formatted meanwhile. */
function questionsOf(run: () => void): number {
  const original = Intl.DateTimeFormat.prototype.formatToParts
  let asked = 0
  Intl.DateTimeFormat.prototype.formatToParts = function (...given) {
    asked += 1
    return original.apply(this, given)
  }
  try {
    run()
  } finally {
    Intl.DateTimeFormat.prototype.formatToParts = original
  }
  return asked
}

describe('rules in other calendars (RFC 7529)', () => {
  it('give the Chinese New Year (RFC 7529 §4.3.1)', () => {
    expect(expandRule('RSCALE=CHINESE;FREQ=YEARLY', '20130210', { max: 5 })).to.deep.equal([
      '20130210',
      '20140131',
      '20150219',
      '20160208',
      '20170128',
    ])
  })

  it('give the Ethiopic 13th month (RFC 7529 §4.3.2)', () => {
    expect(expandRule('RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13', '20130906', { max: 5 })).to.deep.equal([
      '20130906',
      '20140906',
      '20150906',
      '20160906',
      '20170906',
    ])
  })

  it('give the Hebrew anniversary in a leap month (RFC 7529 §4.3.3)', () => {
    const rule = 'RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD'
    expect(expandRule(rule, '20140208', { max: 5 })).to.deep.equal([
      '20140208',
      '20150227',
      '20160217',
      '20170306',
      '20180223',
    ])
    expect(expandRule(rule.replace('FORWARD', 'OMIT'), '20140208', { max: 3 })).to.deep.equal([
      '20140208',
      '20160217',
      '20190213',
    ])
    expect(expandRule(rule.replace('FORWARD', 'BACKWARD'), '20140208', { max: 2 })).to.deep.equal([
      '20140208',
      '20150128',
    ])
  })

  it('give the Gregorian leap day with SKIP (RFC 7529 §4.3.4)', () => {
    expect(expandRule('RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD', '20120229', { max: 6 })).to.deep.equal([
      '20120229',
      '20130301',
      '20140301',
      '20150301',
      '20160229',
      '20170301',
    ])
  })

  it('take the start’s own leap month where the rule names none', () => {
    // Adar I of 5774: only leap years have one.
    expect(expandRule('RSCALE=HEBREW;FREQ=YEARLY', '20140208', { max: 3 })).to.deep.equal([
      '20140208',
      '20160217',
      '20190213',
    ])
  })

  it('step through months, weeks and days of the calendar', () => {
    expect(
      expandRule('RSCALE=ISLAMIC-CIVIL;FREQ=MONTHLY;BYMONTHDAY=1', '20200101', { max: 3 }),
    ).to.deep.equal(['20200127', '20200225', '20200326'])
    expect(
      expandRule('RSCALE=PERSIAN;FREQ=DAILY;BYMONTH=1;BYMONTHDAY=1', '20200320', { max: 3 }),
    ).to.deep.equal(['20200320', '20210321', '20220321'])
    expect(expandRule('RSCALE=PERSIAN;FREQ=WEEKLY;BYMONTH=1', '20200320', { max: 6 })).to.deep.equal([
      '20200320',
      '20200327',
      '20200403',
      '20200410',
      '20200417',
      '20210326',
    ])
    expect(expandRule('RSCALE=INDIAN;FREQ=YEARLY;BYYEARDAY=1', '20200321T100000', { max: 3 })).to.deep.equal([
      '20200321T100000',
      '20210322T100000',
      '20220322T100000',
    ])
    expect(
      expandRule('RSCALE=COPTIC;FREQ=HOURLY;BYMONTH=13;BYHOUR=8', '20200906T080000', { max: 6 }),
    ).to.deep.equal([
      '20200906T080000',
      '20200907T080000',
      '20200908T080000',
      '20200909T080000',
      '20200910T080000',
      '20210906T080000',
    ])
  })

  it('count weekdays within months and years of the calendar', () => {
    expect(
      expandRule('RSCALE=PERSIAN;FREQ=YEARLY;BYMONTH=1;BYDAY=1FR', '20200320', { max: 2 }),
    ).to.deep.equal(['20200320', '20210326'])
    expect(expandRule('RSCALE=PERSIAN;FREQ=YEARLY;BYDAY=-1FR', '20210319', { max: 2 })).to.deep.equal([
      '20210319',
      '20220318',
    ])
    expect(expandRule('RSCALE=HEBREW;FREQ=YEARLY;BYWEEKNO=1;BYDAY=SA', '20200901', { max: 2 })).to.deep.equal(
      ['20200926', '20210911'],
    )
  })

  it('open far from DTSTART as if walked to', () => {
    for (const rule of [
      'RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD',
      'RSCALE=HEBREW;FREQ=YEARLY;INTERVAL=3',
      'RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD',
    ]) {
      const all = expandRule(rule, '20000131', { max: 60 })
      const from = all[40] ?? ''
      expect(expandRule(rule, '20000131', { from, max: 20 }), rule).to.deep.equal(all.slice(40))
    }
  })

  it('find a leap month that is decades away, and that there is none within a range', () => {
    const ever = { from: Number.NEGATIVE_INFINITY, until: Date.UTC(2100, 0) }
    const yearly = 'RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=6L'
    expect(starts(yearly, '20170723', ever)).to.deep.equal([
      '2017-07-23',
      '2025-07-25',
      '2036-07-23',
      '2055-07-24',
      '2074-07-24',
      '2093-07-23',
    ])
    // The next leap twelfth month is centuries away.
    const decade = { from: Date.UTC(2021, 0), until: Date.UTC(2031, 0) }
    for (const frequency of ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'SECONDLY']) {
      const rule = `RSCALE=CHINESE;FREQ=${frequency};BYMONTH=12L`
      const spent = cpuMs(() => expect(starts(rule, '20200101', decade), rule).to.deep.equal([]))
      expect(spent, rule).to.be.lessThan(HANGS)
    }
  })

  it('ask the runtime about each month of a year once', () => {
    const asked = questionsOf(() => starts('RSCALE=DANGI;FREQ=YEARLY', '19000220', CENTURY))
    expect(asked).to.be.lessThan(20 * 100)
  })

  it('are the Gregorian ones in calendars that only count years differently', () => {
    const gregorian = expandRule('FREQ=MONTHLY;BYDAY=-1FR;BYMONTH=2,3', '20200101', { max: 10 })
    for (const name of ['GREGORIAN', 'BUDDHIST', 'JAPANESE', 'ROC']) {
      expect(
        expandRule(`RSCALE=${name};FREQ=MONTHLY;BYDAY=-1FR;BYMONTH=2,3`, '20200101', { max: 10 }),
        name,
      ).to.deep.equal(gregorian)
    }
  })

  it('agree with the plain engine in the Gregorian calendar, rule by rule', () => {
    for (const rule of [
      'FREQ=YEARLY;BYYEARDAY=1,-1,200',
      'FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU',
      'FREQ=YEARLY;BYMONTHDAY=29',
      'FREQ=YEARLY;BYDAY=10MO,-3TU',
      'FREQ=MONTHLY;BYDAY=2WE;BYSETPOS=1',
      'FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=-1,3',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;BYMONTH=3,4',
      'FREQ=DAILY;BYMONTHDAY=-2',
      'FREQ=HOURLY;INTERVAL=7;BYMONTH=2',
    ]) {
      const plain = expandRule(rule, '20200229T093000', { max: 40 })
      // A calendar that is Gregorian but for its name is worked out by tables of months.
      expect(expandRule(`RSCALE=ROC;${rule}`, '20200229T093000', { max: 40 }), rule).to.deep.equal(plain)
    }
  })
})

describe('the calendars there are', () => {
  it('are those Node offers, by any case and alias', () => {
    expect(supportedCalendars()).to.include.members([
      'GREGORIAN',
      'CHINESE',
      'HEBREW',
      'ISLAMIC-CIVIL',
      'ETHIOPIC',
    ])
    for (const name of supportedCalendars()) expect(calendarSystem(name), name).to.not.equal(undefined)
    expect(calendarSystem('islamicc')).to.equal(calendarSystem('ISLAMIC-CIVIL'))
    expect(calendarSystem('russian')).to.equal(undefined)
  })

  it('refuse a rule in another', () => {
    expect(() => expandRule('RSCALE=RUSSIAN;FREQ=YEARLY', '20200101')).to.throw(
      InvalidCalendarError,
      'RSCALE=RUSSIAN',
    )
  })

  it('have years that follow each other day by day', () => {
    for (const name of supportedCalendars()) {
      const system = calendarSystem(name)
      if (system === undefined) continue
      const first = system.yearOf(18_262)
      for (let year = first; year < first + 20; year++) {
        const { start, length, months } = system.year(year)
        expect(system.year(year + 1).start, `${name} ${year}`).to.equal(start + length)
        expect(
          months.reduce((sum, month) => sum + month.length, 0),
          name,
        ).to.equal(length)
        expect(system.yearOf(start)).to.equal(year)
        expect(system.monthsBetween(year, year + 1), `${name} ${year}`).to.equal(months.length)
      }
    }
  })
})
