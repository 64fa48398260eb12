// Keeps a worker running: waits until its program is there, starts it, and starts it again when it died.
import { type Backoff, backoff } from '#lib/backoff.ts'
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { SoundWorker } from './mediasoup.ts'
import type { Preparation } from './preparation.ts'

/** How the browser phone stands, for people. */
export interface PhoneState {
  readonly kind: 'absent' | 'building' | 'ready' | 'failed'
  readonly sentence: string
}

export interface WorkerKeeperOptions {
  readonly look: () => Preparation
  readonly open: (binary: string) => Promise<SoundWorker>
  readonly clock: Clock
  readonly log: Log
}

/** A build takes minutes; nobody waits at the desk for it. */
const lookAgainMs = 2_000
/** A worker that ran this long did not fail at its start: the next one is started at once. */
const goodRunMs = 60_000

const sentences = {
  absent: 'The browser phone is not set up on this server: run bin/setup. Desk phones work.',
  building: 'The browser phone is being prepared; it switches itself on in some minutes. Desk phones work.',
  ready: 'The browser phone is ready.',
} as const

export class WorkerKeeper implements AsyncDisposable {
  readonly changes: Source<PhoneState>
  readonly #events: Events<PhoneState>
  readonly #options: WorkerKeeperOptions
  readonly #again: Backoff = backoff({ firstMs: 500, maxMs: 30_000 })
  #state: PhoneState = { kind: 'absent', sentence: sentences.absent }
  #worker: SoundWorker | undefined
  #timer: Timer | undefined
  #opening: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(options: WorkerKeeperOptions) {
    this.#options = options
    this.#events = new Events(options.log)
    this.changes = this.#events
  }

  get state(): PhoneState {
    return this.#state
  }

  get worker(): SoundWorker | undefined {
    return this.#worker
  }

  start(): void {
    guard(this.#options.log, 'browser phone', () => this.#look())()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#opening
    await this.#worker?.[Symbol.asyncDispose]()
    this.#worker = undefined
  }

  #look(): void {
    const found = this.#options.look()
    if (found.kind === 'ready') {
      this.#opening = this.#open(found.binary)
      return
    }
    const sentence =
      found.kind === 'failed'
        ? `The browser phone cannot be used: ${found.reason} Desk phones work.`
        : sentences[found.kind]
    this.#become({ kind: found.kind, sentence })
    this.#later(lookAgainMs)
  }

  async #open(binary: string): Promise<void> {
    const { log } = this.#options
    try {
      const worker = await this.#options.open(binary)
      this.#worker = worker
      const since = this.#options.clock.monotonic()
      worker.died.then(
        guard(log, 'death of the worker', (reason) => {
          if (this.#options.clock.monotonic() - since > goodRunMs) this.#again.reset()
          if (!this.#stopped) this.#failed(reason, 'The mediasoup worker ended.')
        }),
      )
      this.#become({ kind: 'ready', sentence: sentences.ready })
    } catch (err) {
      this.#failed(messageOf(err), 'The mediasoup worker does not start (see the log).')
    }
  }

  #failed(reason: string, sentence: string): void {
    const waitMs = this.#again.next()
    this.#options.log.error({ reason, waitMs }, 'the browser phone is down')
    this.#worker = undefined
    this.#become({ kind: 'failed', sentence: `${sentence} It is started again. Desk phones work.` })
    this.#later(waitMs)
  }

  #later(ms: number): void {
    const look = guard(this.#options.log, 'browser phone', () => this.#look())
    if (!this.#stopped) this.#timer = this.#options.clock.after(ms, look)
  }

  #become(state: PhoneState): void {
    const before = this.#state
    this.#state = state
    if (state.kind === before.kind && state.sentence === before.sentence) return
    this.#options.log.info({ state: state.kind }, state.sentence)
    this.#events.emit(state)
  }
}
