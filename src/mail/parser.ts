// Parsing outside of the main thread, with caps on memory and time: a message built to hurt hurts only its own parse.
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { Clock } from '#lib/clock.ts'
import { type ParsedMail, parsedMail } from './parsed-mail.ts'

export interface Parser extends AsyncDisposable {
  /** @throws Error with the reason when the message cannot be read within the caps */
  parse(raw: Buffer): Promise<ParsedMail>
}

/** A 64 MiB message decoded and its strings fit; more is an attack. */
const maxHeapMb = 512
const maxParseMs = 30_000

const answer = z.union([
  z.object({ id: z.int(), mail: parsedMail }),
  z.object({ id: z.int(), error: z.string() }),
])

interface Job {
  readonly id: number
  readonly raw: Buffer
  readonly resolve: (mail: ParsedMail) => void
  readonly reject: (reason: Error) => void
}

/** One worker for all mailboxes, started with the first message and again after it died. */
export function startParser(options: { clock: Clock; maxParseMs?: number }): Parser {
  let worker: Worker | undefined
  let lastId = 0
  let running: Job | undefined
  let closed = false
  const waiting: Job[] = []

  const next = () => {
    if (running !== undefined || closed) return
    const job = waiting.shift()
    if (job === undefined) return
    running = job
    const thread = worker ?? start()
    const limit = options.clock.after(options.maxParseMs ?? maxParseMs, () =>
      fail(thread, 'it took too long to read'),
    )
    settle = () => {
      limit.cancel()
      running = undefined
    }
    thread.postMessage({ id: job.id, raw: job.raw })
  }
  let settle = () => {}

  const start = () => {
    const thread = new Worker(new URL('./parse-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    })
    worker = thread
    thread.unref()
    thread.on('message', (message: unknown) => {
      const job = running
      const told = answer.safeParse(message)
      if (job === undefined || !told.success || told.data.id !== job.id) return
      settle()
      if ('mail' in told.data) job.resolve(told.data.mail)
      else job.reject(new Error(told.data.error))
      next()
    })
    thread.on('error', (err) => fail(thread, err.message))
    return thread
  }

  const fail = (thread: Worker, reason: string) => {
    if (worker !== thread) return
    worker = undefined
    void thread.terminate()
    const job = running
    settle()
    job?.reject(new Error(reason))
    next()
  }

  return {
    parse: (raw) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the parser is closed'))
        lastId += 1
        waiting.push({ id: lastId, raw, resolve, reject })
        next()
      }),
    [Symbol.asyncDispose]: async () => {
      closed = true
      const thread = worker
      worker = undefined
      const unfinished = [...(running ? [running] : []), ...waiting.splice(0)]
      settle()
      for (const job of unfinished) job.reject(new Error('the parser is closed'))
      await thread?.terminate()
    },
  }
}
