// A call for help leaves as a mail through the company's own server.
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { startMail } from '#mail/start-mail.ts'
import { createUser } from '#people/user.ts'
import { appendFact } from '#store/facts.ts'
import { startSmtpSink } from '#test/smtp-sink.ts'
import { testStore } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

test('the admins get the mail from the first mailbox, in no conversation', async () => {
  using kept = testStore()
  const { store, tenant, db } = kept
  const account = { username: 'office', password: 'secret' }
  await using smtp = await startSmtpSink(account)
  await using mail = startMail({ store, clock: systemClock, log: silentLog })
  const local = { host: '127.0.0.1', security: 'none' as const }
  mail.addMailbox(tenant, {
    label: 'Office',
    address: 'office@acme.example',
    // Nothing listens there: what goes out does not wait for what comes in.
    imap: { ...local, port: 9 },
    smtp: { ...local, port: smtp.port },
    skillIds: [],
    ...account,
  })
  const now = systemClock.now()
  const bob = createUser(db, { name: 'Bob', email: 'bob@acme.example', role: 'admin' }, now)
  const body = { callId: 'c', at: now, userId: bob.id, number: '112', location: 'Main street 1' }
  db.transaction(() => appendFact(db, { kind: 'emergency-called', at: now, body }))
  const [sent] = await waitUntil('the mail left', () => smtp.messages.length > 0 && smtp.messages, 20_000)

  expect(sent?.to).toEqual(['bob@acme.example'])
  expect(sent?.raw).toContain('Subject: Emergency call: Bob called 112')
  expect(sent?.raw).toContain('Location: Main street 1')
})
