import { setTimeout as wait } from 'node:timers/promises'
import { type SmtpPeer, startPeer } from '../../test/mail/smtp-peer.ts'
import { Checks, expectThat } from '../checks.ts'
import { type Meeting, Organizer } from './organizer.ts'
import { openSetting, type Setting } from './setting.ts'
import { type Effects, effectsOf, expireLeases, isAllSent } from './written-effects.ts'

const ORGANIZERS = 4
/** Longest time under load before a kill: longer than the sender's pause between two looks. */
const LOAD_MS = 1300

/**
 * Kills the server at random moments while people invite others, here and by mail; each time another is started.
 * Whatever was acknowledged must be there in the end, and every message must have had its effect exactly once.
 */
export async function run(options: { kills: number }): Promise<Checks> {
  const checks = new Checks('kills')
  const setting = await openSetting()
  const peer = await startPeer()
  try {
    const guests = [await setting.addAccount('bob'), await setting.addAccount('carol')]
    const organizers: Organizer[] = []
    for (let n = 0; n < ORGANIZERS; n += 1) {
      const account = await setting.addAccount(`organizer${n}`)
      organizers.push(new Organizer(account, [...guests.map(({ email }) => email), outsider(n)]))
    }
    for (let kill = 0; kill < options.kills; kill += 1) await killOnce(setting, peer, organizers)
    const meetings = await settle(setting, peer, organizers)
    await judge(checks, meetings, await effectsOf(setting.store, guests, peer.mails), options.kills)
  } finally {
    await setting.close()
    await peer.close()
  }
  return checks
}

function outsider(number: number): string {
  return `outsider${number}@elsewhere.example`
}

function start(setting: Setting, peer: SmtpPeer) {
  return setting.serve({
    SMTP_URL: peer.url,
    MAIL_FROM: 'Calendar <calendar@example.test>',
    MAIL_MAX_CANCELS: '1000000',
    MAIL_SENDS_PER_HOUR: '1000000',
    MAIL_INVITATIONS_PER_HOUR: '1000000',
  })
}

/** Starts, finds out what became of the writes cut off last time, works, and kills in the middle of it. */
async function killOnce(setting: Setting, peer: SmtpPeer, organizers: readonly Organizer[]): Promise<void> {
  await expireLeases(setting.store)
  const server = await start(setting, peer)
  for (const organizer of organizers) await organizer.lookUp(server.rootUrl)
  const working = organizers.map((organizer) => organizer.work(server.rootUrl))
  await wait(Math.random() * LOAD_MS)
  await server.stop('SIGKILL')
  await Promise.all(working)
}

/** Starts for the last time and lets everything be sent. */
async function settle(
  setting: Setting,
  peer: SmtpPeer,
  organizers: readonly Organizer[],
): Promise<readonly Meeting[]> {
  await expireLeases(setting.store)
  const server = await start(setting, peer)
  for (const organizer of organizers) await organizer.lookUp(server.rootUrl)
  const deadline = Date.now() + 120_000
  while (!(await isAllSent(setting.store))) {
    expectThat(Date.now() < deadline, 'mails still wait')
    await wait(100)
  }
  await server.stop('SIGTERM')
  return organizers.flatMap(({ meetings }) => meetings)
}

async function judge(
  checks: Checks,
  meetings: readonly Meeting[],
  effects: Effects,
  kills: number,
): Promise<void> {
  const sum = (of: (meeting: Meeting) => number) => meetings.reduce((total, each) => total + of(each), 0)
  console.log(
    `  ${kills} kills; ${meetings.length} meetings, ${sum((each) => each.acknowledged)} writes acknowledged, ` +
      `${sum((each) => each.unheard)} committed and not acknowledged, ${sum((each) => each.undone)} cut off without effect; ` +
      `${effects.mails} mails, ${effects.repeated} of them again under the same Message-ID`,
  )
  const eachOne = (what: string, problem: (meeting: Meeting) => string | undefined) =>
    checks.check(what, () => {
      const problems = meetings.flatMap((meeting) => problem(meeting) ?? [])
      expectThat(problems.length === 0, `${problems.length} wrong:\n${problems.slice(0, 20).join('\n')}`)
    })
  await eachOne('every acknowledged write is there', ({ lost }) => lost)
  await eachOne('every guest has exactly one copy, and it says what the organizer’s says', (meeting) => {
    const copies = effects.copiesOf(meeting.uid)
    const wanted = meeting.isGone ? /^STATUS:CANCELLED\r/m : new RegExp(`^SUMMARY:${meeting.summary}\r`, 'm')
    const isMade = meeting.told.length > 0
    const isRight = copies.length === (isMade ? 2 : 0) && copies.every((copy) => wanted.test(copy))
    return isRight
      ? undefined
      : `${meeting.uid} ${meeting.summary}: ${copies.length} copies\n${copies.join('\n')}`
  })
  await eachOne('every guest’s inbox shows every message once', ({ uid, effective }) => {
    const items = effects.inboxItemsOf(uid)
    return items === 2 * effective ? undefined : `${uid}: ${items} items for two guests, ${effective} changes`
  })
  await eachOne('every mail came once, but for repetitions under its Message-ID, and in order', (meeting) => {
    const told = effects.mailedOf(meeting.uid).join(', ')
    const wanted = meeting.told.join(', ')
    return told === wanted ? undefined : `${meeting.uid}: ${told} instead of ${wanted}`
  })
  await eachOne('every event says that its mail was sent', ({ uid, isGone, told }) => {
    if (isGone || told.length === 0) return undefined
    const status = effects.statusesOf(uid).join(', ')
    return status === '1.1' ? undefined : `${uid}: ${status}`
  })
}
