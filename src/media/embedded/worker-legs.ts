// All legs of the RTP worker: does what the engine's thread asks, and drives them by one tick.
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { assertNever, messageOf, systemCodeOf } from '#lib/errors.ts'
import type { FromWorker, Reply, ToWorker, WorkerStart } from './messages.ts'
import { part } from './peer.ts'
import { fillFrom, MusicClock } from './player.ts'
import { Recorder } from './recorder.ts'
import { RecordingFile } from './recording-file.ts'
import { startTicker, type Ticker } from './ticker.ts'
import { openPair } from './udp-pair.ts'
import { WorkerJoins } from './worker-joins.ts'
import { WorkerLeg } from './worker-leg.ts'

/** RTCP about every 5 s (RFC 3550 §6.2), each leg on its own tick of this cycle so that they do not burst. */
const rtcpTicks = 250

/** From here on packets come so often that taking several together is worth a rest between them. */
const manyLegs = 40

interface LegRecording {
  readonly path: string
  readonly recorder: Recorder
  readonly file: RecordingFile
}

type Of<K extends ToWorker['kind']> = Extract<ToWorker, { kind: K }>

export class WorkerLegs {
  readonly #legs = new Map<number, WorkerLeg>()
  readonly #joins = new WorkerJoins((id) => this.#legs.get(id))
  readonly #recordings = new Map<number, LegRecording>()
  readonly #tell: (message: FromWorker) => void
  readonly #music: MusicClock
  readonly #ticker: Ticker
  #ticks = 0
  /** Questions (keys aside, which take their time) whose answer somebody waits for. */
  #answering = 0

  constructor(options: WorkerStart & { tell: (message: FromWorker) => void }) {
    this.#tell = options.tell
    this.#music = new MusicClock(options.music)
    const rest = {
      bell: options.bell,
      wanted: () => this.#legs.size >= manyLegs && this.#answering === 0,
    }
    this.#ticker = startTicker((nowMs) => this.#tick(nowMs), rest)
  }

  handle(message: ToWorker): void {
    if (!('request' in message)) {
      this.#command(message)
      return
    }
    const tell = (reply: Reply) => {
      if (message.kind !== 'digits') this.#answering -= 1
      this.#tell({ kind: 'reply', request: message.request, reply })
    }
    if (message.kind !== 'digits') this.#answering += 1
    this.#answer(message).then(tell, (err: unknown) =>
      tell({ kind: 'failed', code: systemCodeOf(err) ?? '', sentence: messageOf(err) }),
    )
  }

  #command(message: Exclude<ToWorker, { request: number }>): void {
    switch (message.kind) {
      case 'configure':
        this.#legs.get(message.leg)?.configure(message.terms, performance.now())
        return
      case 'bridge':
        this.#joins.bridge(message)
        return
      case 'unbridge':
        this.#joins.unbridge(message)
        return
      case 'bridge-remote':
        this.#joins.bridgeRemote(message)
        return
      case 'unbridge-remote':
        this.#joins.unbridgeRemote(message)
        return
      case 'mix':
        this.#joins.mix(message)
        return
      case 'close-mix':
        this.#joins.closeMix(message.mix)
        return
      case 'play':
        this.#play(message)
        return
      case 'stop-play':
        this.#legs.get(message.leg)?.speaker.stopPlay(message.play)
        return
      case 'mute': {
        const leg = this.#legs.get(message.leg)
        if (leg) leg.muted = message.on
        return
      }
      case 'watch-quiet':
        this.#legs.get(message.leg)?.watchQuiet(message.ms, performance.now())
        return
      case 'pause-recording': {
        const recording = this.#recordings.get(message.leg)
        if (recording?.path === message.path) recording.recorder.pause(message.on)
        return
      }
      default:
        assertNever(message)
    }
  }

  async #answer(message: Extract<ToWorker, { request: number }>): Promise<Reply> {
    switch (message.kind) {
      case 'open':
        return this.#open(message)
      case 'digits':
        return this.#sendDigits(message)
      case 'record':
        return this.#record(message)
      case 'stop-recording':
        return this.#stopRecording(message.leg, message.path)
      case 'quality':
        return { kind: 'quality', quality: this.#leg(message.leg).quality() }
      case 'close':
        return this.#close(message.leg)
      case 'load':
        return { kind: 'load', load: { legs: this.#legs.size, ...this.#ticker.takeLateness() } }
      default:
        return assertNever(message)
    }
  }

  #leg(id: number): WorkerLeg {
    const leg = this.#legs.get(id)
    if (!leg) throw new Error(`leg ${id} is closed`)
    return leg
  }

  async #open(message: Of<'open'>): Promise<Reply> {
    const random = randomBytes(10)
    const leg = new WorkerLeg({
      id: message.leg,
      mediaTimeoutMs: message.mediaTimeoutMs,
      random: {
        ssrc: random.readUInt32BE(0),
        // RFC 3711 §3.3.1: a start in the lower half, so that loss of the first packets is no rollover.
        sequence: random.readUInt16BE(4) & 0x7fff,
        timestamp: random.readUInt32BE(6),
      },
      tell: (event) => this.#tell({ kind: 'event', leg: message.leg, event }),
      nowMs: performance.now(),
    })
    leg.sockets = await openPair(message.address, message.port, {
      // A bug on one leg's path ends that leg, not the sound of all others.
      rtp: (bytes, from) => {
        try {
          leg.onRtp(bytes, from, performance.now())
        } catch (err) {
          this.#fault(leg, err)
        }
      },
      rtcp: (bytes, from) => {
        try {
          leg.onRtcp(bytes, from, performance.now())
        } catch (err) {
          this.#fault(leg, err)
        }
      },
    })
    this.#legs.set(message.leg, leg)
    return { kind: 'done' }
  }

  #play(message: Of<'play'>): void {
    const played = () => this.#tell({ kind: 'played', leg: message.leg, play: message.play })
    const leg = this.#legs.get(message.leg)
    if (!leg) {
      played()
      return
    }
    leg.speaker.play({ id: message.play, fill: fillFrom(message.sound, this.#music), ended: played })
  }

  #sendDigits(message: Of<'digits'>): Promise<Reply> {
    const leg = this.#leg(message.leg)
    return new Promise((resolve) => {
      leg.speaker.digits.send(message.digits, { ...message, done: () => resolve({ kind: 'done' }) })
    })
  }

  async #record(message: Of<'record'>): Promise<Reply> {
    const leg = this.#leg(message.leg)
    await this.#stopRecording(message.leg, undefined)
    const file = await RecordingFile.create(message.path, (reason) => {
      if (this.#recordings.get(message.leg)?.path === message.path) leg.record(undefined)
      this.#tell({
        kind: 'event',
        leg: message.leg,
        event: { kind: 'recording-ended', path: message.path, reason },
      })
    })
    if (!this.#legs.has(message.leg)) {
      await file.close()
      throw new Error('the leg closed before its recording began')
    }
    const recorder = new Recorder(file)
    leg.record(recorder)
    this.#recordings.set(message.leg, { path: message.path, recorder, file })
    return { kind: 'done' }
  }

  /** Stops what the leg records; with `path` only that recording. */
  async #stopRecording(leg: number, path: string | undefined): Promise<Reply> {
    const recording = this.#recordings.get(leg)
    if (!recording || (path !== undefined && recording.path !== path)) {
      return { kind: 'failed', code: '', sentence: 'nothing is recorded there' }
    }
    this.#recordings.delete(leg)
    const running = this.#legs.get(leg)
    running?.record(undefined)
    recording.recorder.finish()
    return { kind: 'recorded', ...(await recording.file.close()) }
  }

  async #close(id: number): Promise<Reply> {
    const leg = this.#legs.get(id)
    if (!leg) return { kind: 'done' }
    part(leg)
    leg.close()
    this.#legs.delete(id)
    await Promise.all([this.#stopRecording(id, undefined), leg.sockets?.close()])
    return { kind: 'done' }
  }

  #tick(nowMs: number): void {
    this.#music.tick()
    this.#ticks += 1
    this.#joins.tick(nowMs)
    for (const leg of this.#legs.values()) {
      try {
        leg.tick(nowMs)
        if ((this.#ticks + leg.id) % rtcpTicks === 0) leg.sendRtcp(Date.now(), nowMs)
      } catch (err) {
        this.#fault(leg, err)
      }
    }
  }

  #fault(leg: WorkerLeg, err: unknown): void {
    if (!this.#legs.has(leg.id)) return
    const sentence = err instanceof Error ? (err.stack ?? err.message) : String(err)
    this.#tell({ kind: 'faulted', leg: leg.id, sentence })
    this.#close(leg.id).catch((closing: unknown) =>
      this.#tell({
        kind: 'log',
        level: 'error',
        sentence: `a faulted leg does not close: ${messageOf(closing)}`,
      }),
    )
  }
}
