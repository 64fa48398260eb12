import { expect, test } from 'vitest'
import { pcmu } from '#media/embedded/g711.ts'
import { Recorder } from '#media/embedded/recorder.ts'
import { type Disk, RecordingFile } from '#media/embedded/recording-file.ts'
import { readWavFormat } from '#media/wav-header.ts'
import { waitUntil } from '#test/wait-until.ts'

function recorder() {
  const left: number[] = []
  const right: number[] = []
  const sink = {
    append: (samples: Int16Array, start: number, end: number) => {
      samples.subarray(start, end).forEach((sample, i) => {
        if (i % 2 === 0) left.push(sample)
        else right.push(sample)
      })
    },
  }
  return { recorder: new Recorder(sink), left, right }
}
const value = 1884
const packet = new Uint8Array(160).fill(0xc0)
const ticks = (of: Recorder, count: number) => {
  for (let n = 0; n < count; n += 1) of.tick()
}
const runs = (samples: readonly number[]) =>
  samples.reduce<[number, number][]>((all, sample) => {
    const last = all.at(-1)
    if (last?.[0] === sample) last[1] += 1
    else all.push([sample, 1])
    return all
  }, [])

test('a recording is as long as it ran, and silent where nothing was said', () => {
  const { recorder: running, left, right } = recorder()
  ticks(running, 10)
  running.finish()

  expect(runs(left)).toEqual([[0, 1600]])
  expect(runs(right)).toEqual([[0, 1600]])
})

test('packets are where their timestamps say, whatever the order and the jitter they came with', () => {
  const { recorder: running, left } = recorder()
  ticks(running, 2)
  running.left.put(1000, pcmu, packet, 0, 160)
  ticks(running, 3)
  running.left.put(1480, pcmu, packet, 0, 160)
  running.left.put(1160, pcmu, packet, 0, 160)
  ticks(running, 5)
  running.finish()

  expect(runs(left)).toEqual([
    [0, 320],
    [value, 320],
    [0, 160],
    [value, 160],
    [0, 640],
  ])
})

test('a packet later than 120 ms is left out; a stream that stays late is moved', () => {
  const { recorder: running, left } = recorder()
  running.left.put(0, pcmu, packet, 0, 160)
  ticks(running, 20)
  for (let n = 0; n < 4; n += 1) running.left.put(160 * (n + 1), pcmu, packet, 0, 160)
  expect(left.filter((sample) => sample !== 0)).toHaveLength(160)
  running.left.put(800, pcmu, packet, 0, 160)
  ticks(running, 10)
  running.finish()

  expect(left.filter((sample) => sample !== 0)).toHaveLength(320)
})

test('timestamps that jump or wrap find a place', () => {
  const { recorder: running, left } = recorder()
  running.left.put(0xffffff60, pcmu, packet, 0, 160)
  running.left.put(0, pcmu, packet, 0, 160)
  ticks(running, 10)
  running.left.put(2_000_000_000, pcmu, packet, 0, 160)
  ticks(running, 10)
  running.finish()

  expect(runs(left)).toEqual([
    [value, 320],
    [0, 1280],
    [value, 160],
    [0, 1440],
  ])
})

test('a clock that runs 1 % fast does not drift away from the other channel', () => {
  const { recorder: running } = recorder()
  for (let n = 0; n < 50 * 60; n += 1) {
    running.left.put(Math.round(n * 161.6), pcmu, packet, 0, 160)
    running.tick()
  }
  running.finish()
  const place = running.left.put(Math.round(3000 * 161.6), pcmu, packet, 0, 160)

  expect(Math.abs(place)).toBeLessThan(800)
})

test('a pause leaves out exactly its time', () => {
  const { recorder: running, left } = recorder()
  for (let n = 0; n < 30; n += 1) {
    if (n === 10) running.pause(true)
    if (n === 20) running.pause(false)
    running.left.put(n * 160, pcmu, n >= 10 && n < 20 ? packet : new Uint8Array(160).fill(0xff), 0, 160)
    running.tick()
  }
  running.finish()

  expect(runs(left)).toEqual([[0, 3200]])
})

test('what is put across the end of the ring comes out whole, side by side', () => {
  const { recorder: running, left, right } = recorder()
  for (let n = 0; n < 120; n += 1) {
    running.left.put(n * 160, pcmu, packet, 0, 160)
    if (n % 2 === 0) running.right.put(n * 160, pcmu, packet, 0, 160)
    running.tick()
  }
  running.finish()

  expect(runs(left)).toEqual([[value, 120 * 160]])
  expect(runs(right)).toEqual(Array.from({ length: 120 }, (_, n) => [n % 2 === 0 ? value : 0, 160]))
})

/** A disk in memory that can be full, slow or broken. */
function memoryDisk(room = Number.POSITIVE_INFINITY) {
  const bytes = Buffer.alloc(4_000_000)
  const state = { size: 0, syncs: 0, closed: 0, room, hold: undefined as Promise<void> | undefined }
  const disk: Disk = {
    write: async (from, offset, length, position) => {
      await state.hold
      if (position + length > state.room) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      // A disk may take less than it is given.
      const taken = Math.min(length, 10_000)
      bytes.set(from.subarray(offset, offset + taken), position)
      state.size = Math.max(state.size, position + taken)
      return { bytesWritten: taken }
    },
    datasync: async () => {
      state.syncs += 1
    },
    sync: async () => {
      state.syncs += 1
    },
    close: async () => {
      state.closed += 1
    },
  }
  return { disk, state, format: () => readWavFormat(bytes.subarray(0, state.size)), bytes }
}
/** A second of stereo. */
const second = Int16Array.from({ length: 16_000 }, (_, i) => (i % 2 === 0 ? 0x0102 : -2))

test('each second is written, the first and every fourth synced; the header promises no more than is there', async () => {
  const { disk, state, format, bytes } = memoryDisk()
  const file = new RecordingFile('x.wav', disk, () => expect.fail('no fault'))
  file.append(second, 0, 16_000)
  await waitUntil('a sync', () => state.syncs === 1)
  expect(format()).toMatchObject({ dataBytes: 32_000, rate: 8000, channels: 2 })
  expect([...bytes.subarray(44, 48)]).toEqual([2, 1, 0xfe, 0xff])
  for (const seconds of [2, 3, 4]) {
    file.append(second, 0, 16_000)
    await waitUntil('the next second', () => state.size === 44 + seconds * 32_000)
    expect(format()).toMatchObject({ dataBytes: 32_000 })
  }
  file.append(second, 0, 16_000)
  await waitUntil('another sync', () => state.syncs === 2)
  expect(format()).toMatchObject({ dataBytes: 160_000 })
  file.append(second, 0, 8000)

  expect(await file.close()).toEqual({ durationMs: 5500, bytes: 176_044 })
  expect(await file.close()).toEqual({ durationMs: 5500, bytes: 176_044 })
  expect(format()).toMatchObject({ dataBytes: 176_000 })
  expect(state.closed).toBe(1)
})

test('a full disk ends the recording with one clear word and leaves what fits playable', async () => {
  const { disk, format } = memoryDisk(50_000)
  const faults: string[] = []
  const file = new RecordingFile('x.wav', disk, (fault) => faults.push(fault))
  file.append(second, 0, 16_000)
  await waitUntil('the first second', () => format()?.dataBytes === 32_000)
  file.append(second, 0, 16_000)
  await waitUntil('the fault', () => faults.length > 0)
  file.append(second, 0, 16_000)

  expect(await file.close()).toEqual({ durationMs: 1000, bytes: 32_044 })
  expect(faults).toEqual(['disk-full'])
  expect(format()?.dataBytes).toBe(32_000)
})

test('a disk that hangs costs ten seconds of memory, then the recording', async () => {
  const { disk, state } = memoryDisk()
  const faults: string[] = []
  const release = Promise.withResolvers<void>()
  state.hold = release.promise
  const file = new RecordingFile('x.wav', disk, (fault) => faults.push(fault))
  for (let n = 0; n < 20; n += 1) file.append(second, 0, 16_000)

  expect(faults).toEqual(['write-failed'])
  release.resolve()
  await file.close()
})
