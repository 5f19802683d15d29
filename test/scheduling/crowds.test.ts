import { expect } from 'chai'
import { planOrganizer } from '../../src/scheduling/organizer.ts'
import { cpuMs } from '../support/cpu-time.ts'
import { ALICE, attendee, event, NOW, own, vevent } from './support.ts'

describe('a meeting of very many', () => {
  it('costs about as much for each person as one of few', () => {
    const plan = (people: number) => {
      const lines = Array.from({ length: people }, (_, n) => attendee(`mailto:p${n}@elsewhere.example`))
      const object = event(vevent(...lines))
      return cpuMs(() => {
        expect(planOrganizer(undefined, object, { own: own(ALICE), now: NOW }).messages).to.have.length(
          people,
        )
      })
    }
    plan(1000)
    const few = Math.min(plan(1000), plan(1000), plan(1000))
    // Eight times as many people: sixty-four times the work if each looked at every other.
    expect(plan(8000) / few).to.be.below(32)
  })
})
