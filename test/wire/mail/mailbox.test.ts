import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { findMail, mailsOf } from '#mail/mail-store.ts'
import { getMailbox, type MailboxInput } from '#mail/mailbox.ts'
import { type MailService, startMail } from '#mail/start-mail.ts'
import { openStore, type Store, type Tenant } from '#store/store.ts'
import { listTasks } from '#tasks/list-tasks.ts'
import { startTasks, type Tasks } from '#tasks/start-tasks.ts'
import { type Dovecot, startDovecot } from '#test/dovecot.ts'
import { type SmtpSink, startSmtpSink } from '#test/smtp-sink.ts'
import { waitUntil } from '#test/wait-until.ts'

let dovecot: Dovecot
let smtp: SmtpSink
let store: Store
let tenant: Tenant
let mail: MailService
let tasks: Tasks

beforeEach(async () => {
  dovecot = await startDovecot()
  smtp = await startSmtpSink(dovecot)
  const dataFolder = mkdtempSync(join(tmpdir(), 'cordboard-'))
  store = openStore({ dataFolder, clock: systemClock, log: silentLog })
  tenant = store.createTenant({ name: 'Acme', country: 'CZ', timeZone: 'Europe/Prague' })
  startServices()
})

afterEach(async () => {
  await stopServices()
  store[Symbol.dispose]()
  await smtp[Symbol.asyncDispose]()
  await dovecot[Symbol.asyncDispose]()
})

function startServices(): void {
  tasks = startTasks({ store, clock: systemClock, log: silentLog })
  mail = startMail({ store, clock: systemClock, log: silentLog })
}

async function stopServices(): Promise<void> {
  await mail[Symbol.asyncDispose]()
  tasks[Symbol.dispose]()
}

function settings(more: { password?: string } = {}): MailboxInput {
  const local = { host: '127.0.0.1', security: 'none' as const }
  return {
    label: 'Office',
    address: dovecot.address,
    imap: { ...local, port: dovecot.imapPort },
    smtp: { ...local, port: smtp.port },
    username: dovecot.username,
    password: dovecot.password,
    skillIds: ['billing'],
    ...more,
  }
}

async function watchedMailbox(): Promise<string> {
  const { id } = mail.addMailbox(tenant, settings())
  await waitUntil('the mailbox is watched', () => getMailbox(tenant.db, id).state === 'ok')
  return id
}

function message(subject: string, headers: readonly string[] = [], body = 'Where is my invoice?'): string {
  return [
    'From: Alice <alice@example.com>',
    'To: office@acme.example',
    `Subject: ${subject}`,
    ...headers,
    '',
    body,
  ].join('\n')
}

const openTasks = () => listTasks(tenant.db, { status: 'open' })
const taskCount = (count: number) =>
  waitUntil(`${count} tasks`, () => openTasks().length === count && openTasks())

test('M1: a delivered mail is a task within two seconds, raw message kept, nothing marked as seen', async () => {
  await watchedMailbox()
  const deliveredAt = Date.now()

  await dovecot.deliver(message('Invoice 2231', ['Message-ID: <1@example.com>']))
  const [task] = await taskCount(1)

  expect(Date.now() - deliveredAt).toBeLessThan(2_000)
  expect(task).toMatchObject({
    title: 'Invoice 2231',
    kind: 'email',
    skillIds: ['billing'],
    customer: { name: 'Alice', address: 'alice@example.com' },
  })
  const [stored] = mailsOf(tenant.db, task?.conversationId ?? '')
  expect(stored).toMatchObject({
    text: 'Where is my invoice?',
    messageId: '<1@example.com>',
    state: 'received',
  })
  expect(
    readdirSync(tenant.mailFolder, { recursive: true }).filter((file) => String(file).endsWith('.eml')),
  ).toHaveLength(1)
})

test('M2, M3: a reply leaves by SMTP with In-Reply-To and References, and the answer to it joins the same task', async () => {
  await watchedMailbox()
  await dovecot.deliver(
    message('Invoice 2231', ['Message-ID: <1@example.com>', 'References: <0@example.com>']),
  )
  const [task] = await taskCount(1)
  const conversationId = task?.conversationId ?? ''

  await mail.reply(tenant, { conversationId, userId: 'bob', userName: 'Bob', text: 'It is on its way.' })
  await waitUntil('the reply left', () => smtp.messages.length === 1)

  const raw = (smtp.messages[0]?.raw ?? '').replace(/\r\n\s+/g, ' ')
  expect(smtp.messages[0]?.to).toEqual(['alice@example.com'])
  expect(raw).toMatch(/^In-Reply-To: <1@example\.com>\r?$/m)
  expect(raw).toMatch(/^References: <0@example\.com> <1@example\.com>\r?$/m)
  expect(raw).toMatch(/^Subject: Re: Invoice 2231\r?$/m)
  const ownId = /^Message-ID: (<.+>)\r?$/m.exec(raw)?.[1] ?? ''
  await waitUntil('it counts as sent', () => mailsOf(tenant.db, conversationId).at(-1)?.state === 'sent')

  await dovecot.deliver(
    message('A new subject', [`In-Reply-To: ${ownId}`, 'Message-ID: <2@example.com>'], 'Thanks!'),
  )
  await waitUntil('the answer joined', () => mailsOf(tenant.db, conversationId).length === 3)
  await tasks.caughtUp()
  expect(openTasks()).toMatchObject([{ id: task?.id, note: 'new reply', assigneeId: 'bob' }])
})

test('M3: a forged id of ours and a mere subject start a new conversation', async () => {
  await watchedMailbox()
  await dovecot.deliver(message('Invoice 2231', ['Message-ID: <1@example.com>']))
  const [task] = await taskCount(1)
  const forged = `<cb.${task?.conversationId}.${task?.conversationId}.0123456789abcdef@acme.example>`

  await dovecot.deliver(
    message('Re: Invoice 2231', [`In-Reply-To: ${forged}`, 'Message-ID: <9@evil.example>']),
  )

  await taskCount(2)
})

test('M1: what arrives while we are away is taken in after the start, and nothing twice', async () => {
  await watchedMailbox()
  await dovecot.deliver(message('first', ['Message-ID: <1@example.com>']))
  await taskCount(1)
  await stopServices()
  await dovecot.deliver(message('second', ['Message-ID: <2@example.com>']))

  startServices()

  await taskCount(2)
  expect(openTasks().map((task) => task.title)).toEqual(['first', 'second'])
})

test('M1: mail that was there before the mailbox was added makes no tasks', async () => {
  await dovecot.deliver(message('history'))
  await watchedMailbox()

  await dovecot.deliver(message('news'))

  expect((await taskCount(1)).map((task) => task.title)).toEqual(['news'])
})

test('M1: a new UIDVALIDITY brings no task twice and loses none', async () => {
  const id = await watchedMailbox()
  await dovecot.deliver(message('first'))
  await taskCount(1)

  await dovecot.renumber()
  await dovecot.deliver(message('second'))
  mail.checkNow(id)

  expect(
    (await waitUntil('the second task', () => openTasks().length === 2 && openTasks(), 15_000)).map(
      (task) => task.title,
    ),
  ).toEqual(['first', 'second'])
})

test('M8: a refused password pauses the mailbox with a sentence; the new one starts it again', async () => {
  const { id } = mail.addMailbox(tenant, settings({ password: 'wrong' }))
  await waitUntil('it pauses', () => getMailbox(tenant.db, id).state === 'credentials')
  expect(getMailbox(tenant.db, id).sentence).toBe('127.0.0.1 refused the user name or password.')

  mail.changePassword(tenant, id, dovecot.password)

  await waitUntil('it works', () => getMailbox(tenant.db, id).state === 'ok')
})

test('M8: a dead server is network trouble: it comes back by itself', { timeout: 40_000 }, async () => {
  const id = await watchedMailbox()
  await dovecot.stop()
  // Dovecot lets go of idle clients only some seconds after it was told to stop.
  await waitUntil('the trouble shows', () => getMailbox(tenant.db, id).state === 'network', 15_000)

  await dovecot.start()

  await waitUntil('it works again', () => getMailbox(tenant.db, id).state === 'ok', 15_000)
})

test('M2: a refused reply is told on the task, kept, and not tried again', async () => {
  await watchedMailbox()
  await dovecot.deliver(message('Invoice 2231'))
  const [task] = await taskCount(1)
  smtp.refuseWith = 550

  const reply = await mail.reply(tenant, {
    conversationId: task?.conversationId ?? '',
    userId: 'bob',
    userName: 'Bob',
    text: 'Hello',
  })

  await waitUntil('it failed', () => findMail(tenant.db, reply.id)?.state === 'failed')
  await tasks.caughtUp()
  expect(openTasks()).toMatchObject([{ note: 'reply not sent' }])
})

test('M5: a mail nobody can read becomes a visible task and stops none after it', async () => {
  await watchedMailbox()

  await dovecot.deliver('Subject: no sender at all\n\nboo')
  await dovecot.deliver(message('healthy'))

  expect((await taskCount(2)).map((task) => task.title).sort()).toEqual(['Mail we could not read', 'healthy'])
})

test('M7: settings are tried out against both servers before they are kept', async () => {
  await mail.tryOut(settings())

  await expect(mail.tryOut(settings({ password: 'wrong' }))).rejects.toMatchObject({
    code: 'mail.credentials',
  })
})
