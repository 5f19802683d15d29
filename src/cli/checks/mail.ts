import type { Config } from '../../config.ts'
import { createSmtp } from '../../mail/smtp.ts'
import { reasonOf } from '../../start-error.ts'
import { type Finding, failed, ok, skipped } from './finding.ts'

/** Does the mail server of SMTP_URL answer, encrypt as it was asked to, and accept the login? Nothing is sent. */
export async function checkMail({
  smtpUrl,
  mailFrom,
}: Pick<Config, 'smtpUrl' | 'mailFrom'>): Promise<Finding> {
  if (smtpUrl === undefined) return skipped('mail', 'SMTP_URL is not set: invitations stay on this server')
  const { host } = new URL(smtpUrl)
  const transport = createSmtp({ url: smtpUrl, connections: 1 })
  try {
    await transport.verify()
    return ok('mail', `${host} takes mails from ${mailFrom?.address ?? 'here'}`)
  } catch (error) {
    return failed('mail', `the mail server ${host} (SMTP_URL) cannot be used: ${reasonOf(error)}`)
  } finally {
    transport.close()
  }
}
