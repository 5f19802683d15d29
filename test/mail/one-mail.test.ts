import { expect } from 'chai'
import { parseCalendar } from '../../src/ical/text.ts'
import { useExchange } from './exchange.ts'

const HEAD = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Kalends tests//EN']

describe('how many mails a change is', () => {
  const exchange = useExchange()

  /** A weekly meeting of alice's with carol, whose instances are what `components` say. */
  function series(master: readonly string[], ...overrides: (readonly string[])[]): string {
    const people = [
      `ORGANIZER:mailto:${exchange().alice.email}`,
      `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${exchange().alice.email}`,
    ]
    const component = (lines: readonly string[]) => [
      'BEGIN:VEVENT',
      `UID:weekly-${count}`,
      'DTSTAMP:20261101T000000Z',
      'SUMMARY:Weekly',
      ...people,
      ...lines,
      'END:VEVENT',
    ]
    const components = [['DTSTART:20261201T090000Z', 'RRULE:FREQ=WEEKLY;COUNT=10', ...master], ...overrides]
    return [...HEAD, ...components.flatMap(component), 'END:VCALENDAR', ''].join('\r\n')
  }

  let count = 0
  const carol = 'ATTENDEE:mailto:carol@gmail.example'

  function instance(day: string, hour: string, ...lines: readonly string[]): string[] {
    return [`RECURRENCE-ID:202612${day}T090000Z`, `DTSTART:202612${day}T${hour}0000Z`, ...lines]
  }

  /** METHOD and instances of each mail since the last look; `series` is the master. */
  async function told(): Promise<string[]> {
    const { peer } = exchange()
    while ((await exchange().send()) > 0) {}
    return peer.mails.splice(0).map(({ text }) => {
      const part =
        /content-type: application\/ics[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/i.exec(text)?.[1] ?? ''
      const calendar = parseCalendar(Buffer.from(part, 'base64').toString('utf8'))
      const value = (of: { properties: readonly { name: string; value: string }[] }, name: string) =>
        of.properties.filter((each) => each.name === name).map((each) => each.value)
      const named = calendar.components
        .filter(({ name }) => name === 'VEVENT')
        .map(
          (each) =>
            value(each, 'RECURRENCE-ID')[0] ?? `series${value(each, 'EXDATE').map((day) => `-${day}`)}`,
        )
      return [...value(calendar, 'METHOD'), ...named].join(' ')
    })
  }

  beforeEach(async () => {
    count += 1
    await exchange().put('w.ics', series([carol]))
    expect(await told()).to.deep.equal(['REQUEST series'])
  })

  it('one when the series and several of its instances change', async () => {
    const text = series([carol, 'LOCATION:Canteen'], instance('08', '10', carol), instance('15', '11', carol))
    await exchange().put('w.ics', text)
    expect(await told()).to.deep.equal(['REQUEST series 20261208T090000Z 20261215T090000Z'])
  })

  it('none at once to the others when guests are added one by one, to a series with an instance of its own', async () => {
    const moved = (...guests: string[]) => series(guests, instance('08', '10', ...guests))
    await exchange().put('w.ics', moved(carol))
    expect(await told()).to.have.length(1)
    const [dora, emil, fritz] = ['dora', 'emil', 'fritz'].map(
      (name) => `ATTENDEE:mailto:${name}@gmail.example`,
    )
    const guests = [carol]
    for (const guest of [dora, emil, fritz] as string[]) {
      guests.push(guest)
      await exchange().put('w.ics', moved(...guests))
      expect(await told(), guest).to.deep.equal(['REQUEST series 20261208T090000Z'])
    }
    await exchange().pass(11 * 60)
    expect(await told()).to.have.length(3)
  })

  it('one when several instances are moved', async () => {
    const days = ['08', '15', '22', '29']
    await exchange().put('w.ics', series([carol], ...days.map((day) => instance(day, '13', carol))))
    expect(await told()).to.deep.equal([`REQUEST ${days.map((day) => `202612${day}T090000Z`).join(' ')}`])
  })

  it('one when several instances are taken out', async () => {
    await exchange().put('w.ics', series([carol, 'EXDATE:20261208T090000Z,20261215T090000Z']))
    expect(await told()).to.deep.equal(['CANCEL 20261208T090000Z 20261215T090000Z'])
  })

  it('one when an instance is taken out and others are moved: the whole series says both', async () => {
    const text = series(
      [carol, 'EXDATE:20261222T090000Z'],
      instance('08', '10', carol),
      instance('15', '11', carol),
    )
    await exchange().put('w.ics', text)
    expect(await told()).to.deep.equal(['REQUEST series-20261222T090000Z 20261208T090000Z 20261215T090000Z'])
  })

  it('one when she is left out of one instance, and another is moved', async () => {
    await exchange().put('w.ics', series([carol], instance('08', '09'), instance('15', '11', carol)))
    expect(await told()).to.deep.equal(['REQUEST series-20261208T090000Z 20261215T090000Z'])
  })

  it('two when she keeps single instances of a series she is left out of: no one message says that', async () => {
    await exchange().put('w.ics', series([], instance('08', '10', carol)))
    expect(await told()).to.deep.equal(['CANCEL series', 'REQUEST 20261208T090000Z'])
  })

  it('none when the same is stored again', async () => {
    await exchange().put('w.ics', series([carol]))
    expect(await told()).to.deep.equal([])
  })
})

describe('how many mails an answer is', () => {
  const exchange = useExchange()

  it('one, for the series, an instance of it, and one that is deleted', async () => {
    const { alice, peer } = exchange()
    const event = (lines: readonly string[], partstat: string) => [
      'BEGIN:VEVENT',
      'UID:theirs',
      'DTSTAMP:20261101T000000Z',
      'SUMMARY:Weekly',
      'ORGANIZER:mailto:dora@partner.example',
      `ATTENDEE;PARTSTAT=${partstat}:mailto:${alice.email}`,
      ...lines,
      'END:VEVENT',
    ]
    const text = (...components: (readonly string[])[]) =>
      [...HEAD, ...components.flat(), 'END:VCALENDAR', ''].join('\r\n')
    const when = ['DTSTART:20261201T090000Z', 'RRULE:FREQ=WEEKLY;COUNT=10']
    await exchange().put('t.ics', text(event(when, 'NEEDS-ACTION')))
    while ((await exchange().send()) > 0) {}
    peer.mails.splice(0)
    const second = ['RECURRENCE-ID:20261208T090000Z', 'DTSTART:20261208T090000Z']
    await exchange().put(
      't.ics',
      text(event([...when, 'EXDATE:20261215T090000Z'], 'ACCEPTED'), event(second, 'TENTATIVE')),
    )
    while ((await exchange().send()) > 0) {}
    expect(peer.mails.map(({ to }) => to)).to.deep.equal([['dora@partner.example']])
    expect(peer.mails[0]?.text).to.contain('method=REPLY')
  })
})
