import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { type Preparation, readPreparation } from '#media/webrtc/preparation.ts'
import { WorkerKeeper } from '#media/webrtc/worker-keeper.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { fakeWorker } from './fake-worker.ts'

const ready: Preparation = { kind: 'ready', binary: '/opt/worker' }

function keeper(found: Preparation) {
  const clock = fakeClock()
  const opened: ReturnType<typeof fakeWorker>[] = []
  const now = { found, openFails: false }
  const kept = new WorkerKeeper({
    look: () => now.found,
    open: async () => {
      if (now.openFails) throw new Error('exec format error')
      const worker = fakeWorker()
      opened.push(worker)
      return worker
    },
    clock,
    log: silentLog,
  })
  return { kept, clock, opened, now }
}

test('a worker that is built while the program runs is switched on by itself', async () => {
  const { kept, clock, now } = keeper({ kind: 'building' })
  kept.start()
  expect(kept.state).toMatchObject({ kind: 'building', sentence: expect.stringContaining('being prepared') })

  now.found = ready
  await clock.advance(2_000)

  expect(kept.state.kind).toBe('ready')
  expect(kept.worker).toBeDefined()
  await kept[Symbol.asyncDispose]()
  expect(clock.waiting).toBe(0)
})

test('a preparation that failed says why, and desk phones work all the same', async () => {
  const { kept, clock } = keeper({ kind: 'failed', reason: 'g++ is missing.' })
  kept.start()

  expect(kept.state.kind).toBe('failed')
  expect(kept.state.sentence).toMatch(/g\+\+ is missing.*Desk phones work/)
  await kept[Symbol.asyncDispose]()
  expect(clock.waiting).toBe(0)
})

test('a worker that died is told, then started again', async () => {
  const { kept, clock, opened } = keeper(ready)
  const told: string[] = []
  kept.changes.on(({ kind }) => told.push(kind))
  kept.start()
  await clock.advance(0)

  opened[0]?.die('signal SIGKILL')
  await clock.advance(0)
  expect(kept.worker).toBeUndefined()
  await clock.advance(1_000)

  expect(told).toEqual(['ready', 'failed', 'ready'])
  expect(opened).toHaveLength(2)
  await kept[Symbol.asyncDispose]()
})

test('a worker that cannot be started is tried less and less often', async () => {
  const { kept, clock, now } = keeper(ready)
  now.openFails = true
  let tries = 0
  kept.changes.on(() => {
    tries += 1
  })
  kept.start()
  await clock.advance(10_000)
  expect(kept.state.kind).toBe('failed')

  now.openFails = false
  await clock.advance(36_000)

  expect(kept.state.kind).toBe('ready')
  expect(tries).toBe(2)
  await kept[Symbol.asyncDispose]()
})

test('what bin/setup left behind is read: nothing, at work, interrupted, failed, ready', () => {
  using folder = tempFolder()
  const look = () => readPreparation(folder.path, '3.1.4')
  const status = (text: string) => writeFileSync(join(folder.path, 'status'), text)

  expect(look()).toEqual({ kind: 'absent' })
  status(`building ${process.pid}\n`)
  expect(look()).toEqual({ kind: 'building' })
  // No process has this id: Linux gives none above 2^22.
  status('building 99999999\n')
  expect(look()).toMatchObject({ kind: 'failed', reason: expect.stringContaining('interrupted') })
  status('failed The disk is full.\n')
  expect(look()).toEqual({ kind: 'failed', reason: 'The disk is full.' })
  status('\u0000 nonsense')
  expect(look()).toEqual({ kind: 'absent' })

  // One of another version is none.
  for (const version of ['3.1.3', '3.1.4']) {
    const binary = join(folder.path, version, 'mediasoup-worker')
    mkdirSync(join(folder.path, version))
    writeFileSync(binary, '')
    chmodSync(binary, 0o755)
    expect(look()).toEqual(version === '3.1.4' ? { kind: 'ready', binary } : { kind: 'absent' })
  }
})
