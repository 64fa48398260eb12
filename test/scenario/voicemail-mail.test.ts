// A message left with sipp arrives by mail, with what was said in it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { levelAt, readWav } from '#test/audio.ts'
import { read } from '#test/desk.ts'
import { startDovecot } from '#test/dovecot.ts'
import { listens } from '#test/hearing.ts'
import { PromptEar } from '#test/hears-prompt.ts'
import { openOffice, ourNumber } from '#test/office.ts'
import { startSmtpSink } from '#test/smtp-sink.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

test('C9: the people of the plan get the message by mail, with its sound', async () => {
  await using dovecot = await startDovecot()
  await using smtp = await startSmtpSink(dovecot)
  await using office = await openOffice()
  const { desk, carrier } = office
  const local = { host: '127.0.0.1', security: 'none' as const }
  const { address, imapPort, username, password } = dovecot
  const servers = { imap: { ...local, port: imapPort }, smtp: { ...local, port: smtp.port } }
  await read(
    desk.api.mailboxes.$post({
      json: { label: 'Office', address, ...servers, username, password, skillIds: [] },
    }),
  )
  const voicemail = {
    kind: 'voicemail',
    greeting: null,
    skills: [],
    mailTo: ['bob@acme.example'],
    maxMs: 60_000,
  }
  const plan = { language: 'en', hoursId: null, open: [voicemail], closed: [], holiday: null }
  await read(desk.api.plans[':id'].$put({ param: { id: ourNumber }, json: plan }))

  const ear = new PromptEar(carrier.sound)
  await carrier.calls('caller-calls-obeys', { caller: '+420600000850', called: ourNumber })
  await ear.hears('leave-a-message')
  carrier.say(700)
  await listens(carrier.sound, 4)
  await carrier.sound.press(11)
  await ear.hears('message-kept')
  await carrier.done()

  const mail = await waitUntil('the mail arrived', () => smtp.messages[0], 20_000)
  expect(mail.to).toEqual(['bob@acme.example'])
  expect(mail.raw).toMatch(/^Subject: Voicemail from 600 000 850/m)
  const sound = /Content-Type: audio\/wav[\s\S]*?\r?\n\r?\n([A-Za-z0-9+/=\r\n]+)/.exec(mail.raw)?.[1] ?? ''
  using folder = tempFolder()
  const path = join(folder.path, 'message.wav')
  writeFileSync(path, Buffer.from(sound, 'base64'))
  const { channels, rate } = readWav(path)
  expect([rate, channels.length]).toEqual([8000, 1])
  expect(levelAt(channels[0]?.subarray(16_000, 24_000) ?? new Int16Array(0), 700)).toBeGreaterThan(-13)
  await office.quiet()
})
