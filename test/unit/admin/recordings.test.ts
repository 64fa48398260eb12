import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeRecording } from '#calls/recording-store.ts'
import type { Tenant } from '#store/store.ts'
import { type Box, openBox, type Signed } from './box.ts'

const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 251))
let box: Box
let tenant: Tenant
let eva: Signed
beforeEach(async () => {
  box = openBox()
  tenant = box.company('acme')
  eva = await box.person(tenant, 'agent')
  tenant.db.run(
    "INSERT INTO calls (id, direction, state, skills, started_at) VALUES ('c', 'in', 'ended', '[]', 0)",
  )
  writeFileSync(join(tenant.recordingsFolder, 'c.wav'), bytes)
  writeRecording(tenant.db, {
    id: 'rec',
    callId: 'c',
    state: 'ready',
    file: 'c.wav',
    startedAt: 0,
    durationMs: 5,
  })
})
afterEach(() => box[Symbol.dispose]())

const get = (headers: Record<string, string> = {}) => eva.ask('/api/recordings/rec', { headers })

test('a recording plays whole', async () => {
  const response = await get()

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('audio/wav')
  expect(response.headers.get('accept-ranges')).toBe('bytes')
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
})

test('a player that jumps gets just the part it asked for (RFC 9110 §15.3.7)', async () => {
  const response = await get({ range: 'bytes=100-199' })

  expect(response.status).toBe(206)
  expect(response.headers.get('content-range')).toBe('bytes 100-199/1000')
  expect(response.headers.get('content-length')).toBe('100')
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes.subarray(100, 200))
})

test('a part behind the end is refused with the size', async () => {
  const response = await get({ range: 'bytes=1000-' })

  expect(response.status).toBe(416)
  expect(response.headers.get('content-range')).toBe('bytes */1000')
})

test('a recording whose file is gone, is not ready or points elsewhere is not found', async () => {
  writeRecording(tenant.db, { id: 'open', callId: 'c', state: 'open', file: 'd.wav', startedAt: 0 })
  writeRecording(tenant.db, {
    id: 'out',
    callId: 'c',
    state: 'ready',
    file: '../../secret.key',
    startedAt: 0,
  })
  expect((await eva.ask('/api/recordings/open')).status).toBe(404)
  expect((await eva.ask('/api/recordings/out')).status).toBe(404)

  rmSync(join(tenant.recordingsFolder, 'c.wav'))
  expect((await get()).status).toBe(404)
})
