// A mailbox on a real Dovecot, through the whole program: mail becomes a task, the reply from the task reaches the customer.
import { expect, test } from 'vitest'
import { startAppliance } from '#test/appliance.ts'
import { read } from '#test/desk.ts'
import { startDovecot } from '#test/dovecot.ts'
import { startSmtpSink } from '#test/smtp-sink.ts'
import { waitUntil } from '#test/wait-until.ts'

test('M1, M2: a delivered mail is a task within two seconds, and the reply from the task arrives threaded', async () => {
  await using dovecot = await startDovecot()
  await using smtp = await startSmtpSink(dovecot)
  await using appliance = await startAppliance()
  const desk = await appliance.setUp()
  const local = { host: '127.0.0.1', security: 'none' as const }
  const json = {
    label: 'Office',
    address: dovecot.address,
    imap: { ...local, port: dovecot.imapPort },
    smtp: { ...local, port: smtp.port },
    username: dovecot.username,
    password: dovecot.password,
    skillIds: [],
  }
  await read(desk.api.mailboxes.$post({ json }))
  const light = async () => (await read(desk.api.mailboxes.$get()))[0]?.light
  await waitUntil('the mailbox is green', async () => (await light()) === 'green')
  const mailTasks = async () =>
    (await read(desk.api.tasks.$get({ query: { status: 'open' } }))).filter(({ kind }) => kind === 'email')

  const deliveredAt = Date.now()
  await dovecot.deliver(
    'From: Alice <alice@example.com>\nTo: office@acme.example\nSubject: Invoice 2231\nMessage-ID: <1@example.com>\n\nWhere is it?',
  )
  const [task] = await waitUntil('the task', async () => {
    const tasks = await mailTasks()
    return tasks.length === 1 && tasks
  })
  expect(Date.now() - deliveredAt).toBeLessThan(2_000)
  expect(task).toMatchObject({ title: 'Invoice 2231' })

  const reply = { param: { id: task?.id ?? '' }, json: { text: 'It left this morning.' } }
  await read(desk.api.tasks[':id'].replies.$post(reply))

  await waitUntil('the reply arrived', () => smtp.messages.length === 1)
  expect(smtp.messages[0]?.to).toEqual(['alice@example.com'])
  expect(smtp.messages[0]?.raw).toMatch(/^In-Reply-To: <1@example\.com>\r?$/m)
  await waitUntil('the task says so', async () => (await mailTasks())[0]?.note === 'answered')
})
