import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Office, openOffice } from '#test/fakes/office.ts'
import { waitUntil } from '#test/wait-until.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const isRecording = () => office.calls.liveCalls(office.tenant)[0]?.recording
const files = () => readdirSync(office.tenant.recordingsFolder)

test('a number that is recorded: the customer leg is recorded from the bridge to the end, then the file is in place', async () => {
  const talking = await office.talk({ recording: true })
  await waitUntil('the recording', isRecording)
  expect(files()).toEqual([expect.stringMatching(/\.part\.wav$/)])

  talking.caller.farEndHangsUp()
  await waitUntil('the file', () => office.story().includes('recording-ready'))

  const { file } = { file: '', ...office.fact('recording-ready') }
  expect(existsSync(join(office.tenant.recordingsFolder, file))).toBe(true)
  expect(office.fact('recording-ready')).toMatchObject({ durationMs: 1_000, bytes: 5, repaired: false })
  expect(office.story()).toMatch(
    /call-answered recording-started .*call-ended.* recording-ready$|recording-ready call-ended$/,
  )
})

test('a number that is not recorded leaves no file', async () => {
  await office.talk()
  await office.settle()

  expect(isRecording()).toBe(false)
  expect(files()).toEqual([])
})

test('a disk that refuses the recording does not end the call, and no fact says it was recorded', async () => {
  office.media.diskFull = true

  const talking = await office.talk({ recording: true })
  await waitUntil('the row', () => failed() === 1)

  expect(talking.caller.ended).toBeUndefined()
  expect(isRecording()).toBe(false)
  expect(office.story()).not.toContain('recording')
})

test('a recording that ends by itself is shown as ended while the call goes on', async () => {
  const talking = await office.talk({ recording: true })
  await waitUntil('the recording', isRecording)

  office.media.opened[0]?.events.emit({ kind: 'recording-ended', path: '', reason: 'disk-full' })

  expect(isRecording()).toBe(false)
  expect(talking.caller.ended).toBeUndefined()
})

test('a caller who hangs up while the recording starts leaves a finished file and no open leg', async () => {
  const talking = await office.talk({ recording: true })

  talking.caller.farEndHangsUp()
  await waitUntil('the file', () => office.story().includes('recording-ready'))

  expect(files()).toEqual([expect.stringMatching(/^[^.]+\.wav$/)])
})

function failed(): number {
  return office.tenant.db.run("UPDATE recordings SET sentence = sentence WHERE state = 'failed'").changes
}
