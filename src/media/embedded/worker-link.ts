// The engine's end of the RTP worker: asks with answers, tells without, starts it again when it dies.
import { type MessagePort, Worker } from 'node:worker_threads'
import { backoff } from '#lib/backoff.ts'
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import type { FromWorker, Reply, ToWorker, WorkerStart } from './messages.ts'
import { ring } from './ticker.ts'

export type WorkerNews = Exclude<FromWorker, { kind: 'reply' | 'log' }> | { readonly kind: 'died' }

/** Distributes over the union, so that each message keeps its own fields. */
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never
export type Command = Exclude<ToWorker, { request: number }>
export type Question = Without<Extract<ToWorker, { request: number }>, 'request'>

/** The part of a Worker we use. */
export interface WorkerThread {
  postMessage(message: ToWorker, ports?: readonly MessagePort[]): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
  on(event: 'error', listener: (err: unknown) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  terminate(): Promise<number>
}

export type SpawnWorker = (start: WorkerStart) => WorkerThread

export interface WorkerLinkOptions {
  readonly start: Omit<WorkerStart, 'bell'>
  readonly clock: Clock
  readonly log: Log
  readonly onNews: (news: WorkerNews) => void
  readonly spawn?: SpawnWorker | undefined
}

const spawnWorker: SpawnWorker = (start) =>
  new Worker(new URL('./rtp-worker.ts', import.meta.url), { workerData: start, name: 'rtp' })

interface Waiter {
  resolve(reply: Reply): void
  reject(err: unknown): void
}

export class WorkerLink implements AsyncDisposable {
  up = false
  readonly #options: WorkerLinkOptions
  readonly #retry = backoff({ firstMs: 100, maxMs: 10_000 })
  readonly #waiters = new Map<number, Waiter>()
  readonly #bell = new Int32Array(new SharedArrayBuffer(4))
  #worker: WorkerThread | undefined
  #restart: Timer | undefined
  #nextRequest = 1
  #closed = false

  constructor(options: WorkerLinkOptions) {
    this.#options = options
  }

  /** Starts the worker and waits until it answers. */
  async start(): Promise<void> {
    const worker = (this.#options.spawn ?? spawnWorker)({ ...this.#options.start, bell: this.#bell })
    this.#worker = worker
    worker.on('message', (message) => this.#receive(message))
    worker.on('error', (err) => this.#options.log.error({ err }, 'the RTP worker failed'))
    worker.on('exit', (code) => this.#died(worker, code))
    await this.#request({ kind: 'load' })
    this.up = true
    this.#retry.reset()
  }

  /** @throws CordboardError `media.down` when the worker is gone or goes before it answers */
  ask(question: Question): Promise<Reply> {
    return this.up ? this.#request(question) : Promise.reject(workerDown())
  }

  /** `ports` in the command are handed over; they are closed when there is no worker to take them. */
  tell(command: Command, ports: readonly MessagePort[] = []): void {
    if (this.up && this.#worker) {
      this.#worker.postMessage(command, ports)
      ring(this.#bell)
    } else for (const port of ports) port.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.up = false
    this.#restart?.cancel()
    await this.#worker?.terminate()
  }

  #request(question: Question): Promise<Reply> {
    const request = this.#nextRequest
    this.#nextRequest += 1
    return new Promise((resolve, reject) => {
      this.#waiters.set(request, { resolve, reject })
      this.#worker?.postMessage({ ...question, request })
      ring(this.#bell)
    })
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'log') this.#options.log[message.level]({}, message.sentence)
    else if (message.kind === 'reply') {
      this.#waiters.get(message.request)?.resolve(message.reply)
      this.#waiters.delete(message.request)
    } else this.#options.onNews(message)
  }

  #died(worker: WorkerThread, code: number): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.up = false
    for (const waiter of this.#waiters.values()) waiter.reject(workerDown())
    this.#waiters.clear()
    if (this.#closed) return
    this.#options.log.error({ code }, 'the RTP worker is gone; its calls have no sound, a new one is started')
    this.#options.onNews({ kind: 'died' })
    this.#restart = this.#options.clock.after(this.#retry.next(), () => {
      this.start().catch((err: unknown) => this.#options.log.error({ err }, 'the RTP worker does not start'))
    })
  }
}

export function workerDown(): CordboardError {
  return new CordboardError('media.down', 'The sound engine is not running; it is started again.', {
    retry: true,
  })
}
