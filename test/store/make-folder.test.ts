import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeFolder } from '../../src/store/make-folder.ts'

describe('makeFolder', () => {
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'make-folder-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function codeOf(attempt: Promise<void>): Promise<string | undefined> {
    return attempt.then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    )
  }

  it('makes every folder that is missing, with the mode', async () => {
    await makeFolder(join(folder, 'a', 'b'), 0o700)
    expect((await stat(join(folder, 'a', 'b'))).mode & 0o777).to.equal(0o700)
  })

  it('leaves one that is there', async () => {
    await makeFolder(folder)
    expect(await codeOf(makeFolder(folder))).to.equal(undefined)
  })

  it('fails below a file', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(await codeOf(makeFolder(join(folder, 'file', 'data')))).to.equal('ENOTDIR')
  })

  it('ends where nothing can be made', async function () {
    if (!existsSync('/proc/self')) this.skip()
    expect(await codeOf(makeFolder('/proc/nope/data'))).to.equal('ENOENT')
  })
})
