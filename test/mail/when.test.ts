import { expect } from 'chai'
import { zonesOf } from '../../src/mail/itip.ts'
import type { Catalogue } from '../../src/mail/languages/catalogue.ts'
import { LANGUAGES } from '../../src/mail/languages/index.ts'
import { exceptionsOf, originalTimeOf, repeatsOf, whenOf } from '../../src/mail/when.ts'
import { event, object, zone } from '../support/calendar-text.ts'

function shown(...lines: string[]) {
  const read = object(event(...lines))
  const words = LANGUAGES.en as Catalogue
  const view = { zones: zonesOf(read.calendar), home: zone('America/New_York'), words }
  const component = read.master ?? read.overrides[0]
  if (component === undefined) throw new Error('nothing there')
  return {
    when: whenOf(component, view),
    repeats: repeatsOf(component, view),
    original: originalTimeOf(component, view),
    except: exceptionsOf(component, view),
  }
}

describe('when a mail says it is', () => {
  it('in the zone of the event, by name', () => {
    expect(shown('DTSTART;TZID=Asia/Tokyo:20260701T090000', 'DURATION:PT90M').when).to.equal(
      'Wednesday, 1 July 2026, 09:00–10:30 (Japan Standard Time, Asia/Tokyo)',
    )
  })

  it('in the zone of the sender when the event names none', () => {
    expect(shown('DTSTART:20260701T120000Z', 'DTEND:20260701T130000Z').when).to.equal(
      'Wednesday, 1 July 2026, 08:00–09:00 (Eastern Daylight Time, America/New_York)',
    )
  })

  it('without a zone when the time is the same clock time everywhere', () => {
    expect(shown('DTSTART:20260701T120000').when).to.equal('Wednesday, 1 July 2026 at 12:00')
  })

  it('in whole days, the last one included', () => {
    expect(shown('DTSTART;VALUE=DATE:20260701').when).to.equal('Wednesday, 1 July 2026 (all day)')
    const days = shown('DTSTART;VALUE=DATE:20260701', 'DTEND;VALUE=DATE:20260703').when
    expect(days).to.match(/^Wednesday.* 1.*Thursday.* 2 July 2026 \(all day\)$/)
  })

  it('how often it repeats, as far as few words say it', () => {
    const rule = (text: string) => shown('DTSTART:20260701T120000Z', `RRULE:${text}`).repeats
    expect(rule('FREQ=WEEKLY')).to.equal('every week')
    expect(rule('FREQ=DAILY;INTERVAL=3;COUNT=5')).to.equal('every 3 days, 5 times')
    expect(rule('FREQ=MONTHLY;UNTIL=20270101T120000Z')).to.equal('every month, until 1 January 2027')
    expect(rule('FREQ=HOURLY')).to.equal('on several dates')
  })

  it('ends on the day it is where the series takes place, whatever day that is in UTC', () => {
    const daily = (start: string, until: string) => shown(start, `RRULE:FREQ=DAILY;UNTIL=${until}`).repeats
    const newYork = 'DTSTART;TZID=America/New_York:20260701T090000'
    expect(daily(newYork, '20260706T035959Z')).to.equal('every day, until 5 July 2026')
    expect(daily('DTSTART:20260701T120000Z', '20260706T035959Z')).to.equal('every day, until 5 July 2026')
    expect(daily(newYork, '20260706')).to.equal('every day, until 6 July 2026')
    expect(daily('DTSTART;VALUE=DATE:20260701', '20260706')).to.equal('every day, until 6 July 2026')
    expect(daily('DTSTART:20260701T120000', '20260706T235959')).to.equal('every day, until 6 July 2026')
  })

  it('which days are taken out of a series', () => {
    const exdates = ['EXDATE:20260704T010000Z,20260702T010000Z', 'EXDATE:20260704T010000Z']
    expect(shown('DTSTART:20260702T010000Z', 'RRULE:FREQ=DAILY', ...exdates).except).to.deep.equal([
      'Wednesday, 1 July 2026',
      'Friday, 3 July 2026',
    ])
  })

  it('when it would have been, for an instance that was moved', () => {
    const moved = shown('RECURRENCE-ID:20260708T120000Z', 'DTSTART:20260709T120000Z')
    expect(moved.original).to.equal('Wednesday, 8 July 2026 at 08:00')
  })
})
