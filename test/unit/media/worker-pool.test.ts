import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import type { ToWorker } from '#media/embedded/messages.ts'
import type { WorkerThread } from '#media/embedded/worker-link.ts'
import { WorkerPool } from '#media/embedded/worker-pool.ts'
import { fakeClock } from '#test/fake-clock.ts'

/** A thread that answers every question at once, until it is ended. */
class FakeThread extends EventEmitter implements WorkerThread {
  postMessage(message: ToWorker): void {
    if (!('request' in message)) return
    const load = { legs: 0, ticks: 10, meanLateMs: 1, maxLateMs: 2 }
    const { request } = message
    queueMicrotask(() => this.emit('message', { kind: 'reply', request, reply: { kind: 'load', load } }))
  }

  async terminate(): Promise<number> {
    this.emit('exit', 1)
    return 1
  }
}

async function open(count: number, fewLegs: number) {
  const threads: FakeThread[] = []
  const pool = new WorkerPool({
    count,
    fewLegs,
    start: { music: new Int16Array(0) },
    clock: fakeClock(),
    log: silentLog,
    onNews: () => {},
    spawn: () => {
      const thread = new FakeThread()
      threads.push(thread)
      return thread
    },
  })
  await pool.start()
  return { pool, threads }
}

test('all legs of one owner live in one worker', async () => {
  const { pool } = await open(4, 0)
  const homes = ['a', 'b', 'c', 'd', 'a', 'c'].map((owner) => pool.take(owner))

  expect(new Set(homes).size).toBe(4)
  expect(homes[4]).toBe(homes[0])
  expect(homes[5]).toBe(homes[2])
})

test('workers are filled one after another, then evenly; a leg that closed makes room', async () => {
  const { pool } = await open(2, 2)
  const homes = ['a', 'b', 'c', 'd', 'e', 'f'].map((owner) => pool.take(owner))
  const [first, , second] = homes

  expect(homes).toEqual([first, first, second, second, first, second])
  expect(first).not.toBe(second)
  if (second) for (const owner of ['c', 'd', 'f']) pool.release(owner, second)
  expect(pool.take('g')).toBe(second)
})

test('an owner whose worker died goes on in another; with none left it is a fault', async () => {
  const { pool, threads } = await open(2, 100)
  const home = pool.take('a')
  await threads[0]?.terminate()

  expect(pool.up).toBe(true)
  expect(pool.take('a')).not.toBe(home)
  expect(await pool.load()).toMatchObject({ ticks: 10, maxLateMs: 2 })
  await threads[1]?.terminate()
  expect(pool.up).toBe(false)
  expect(() => pool.take('b')).toThrow(expect.objectContaining({ code: 'media.down' }))
})
