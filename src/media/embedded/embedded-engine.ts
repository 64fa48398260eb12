// The embedded MediaEngine: opens legs on ports of its range, joins them, and outlives its worker.
import { isIP } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { wideCodecs } from '#media/codecs.ts'
import type {
  Bridge,
  LegId,
  LegOptions,
  MediaEngine,
  MediaHealth,
  MediaLeg,
  Mix,
  MixMember,
} from '#media/engine.ts'
import { SoundFiles } from '#media/sound-file.ts'
import { EmbeddedLeg } from './embedded-leg.ts'
import { Joins } from './joins.ts'
import type { Terms, WorkerLoad } from './messages.ts'
import { Negotiation } from './negotiation.ts'
import { PortPool } from './port-pool.ts'
import { type SpawnWorker, type WorkerLink, type WorkerNews, workerDown } from './worker-link.ts'
import { WorkerPool } from './worker-pool.ts'

export interface EmbeddedOptions {
  /** Where our sockets listen: a literal address of this machine. */
  readonly rtpAddress: string
  /** What our SDP names: the address far ends reach us at. */
  readonly namedAddress: string
  readonly rtpPorts: readonly [number, number]
  readonly music: Int16Array
  readonly clock: Clock
  readonly log: Log
  /** How many RTP threads; default: one per core, at most 8. */
  readonly workers?: number | undefined
  /** Legs a thread gets before the next one gets any; default 200. */
  readonly fewLegs?: number | undefined
  /** How a worker thread is made; tests give one they can end. */
  readonly spawn?: SpawnWorker | undefined
}

/** RFC 3550 leaves it open; far beyond any pause between words or a held phone's comfort packets. */
const defaultMediaTimeoutMs = 30_000
/** Ports somebody else holds are passed over; more in a row is no accident. */
const maxPortTries = 20

export class EmbeddedEngine implements MediaEngine {
  readonly #o: EmbeddedOptions
  readonly #ports: PortPool
  readonly #pool: WorkerPool
  readonly #joins = new Joins((leg) => this.#own(leg))
  readonly #sounds = new SoundFiles()
  readonly #legs = new Map<number, EmbeddedLeg>()
  #nextLeg = 1
  #closed = false

  constructor(options: EmbeddedOptions) {
    this.#o = options
    this.#ports = new PortPool(options.rtpPorts, options.clock)
    this.#pool = new WorkerPool({
      count: options.workers,
      fewLegs: options.fewLegs,
      start: { music: options.music },
      clock: options.clock,
      log: options.log,
      spawn: options.spawn,
      onNews: (news, from) => this.#receive(news, from),
    })
  }

  async start(): Promise<void> {
    await this.#pool.start()
  }

  openFromOffer(offer: string, options: LegOptions): Promise<MediaLeg> {
    return this.#open(options, (negotiation) => negotiation.answer(offer))
  }

  openForOffer(options: LegOptions): Promise<MediaLeg> {
    return this.#open(options, (negotiation) => {
      negotiation.offer('sendrecv')
      return undefined
    })
  }

  async bridge(a: MediaLeg, b: MediaLeg): Promise<Bridge> {
    return this.#joins.bridge(a, b)
  }

  async mix(members: readonly MixMember[]): Promise<Mix> {
    return this.#joins.mix(members)
  }

  health(): MediaHealth {
    const legs = this.#legs.size
    const { up } = this.#pool
    const room = up ? this.#ports.room : 0
    const sentence = !up
      ? 'The sound engine is down and is being started again.'
      : room === 0
        ? `All RTP ports are in use (${legs} legs); widen the port range.`
        : `${legs} legs open, room for ${room} more.`
    const machine = { name: 'embedded', up, legs, room, sentence }
    return { engine: 'embedded', machines: [machine], up, legs, room, sentence }
  }

  /** How the workers keep up with their tick; for metrics and the bench. */
  load(): Promise<WorkerLoad> {
    return this.#pool.load()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#legs.values()].map((leg) => leg.close()))
    await this.#pool[Symbol.asyncDispose]()
  }

  async #open(
    options: LegOptions,
    negotiate: (negotiation: Negotiation) => Terms | undefined,
  ): Promise<EmbeddedLeg> {
    if (this.#closed) throw workerDown()
    const link = this.#pool.take(options.owner)
    try {
      return await this.#openOn(link, options, negotiate)
    } catch (err) {
      this.#pool.release(options.owner, link)
      throw err
    }
  }

  async #openOn(
    link: WorkerLink,
    options: LegOptions,
    negotiate: (negotiation: Negotiation) => Terms | undefined,
  ): Promise<EmbeddedLeg> {
    const number = this.#nextLeg
    this.#nextLeg += 1
    for (let tries = 0; tries < maxPortTries; tries += 1) {
      const port = this.#ports.take()
      if (port === undefined) break
      const negotiation = this.#negotiation(port, options)
      try {
        const terms = negotiate(negotiation)
        if (!(await this.#bind(link, { number, port, options }))) {
          this.#ports.release(port)
          continue
        }
        if (this.#closed || !link.up) throw workerDown()
        return this.#leg(link, { number, port, negotiation, options, terms })
      } catch (err) {
        this.#ports.release(port)
        throw err
      }
    }
    throw new CordboardError('media.full', 'No RTP port is free for another call.', {
      blame: 'setup',
      retry: true,
    })
  }

  #negotiation(port: number, options: LegOptions): Negotiation {
    return new Negotiation({
      address: this.#o.namedAddress,
      family: isIP(this.#o.rtpAddress) === 6 ? 6 : 4,
      port,
      codecs: options.codecs,
      speaks: wideCodecs,
      srtp: options.srtp,
    })
  }

  /** False when the port is somebody else's. */
  async #bind(
    link: WorkerLink,
    { number, port, options }: { number: number; port: number; options: LegOptions },
  ): Promise<boolean> {
    const mediaTimeoutMs = options.mediaTimeoutMs ?? defaultMediaTimeoutMs
    const reply = await link.ask({
      kind: 'open',
      leg: number,
      address: this.#o.rtpAddress,
      port,
      mediaTimeoutMs,
    })
    if (reply.kind !== 'failed') return true
    if (reply.code === 'EADDRINUSE') return false
    this.#o.log.error({ port, code: reply.code, reason: reply.sentence }, 'an RTP port cannot be opened')
    throw new CordboardError('media.full', `No RTP port can be opened: ${reply.sentence}.`, {
      blame: 'setup',
    })
  }

  #leg(
    link: WorkerLink,
    opened: {
      number: number
      port: number
      negotiation: Negotiation
      options: LegOptions
      terms: Terms | undefined
    },
  ): EmbeddedLeg {
    const { number, port, negotiation, options, terms } = opened
    const leg = new EmbeddedLeg({
      id: legId(`embedded-${number}`),
      number,
      link,
      negotiation,
      sounds: this.#sounds,
      log: this.#o.log.with({ leg: number, owner: options.owner }),
      onClosed: () => {
        this.#legs.delete(number)
        this.#ports.release(port)
        this.#pool.release(options.owner, link)
      },
    })
    this.#legs.set(number, leg)
    if (terms) leg.configure(terms)
    return leg
  }

  #own(leg: MediaLeg): EmbeddedLeg {
    const own = leg instanceof EmbeddedLeg ? this.#legs.get(leg.number) : undefined
    if (own === undefined || own !== leg)
      throw new Error(`media leg ${leg.id} is closed or of another engine`)
    return own
  }

  #receive(news: WorkerNews, from: WorkerLink): void {
    if (news.kind !== 'died') {
      this.#legs.get(news.leg)?.receive(news)
      return
    }
    for (const leg of [...this.#legs.values()].filter(({ link }) => link === from)) {
      try {
        leg.receive(news)
      } catch (err) {
        this.#o.log.error({ reason: messageOf(err) }, 'a leg did not take the news of its worker')
      }
    }
  }
}

function isLegId(text: string): text is LegId {
  return text.startsWith('embedded-')
}

function legId(text: string): LegId {
  if (!isLegId(text)) throw new Error(`${text} is no leg id`)
  return text
}
