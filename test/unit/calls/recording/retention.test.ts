import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { deleteRecording } from '#calls/recording/delete-recording.ts'
import {
  createRecordingRule,
  deleteRecordingRule,
  recordingRuleInput,
} from '#calls/recording/recording-rule.ts'
import { saveRecordingSettings } from '#calls/recording/recording-settings.ts'
import { startRetention, sweep } from '#calls/recording/retention.ts'
import {
  findReadyRecording,
  findRecording,
  holdRecording,
  markDeleted,
  type RecordingRow,
  unerasedRecordings,
  writeRecording,
} from '#calls/recording-store.ts'
import { silentLog } from '#lib/log.ts'
import { recordingPath } from '#media/recordings.ts'
import { query } from '#store/database.ts'
import { testStore } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

const dayMs = 86_400_000
let kept: ReturnType<typeof testStore>
beforeEach(() => {
  kept = testStore()
  kept.tenant.db.run(
    "INSERT INTO calls (id, direction, state, skills, started_at) VALUES ('c', 'in', 'ended', '[]', 0)",
  )
})
afterEach(() => kept[Symbol.dispose]())

const bodies = query(z.object({ body: z.string() }), "SELECT body FROM facts WHERE kind = 'call-noted'")
const parts = () => ({ clock: kept.clock, log: silentLog })
const path = (id: string) => recordingPath(kept.tenant.folder, id)
const found = (id: string) => findRecording(kept.tenant.db, id)

/** A recording of so many days ago with its file. */
function recorded(id: string, daysAgo: number, rest: Partial<RecordingRow> = {}): void {
  writeFileSync(path(id), `sound of ${id}`)
  const startedAt = kept.clock.now() - daysAgo * dayMs
  writeRecording(kept.tenant.db, { id, callId: 'c', state: 'ready', file: `${id}.wav`, startedAt, ...rest })
}

const rule = (input: object) =>
  createRecordingRule(kept.tenant.db, recordingRuleInput.parse({ name: 'Sales', act: 'record', ...input }), 1)

test('without a time everything is kept', async () => {
  recorded('old', 4_000)

  expect(await sweep(kept.tenant, parts())).toBe(0)
  expect(existsSync(path('old'))).toBe(true)
})

test('what is over its time is deleted with proof, the younger stays', async () => {
  saveRecordingSettings(kept.tenant.db, { keepDays: 30, keepVoicemailDays: null })
  recorded('old', 30)
  recorded('young', 29)

  expect(await sweep(kept.tenant, parts())).toBe(1)

  expect([existsSync(path('old')), existsSync(path('young'))]).toEqual([false, true])
  expect(found('old')?.deleted).toEqual({
    at: kept.clock.now(),
    by: undefined,
    why: 'it is kept for 30 days, as usual.',
    sha256: createHash('sha256').update('sound of old').digest('hex'),
  })
  expect(findReadyRecording(kept.tenant.db, 'old')).toBeUndefined()
  expect(kept.tenant.db.all(bodies)[0]?.body).toContain('The recording was deleted: it is kept for 30 days')
})

test('the days of the rule count, as they are now; a rule that was deleted leaves the usual time', async () => {
  saveRecordingSettings(kept.tenant.db, { keepDays: 100, keepVoicemailDays: null })
  const { id } = rule({ keepDays: 7 })
  const gone = rule({ keepDays: 7, name: 'Gone' })
  recorded('a', 8, { ruleId: id, rule: 'Sales' })
  recorded('b', 8, { ruleId: gone.id, rule: 'Gone' })
  recorded('c', 8)
  deleteRecordingRule(kept.tenant.db, gone.id)

  expect(await sweep(kept.tenant, parts())).toBe(1)
  expect(found('a')?.deleted?.why).toBe('it is kept for 7 days, by the rule “Sales”.')
})

test('voicemail has a time of its own', async () => {
  saveRecordingSettings(kept.tenant.db, { keepDays: null, keepVoicemailDays: 1 })
  recorded('talk', 5)
  recorded('message', 5, { voicemail: { mailTo: [] } })

  await sweep(kept.tenant, parts())

  expect([existsSync(path('talk')), existsSync(path('message'))]).toEqual([true, false])
})

test('a held recording is never deleted, neither by time nor by hand', async () => {
  saveRecordingSettings(kept.tenant.db, { keepDays: 1, keepVoicemailDays: null })
  recorded('held', 500)
  holdRecording(kept.tenant.db, 'held', { at: 1, by: 'eva', reason: 'court' })

  expect(await sweep(kept.tenant, parts())).toBe(0)
  const byHand = deleteRecording(kept.tenant, 'held', { clock: kept.clock, by: 'eva', why: 'asked for' })
  await expect(byHand).rejects.toMatchObject({ code: 'calls.recording-held' })
  expect(existsSync(path('held'))).toBe(true)

  holdRecording(kept.tenant.db, 'held', undefined)
  expect(await sweep(kept.tenant, parts())).toBe(1)
})

test('deleted by hand: who and why stand in the proof; a second time there is nothing to delete', async () => {
  recorded('one', 1)
  const act = () => deleteRecording(kept.tenant, 'one', { clock: kept.clock, by: 'eva', why: 'asked for' })
  await act()

  expect(found('one')?.deleted).toMatchObject({ by: 'eva', why: 'asked for' })
  await expect(act()).rejects.toMatchObject({ code: 'calls.no-recording' })
})

test('what is being recorded cannot be deleted', async () => {
  recorded('open', 1, { state: 'open' })

  const act = deleteRecording(kept.tenant, 'open', { clock: kept.clock, by: 'eva', why: 'asked for' })
  await expect(act).rejects.toMatchObject({ code: 'calls.recording-open' })
})

test('a crash between the proof and the file is finished by the next sweep', async () => {
  recorded('cut', 1)
  markDeleted(kept.tenant.db, 'cut', { at: 1, by: undefined, why: 'time', sha256: undefined })
  expect(existsSync(path('cut'))).toBe(true)

  await sweep(kept.tenant, parts())

  expect(existsSync(path('cut'))).toBe(false)
  expect(unerasedRecordings(kept.tenant.db)).toEqual([])
})

test('more than one look takes are all deleted', async () => {
  saveRecordingSettings(kept.tenant.db, { keepDays: 1, keepVoicemailDays: null })
  for (let index = 0; index < 230; index += 1) recorded(`r${index}`, 2)

  expect(await sweep(kept.tenant, parts())).toBe(230)
})

test('it looks a minute after the start and then every hour', async () => {
  saveRecordingSettings(kept.tenant.db, { keepDays: 1, keepVoicemailDays: null })
  await using _retention = startRetention({ ...parts(), store: { tenants: () => [kept.tenant] } })
  recorded('first', 2)
  await kept.clock.advance(60_000)
  await waitUntil('the first is gone', () => !existsSync(path('first')))

  recorded('second', 2)
  await kept.clock.advance(3_600_000)
  await waitUntil('the second is gone', () => !existsSync(path('second')))
})
