import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { type EmbeddedPostgres, openEmbedded } from '../../src/store/embedded.ts'
import { isRunning } from '../../src/store/embedded-files.ts'
import { VOLATILE_SETTINGS } from '../../src/store/embedded-settings.ts'

describe('the embedded Postgres', function () {
  this.timeout(60_000)
  let folder: string

  before(async function () {
    if ((process.env.TEST_DATABASE_URL ?? '') !== '') this.skip()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kalends-embedded-'))
  })
  afterEach(async () => {
    const postmaster = await postmasterOf(folder)
    if (postmaster !== undefined) process.kill(postmaster, 'SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const open = () => openEmbedded(folder, VOLATILE_SETTINGS)
  const query = async ({ url }: EmbeddedPostgres, sql: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }

  it('keeps its data from one start to the next, and is gone in between', async () => {
    const first = await open()
    await query(first, 'create table kept as select 1 as n')
    const postmaster = await postmasterOf(folder)
    expect(await isUp(postmaster)).to.equal(true)
    await first.close()
    expect(await isUp(postmaster)).to.equal(false)
    const second = await open()
    expect(await query(second, 'select n from kept')).to.deep.equal([{ n: 1 }])
    await second.close()
  })

  it('keeps its password to itself', async () => {
    const opened = await open()
    expect((await stat(join(folder, 'postgres.password'))).mode & 0o777).to.equal(0o600)
    const wrong = { ...opened, url: opened.url.replace(/:[^:@]+@/, ':wrong@') }
    const refused = await query(wrong, 'select 1').catch((error) => error.code)
    expect(refused).to.equal('28P01')
    await opened.close()
  })

  it('is shared by all who open it, and stopped by the last', async () => {
    const [one, two, three] = await Promise.all([open(), open(), open()])
    const postmaster = await postmasterOf(folder)
    await one.close()
    await two.close()
    expect(await query(three, 'select 1 as n')).to.deep.equal([{ n: 1 }])
    const late = await open()
    await Promise.all([three.close(), late.close()])
    expect(await isUp(postmaster)).to.equal(false)
  })

  it('is adopted after its process was killed, and recovers after it was killed itself', async () => {
    const child = await openInChild(folder, {})
    const postmaster = await postmasterOf(folder)
    child.kill('SIGKILL')
    const adopted = await openEmbedded(folder)
    expect(await postmasterOf(folder)).to.equal(postmaster)
    await query(adopted, 'create table kept as select 1 as n')
    process.kill(postmaster as number, 'SIGKILL')
    const recovered = await openEmbedded(folder)
    expect(await query(recovered, 'select n from kept')).to.deep.equal([{ n: 1 }])
    await adopted.close()
    await recovered.close()
    expect(await isUp(await postmasterOf(folder))).to.equal(false)
  })

  it('survives the Ctrl-C of a terminal, which is meant for its process', async () => {
    const child = await openInChild(folder, VOLATILE_SETTINGS, true)
    process.kill(-(child.pid as number), 'SIGINT')
    await new Promise((done) => child.on('exit', done))
    const adopted = await open()
    expect(await query(adopted, 'select 1 as n')).to.deep.equal([{ n: 1 }])
    await adopted.close()
  })

  it('works where the path is too long for a socket', async () => {
    const deep = join(folder, 'x'.repeat(60), 'y'.repeat(60))
    const opened = await openEmbedded(deep, VOLATILE_SETTINGS)
    expect(await query(opened, 'select 1 as n')).to.deep.equal([{ n: 1 }])
    await opened.close()
  })

  it('says in one sentence why it cannot start', async () => {
    const message = await openEmbedded(folder, { ...VOLATILE_SETTINGS, shared_buffers: 'many' }).catch(
      (error: Error) => error.message,
    )
    expect(message).to.match(/did not start: .*shared_buffers/)
  })
})

async function postmasterOf(folder: string): Promise<number | undefined> {
  const file = join(folder, 'postgres', 'cluster', 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => '')
  return text === '' ? undefined : Number.parseInt(text, 10)
}

async function isUp(pid: number | undefined): Promise<boolean> {
  return pid !== undefined && (await isRunning(pid))
}

/** Another process that has it open. */
async function openInChild(
  folder: string,
  settings: Readonly<Record<string, string>>,
  detached = false,
): Promise<ChildProcess> {
  const script = `
    import { openEmbedded } from './src/store/embedded.ts'
    openEmbedded(${JSON.stringify(folder)}, ${JSON.stringify(settings)}).then(() => console.log('open'))
  `
  const args = ['--import', 'tsx', '--input-type=module', '-e', script]
  const child = spawn(process.execPath, args, { detached, stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)))
  })
  return child
}
