import { chmod, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Dovecot, MAIL_ID, startDovecot } from '../../test/mail/dovecot.ts'
import { type SmtpPeer, startPeer } from '../../test/mail/smtp-peer.ts'
import { command, mustRun } from '../command.ts'
import { type Account, freePort } from '../server.ts'
import { openPostfix, type Postfix } from './postfix.ts'
import { openSetting, type ServerProcess, type Setting } from './setting.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/kalends.js', import.meta.url))
/** Mail for the reply domain that is not delivered otherwise ends in this mailbox, which the server watches. */
const CATCH_ALL = 'answers@kal.example'

/** The server, a mail server on each side of it, and people on both. */
export interface MailWorld {
  readonly setting: Setting
  readonly server: ServerProcess
  readonly postfix: Postfix
  readonly dovecot: Dovecot
  /** Where mail for `unknown.example` ends: a server that refuses all of it. */
  readonly refusing: SmtpPeer
  readonly alice: Account
  readonly bob: Account
  /** Can the account that Postfix pipes as run the program? */
  readonly hasPipe: boolean
  close(): Promise<void>
}

export async function openMailWorld(): Promise<MailWorld> {
  const setting = await openSetting()
  const dovecot = await startDovecot()
  const refusing = await startPeer()
  refusing.refuseWith = 550
  const lmtpPort = await freePort()
  const settings = {
    MAIL_FROM: 'Calendar <calendar@kal.example>',
    MAIL_REPLY_DOMAIN: 'kal.example',
    MAIL_SECRET: 'a secret of sixteen octets or more',
    MAIL_LISTEN: `lmtp://127.0.0.1:${lmtpPort}`,
    IMAP_URL: dovecot.urlOf(CATCH_ALL),
  }
  const pipe = await pipeOf(setting)
  const postfix = await openPostfix({
    mailboxes: { 'carol@gmail.example': 'carol@gmail.example/', '@kal.example': `${CATCH_ALL}/` },
    mailFolder: dovecot.mailFolder,
    mailId: MAIL_ID,
    transports: {
      'kal.example': `lmtp:inet:127.0.0.1:${lmtpPort}`,
      'unknown.example': `smtp:[127.0.0.1]:${new URL(refusing.url).port}`,
    },
    relayDomains: ['kal.example', 'unknown.example'],
    pipe,
  })
  const smtp = { ...settings, SMTP_URL: `smtp://127.0.0.1:${postfix.port}?tls=off` }
  await writeProgram(pipe.program, setting, smtp)
  await postfix.start()
  const [alice, bob] = [await setting.addAccount('alice'), await setting.addAccount('bob')]
  const server = await setting.serve(smtp)
  return {
    setting,
    server,
    postfix,
    dovecot,
    refusing,
    alice,
    bob,
    hasPipe: pipe.isRunnable,
    async close() {
      await setting.close()
      await postfix.stop()
      await postfix.remove()
      await dovecot.stop()
      await refusing.close()
    },
  }
}

/** Postfix pipes as anybody but root: whoever owns the database may reach it. */
async function pipeOf({ databaseUrl, dataDir }: Setting) {
  const { uid } = await stat(new URL(databaseUrl).searchParams.get('host') ?? dataDir)
  const user = (await mustRun('id', ['-nu', String(uid)])).trim()
  const args = [`--reuid=${uid}`, '--clear-groups', process.execPath, PROGRAM, '--version']
  const { code } = await command('setpriv', args)
  return { program: join(dataDir, 'deliver'), user, isRunnable: code === 0 }
}

async function writeProgram(
  program: string,
  { databaseUrl, dataDir }: Setting,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const all = Object.entries({ ...settings, DATABASE_URL: databaseUrl, DATA_DIR: dataDir })
  const exports = all.map(([name, value]) => `export ${name}='${value}'`)
  const run = `exec '${process.execPath}' '${PROGRAM}' mail deliver "$1"`
  await writeFile(program, ['#!/bin/sh', `cd '${dataDir}'`, ...exports, run, ''].join('\n'))
  await chmod(program, 0o755)
  await chmod(dataDir, 0o711)
}
