import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { startCall } from '#calls/call.ts'
import { writeCall } from '#calls/call-store.ts'
import { openRecordingRows, writeRecording } from '#calls/recording-store.ts'
import { recover } from '#calls/recover.ts'
import { silentLog } from '#lib/log.ts'
import { json } from '#store/column.ts'
import { query } from '#store/database.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

let kept: TestStore
beforeEach(() => {
  kept = testStore()
})
afterEach(() => kept[Symbol.dispose]())

const factRows = query(
  z.object({ kind: z.string(), body: json(z.unknown()) }),
  "SELECT kind, body FROM facts WHERE kind LIKE 'call-%' OR kind LIKE 'recording-%' ORDER BY id",
)
const facts = () => kept.db.all(factRows)
const states = query(z.object({ state: z.string(), outcome: z.string().nullable() }), 'SELECT * FROM calls')
const again = () => recover(kept.tenant, { clock: kept.clock, log: silentLog })

function openCall(id: string): void {
  const now = { at: kept.clock.now(), tick: 0 }
  const details = {
    id,
    direction: 'in',
    party: {},
    number: undefined,
    trunkId: undefined,
    skills: [],
    placedBy: undefined,
    taskId: undefined,
  } as const
  const { call } = startCall(details, now)
  kept.db.transaction(() => writeCall(kept.db, call, []))
}

function openRecording(id: string): void {
  kept.db.transaction(() =>
    writeRecording(kept.db, { id, callId: 'c1', state: 'open', file: `${id}.wav`, startedAt: 1 }),
  )
}

test('a call left open is closed as interrupted, once', async () => {
  openCall('c1')

  await again()
  await again()

  expect(kept.db.all(states)).toEqual([{ state: 'ended', outcome: 'interrupted' }])
  expect(facts()).toMatchObject([
    { kind: 'call-ended', body: { callId: 'c1', outcome: 'interrupted', endedBy: 'system' } },
  ])
})

test('a recording cut off is repaired, put in place and told, once', async () => {
  openCall('c1')
  openRecording('r1')
  writeFileSync(join(kept.tenant.recordingsFolder, 'r1.part.wav'), Buffer.alloc(44 + 32_000))

  await again()
  await again()

  expect(existsSync(join(kept.tenant.recordingsFolder, 'r1.wav'))).toBe(true)
  expect(facts().map((fact) => fact.kind)).toEqual(['call-ended', 'recording-ready'])
  expect(facts()[1]).toMatchObject({ body: { file: 'r1.wav', durationMs: 1_000, repaired: true } })
  expect(openRecordingRows(kept.db)).toEqual([])
})

test('a recording that was put in place, but not told before the crash, is told now', async () => {
  openCall('c1')
  openRecording('r1')
  writeFileSync(join(kept.tenant.recordingsFolder, 'r1.wav'), Buffer.alloc(44 + 3_200))

  await again()

  expect(facts()[1]).toMatchObject({ kind: 'recording-ready', body: { durationMs: 100 } })
})

test('a recording of which nothing was written is failed, not ready', async () => {
  openCall('c1')
  openRecording('r1')

  await again()

  expect(facts().map((fact) => fact.kind)).toEqual(['call-ended'])
  expect(openRecordingRows(kept.db)).toEqual([])
})

test('nothing left open: nothing is told', async () => {
  await again()

  expect(facts()).toEqual([])
})
