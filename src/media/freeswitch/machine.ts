// One FreeSWITCH machine: connected again and again with capped waits, its legs counted here (its own counts come late),
// asked for a sign of life, and swept of channels that nobody knows.
import { type Backoff, backoff } from '#lib/backoff.ts'
import type { Timer } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { MachineHealth } from '#media/engine.ts'
import type { Channel } from './channel.ts'
import type { FreeswitchLeg } from './freeswitch-leg.ts'
import { connectSoundServer, type SoundServer } from './fsmrf.ts'
import { LentSrf, type LentSrfOptions } from './lent-srf.ts'
import { orphansOf } from './orphans.ts'

export interface MachineAddress {
  readonly host: string
  readonly port: number
  readonly secret: string
}

export interface MachineOptions extends LentSrfOptions {
  readonly address: MachineAddress
}

/** Its maximum until it told us: FreeSWITCH's own default. */
const usualSessions = 1_000
const pingMs = 2_000
const sweepMs = 30_000
const orphanMs = 60_000

export class Machine {
  readonly name: string
  readonly legs = new Set<FreeswitchLeg>()
  readonly #o: MachineOptions
  readonly #log: Log
  readonly #srf: LentSrf
  readonly #backoff: Backoff = backoff({ firstMs: 200, maxMs: 2_000 })
  readonly #first = Promise.withResolvers<void>()
  #server: SoundServer | undefined
  #timers: readonly Timer[] = []
  #retry: Timer | undefined
  #opening = 0
  #wasTidied = false
  #maxSessions = usualSessions
  #why = 'it has not been reached yet'
  #closed = false

  constructor(options: MachineOptions) {
    const { host, port } = options.address
    this.#o = options
    this.name = `${host}:${port}`
    this.#log = options.log.with({ freeswitch: this.name })
    this.#srf = new LentSrf({ ...options, log: this.#log })
    this.#connect()
  }

  get up(): boolean {
    return this.#server !== undefined
  }

  /** Why it is down, as part of a sentence. */
  get why(): string {
    return this.#why
  }

  /** Legs open or about to be. */
  get load(): number {
    return this.legs.size + this.#opening
  }

  get room(): number {
    return this.up ? Math.max(0, this.#maxSessions - this.load) : 0
  }

  health(): MachineHealth {
    const { name, up, room } = this
    const legs = this.legs.size
    const sentence = up ? `${legs} legs open, room for ${room} more.` : `It is down: ${this.#why}`
    return { name, up, legs, room, sentence }
  }

  /** Resolves after the first try, whatever came of it. */
  get tried(): Promise<void> {
    return this.#first.promise
  }

  /** @throws CordboardError `media.down`, `media.full`, `media.sdp` */
  async open(sdp: string): Promise<Channel> {
    const server = this.#server
    if (!server)
      throw new CordboardError('media.down', `FreeSWITCH at ${this.name} is down.`, { retry: true })
    this.#opening += 1
    try {
      return await server.open(sdp)
    } finally {
      this.#opening -= 1
    }
  }

  /** Kills channels of ours at FreeSWITCH that no leg stands for and that are a minute old; how many. */
  async sweep(): Promise<number> {
    return this.#server ? await this.#sweep(this.#server, orphanMs) : 0
  }

  async #sweep(server: SoundServer, youngMs: number): Promise<number> {
    const known = new Set([...this.legs].map((leg) => leg.channel.uuid))
    const text = await server.api('show channels as json')
    const orphans = orphansOf(text, { known, user: this.#o.user, now: this.#o.clock.now(), youngMs })
    for (const uuid of orphans) await server.api(`uuid_kill ${uuid}`)
    if (orphans.length > 0) this.#log.warn({ orphans }, 'channels nobody knows were ended at FreeSWITCH')
    return orphans.length
  }

  close(): void {
    this.#closed = true
    this.#retry?.cancel()
    this.#server?.close()
    this.#rest()
  }

  #connect(): void {
    const { address, clock } = this.#o
    connectSoundServer({ ...address, srf: this.#srf, clock, log: this.#log })
      .then((server) => this.#tidied(server))
      .then(
        (server) => this.#connected(server),
        (err: unknown) => this.#down(messageOf(err)),
      )
  }

  /** Whatever is ours there at our start was left by a crash: nothing is being opened yet. */
  async #tidied(server: SoundServer): Promise<SoundServer> {
    if (this.#wasTidied) return server
    try {
      await this.#sweep(server, Number.NEGATIVE_INFINITY)
    } catch (err) {
      server.close()
      throw err
    }
    this.#wasTidied = true
    return server
  }

  #connected(server: SoundServer): void {
    if (this.#closed) {
      server.close()
      return
    }
    this.#server = server
    this.#backoff.reset()
    server.onEnd = (why) => this.#down(why)
    const { clock } = this.#o
    this.#timers = [
      clock.every(
        pingMs,
        guard(this.#log, 'FreeSWITCH ping', () => this.#ping(server)),
      ),
      clock.every(
        sweepMs,
        guard(this.#log, 'FreeSWITCH sweep', async () => {
          await this.sweep()
        }),
      ),
    ]
    guard(this.#log, 'FreeSWITCH ping', () => this.#ping(server))()
    this.#log.info({}, 'connected to FreeSWITCH')
    this.#first.resolve()
  }

  /** A machine that hangs keeps its sockets open: its legs are ended from here. */
  async #ping(server: SoundServer): Promise<void> {
    try {
      const status = await server.api('status')
      const found = /(\d+) session\(s\) max/.exec(status)?.[1]
      // It refuses the one that would reach the maximum.
      if (found !== undefined) this.#maxSessions = Number(found) - 1
    } catch (err) {
      if (server !== this.#server) return
      server.close()
      this.#down(messageOf(err))
      for (const leg of [...this.legs]) leg.lose()
    }
  }

  #down(why: string): void {
    const wasUp = this.#server !== undefined
    this.#server = undefined
    this.#why = why
    this.#rest()
    this.#first.resolve()
    if (this.#closed) return
    if (wasUp) this.#log.error({ why }, 'FreeSWITCH is gone')
    else this.#log.debug({ why }, 'FreeSWITCH cannot be reached')
    this.#retry = this.#o.clock.after(
      this.#backoff.next(),
      guard(this.#log, 'FreeSWITCH reconnect', () => this.#connect()),
    )
  }

  #rest(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers = []
  }
}
