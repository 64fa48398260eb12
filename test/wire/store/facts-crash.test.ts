import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { query } from '#store/database.ts'
import { followFacts } from '#store/facts.ts'
import { openStore } from '#store/store.ts'
import { tempFolder } from '#test/temp-folder.ts'

const row = z.object({ number: z.int() }).transform((found) => found.number)
const seen = query(row, 'SELECT number FROM seen ORDER BY rowid')
const wrote = query(row, 'SELECT number FROM wrote ORDER BY rowid')

/** Runs the writer until it has said `lines` numbers, kills it outright, and returns the last number it had said. */
async function writeAndDie(dataFolder: string, first: number, lines: number): Promise<number> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fact-writer.ts'), dataFolder, String(first)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  let last = first - 1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    if (last >= first + lines) child.kill('SIGKILL')
  }
  await exited
  expect(child.signalCode).toBe('SIGKILL')
  return last
}

test('kill -9 at any moment: every committed fact is handled once, none twice, and the folder opens again', async () => {
  using folder = tempFolder()
  let last = 0
  for (const lines of [20, 75, 110]) last = await writeAndDie(folder.path, last + 1000, lines)

  using store = openStore({ dataFolder: folder.path, clock: systemClock, log: silentLog })
  const db = store.system
  using following = followFacts({
    db,
    name: 'seer',
    clock: systemClock,
    log: silentLog,
    handle: (fact) => void db.run('INSERT INTO seen SELECT :body', { body: Number(fact.body) }),
  })
  await following.caughtUp()

  expect(db.all(seen)).toEqual(db.all(wrote))
  expect(db.all(wrote)).toContain(last)
  expect(new Set(db.all(seen)).size).toBe(db.all(seen).length)
})

test('a folder in the hands of another process is refused with store.locked', async () => {
  using folder = tempFolder()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fact-writer.ts'), folder.path, '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')

  expect(() => openStore({ dataFolder: folder.path, clock: systemClock, log: silentLog })).toThrow(
    expect.objectContaining({ code: 'store.locked' }),
  )

  child.kill('SIGKILL')
  await exited
  openStore({ dataFolder: folder.path, clock: systemClock, log: silentLog })[Symbol.dispose]()
})
