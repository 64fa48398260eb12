// A MediaLeg of the embedded engine: SDP and promises here, sound in the worker.
import { assertNever, CordboardError, messageOf } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type {
  LegId,
  LegQuality,
  MediaEvent,
  MediaLeg,
  Playback,
  PlayEnd,
  Recording,
  Sound,
} from '#media/engine.ts'
import type { SoundFiles } from '#media/sound-file.ts'
import { eventOfKey } from './digits.ts'
import type { Terms } from './messages.ts'
import type { Negotiation } from './negotiation.ts'
import type { WorkerSound } from './player.ts'
import { type WorkerLink, type WorkerNews, workerDown } from './worker-link.ts'

export interface EmbeddedLegOptions {
  readonly id: LegId
  /** Its number in the worker. */
  readonly number: number
  readonly link: WorkerLink
  readonly negotiation: Negotiation
  readonly sounds: SoundFiles
  readonly log: Log
  /** The leg is gone; its port may rest. */
  readonly onClosed: () => void
}

interface RunningPlay {
  readonly number: number
  readonly end: (how: PlayEnd) => void
}

const defaultPressMs = 100
const defaultGapMs = 50
const maxDigits = 256
/** No announcement has more parts; what is beyond is a mistake. */
const maxFiles = 64

export class EmbeddedLeg implements MediaLeg {
  readonly id: LegId
  readonly number: number
  readonly link: WorkerLink
  readonly events: Events<MediaEvent>
  readonly #o: EmbeddedLegOptions
  #play: RunningPlay | undefined
  #plays = 0
  #recording: Recording | undefined
  #closing: Promise<void> | undefined
  #gone = false

  constructor(options: EmbeddedLegOptions) {
    this.#o = options
    this.id = options.id
    this.number = options.number
    this.link = options.link
    this.events = new Events(options.log)
  }

  get localSdp(): string {
    return this.#o.negotiation.localSdp
  }

  get remoteDirection() {
    return this.#o.negotiation.remoteDirection
  }

  /** Sends what SDP settled to the worker. */
  configure(terms: Terms): void {
    this.link.tell({ kind: 'configure', leg: this.number, terms })
  }

  async acceptAnswer(sdp: string): Promise<void> {
    this.#mustBeOpen()
    this.configure(this.#o.negotiation.accept(sdp))
  }

  async answerAgain(offer: string): Promise<string> {
    this.#mustBeOpen()
    this.configure(this.#o.negotiation.answer(offer))
    return this.localSdp
  }

  async offerAgain(direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'): Promise<string> {
    this.#mustBeOpen()
    return this.#o.negotiation.offer(direction)
  }

  play(sound: Sound): Playback {
    this.#endPlay('stopped')
    const { promise, resolve } = Promise.withResolvers<PlayEnd>()
    if (this.#gone || this.#closing) {
      resolve('closed')
      return { ended: promise, stop: () => {} }
    }
    this.#plays += 1
    const play: RunningPlay = { number: this.#plays, end: resolve }
    this.#play = play
    this.#start(play, sound)
    return {
      ended: promise,
      stop: () => {
        if (this.#play === play) this.#endPlay('stopped')
      },
    }
  }

  async sendDigits(digits: string, options: { durationMs?: number; gapMs?: number } = {}): Promise<void> {
    this.#mustBeOpen()
    if (digits.length > maxDigits || [...digits].some((key) => eventOfKey(key) === undefined)) {
      throw new Error('digits must be 0-9 * # A-D, at most 256')
    }
    if (digits === '') return
    const durationMs = options.durationMs ?? defaultPressMs
    const gapMs = options.gapMs ?? defaultGapMs
    await this.link.ask({ kind: 'digits', leg: this.number, digits, durationMs, gapMs })
  }

  mute(on: boolean): void {
    this.link.tell({ kind: 'mute', leg: this.number, on })
  }

  watchQuiet(ms: number): void {
    this.link.tell({ kind: 'watch-quiet', leg: this.number, ms })
  }

  async record(path: string): Promise<Recording> {
    this.#mustBeOpen()
    await this.#recording?.stop()
    const reply = await this.link.ask({ kind: 'record', leg: this.number, path })
    if (reply.kind !== 'done') {
      const why = reply.kind === 'failed' ? reply.sentence : reply.kind
      throw new CordboardError('media.record', `The recording ${path} cannot be made: ${why}.`, {
        blame: 'setup',
      })
    }
    const recording = this.#runningRecording(path)
    this.#recording = recording
    return recording
  }

  async quality(): Promise<LegQuality> {
    this.#mustBeOpen()
    const reply = await this.link.ask({ kind: 'quality', leg: this.number })
    if (reply.kind !== 'quality') throw workerDown()
    return reply.quality
  }

  close(): Promise<void> {
    this.#closing ??= this.#gone ? Promise.resolve() : this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** News about this leg from the worker; its death ends the leg. */
  receive(news: WorkerNews): void {
    switch (news.kind) {
      case 'event':
        this.events.emit(news.event)
        return
      case 'played':
        if (this.#play?.number === news.play) this.#endPlay('done')
        return
      case 'faulted':
        this.#o.log.error({ sentence: news.sentence }, 'a bug in the RTP worker ended a leg')
        this.#end('engine')
        return
      case 'died':
        this.#end('engine')
        return
      default:
        assertNever(news)
    }
  }

  #start(play: RunningPlay, sound: Sound): void {
    switch (sound.kind) {
      case 'file':
        this.#startFiles(play, [sound.path], sound.repeat ?? false)
        return
      case 'files':
        this.#startFiles(play, sound.paths.slice(0, maxFiles), false)
        return
      default:
        this.#send(play, sound)
    }
  }

  #startFiles(play: RunningPlay, paths: readonly string[], repeat: boolean): void {
    guard(this.#o.log, 'play files', async () => {
      const read = await Promise.all(paths.map((path) => this.#readFile(path)))
      const pieces = read.flatMap((piece) => (piece && piece.length > 0 ? [piece] : []))
      if (pieces.length > 0) this.#send(play, { kind: 'samples', pieces, repeat })
      else if (this.#play === play) this.#endPlay('done')
    })()
  }

  /** undefined when it cannot be read. The call must go on: a missing announcement is as if it was played. */
  async #readFile(path: string): Promise<Int16Array | undefined> {
    try {
      return await this.#o.sounds.read(path)
    } catch (err) {
      this.#o.log.error({ path, reason: messageOf(err) }, 'a sound file cannot be played')
      return undefined
    }
  }

  #send(play: RunningPlay, sound: WorkerSound): void {
    if (this.#play === play) this.link.tell({ kind: 'play', leg: this.number, play: play.number, sound })
  }

  #endPlay(how: PlayEnd): void {
    const play = this.#play
    if (!play) return
    this.#play = undefined
    if (how === 'stopped') this.link.tell({ kind: 'stop-play', leg: this.number, play: play.number })
    play.end(how)
  }

  #runningRecording(path: string): Recording {
    let stopped: ReturnType<Recording['stop']> | undefined
    const pause = (on: boolean) => {
      if (!stopped) this.link.tell({ kind: 'pause-recording', leg: this.number, path, on })
    }
    return {
      path,
      pause: () => pause(true),
      resume: () => pause(false),
      stop: () => {
        stopped ??= this.#stopRecording(path)
        return stopped
      },
    }
  }

  async #stopRecording(path: string) {
    if (this.#recording?.path === path) this.#recording = undefined
    const reply = await this.link.ask({ kind: 'stop-recording', leg: this.number, path })
    if (reply.kind !== 'recorded') {
      // Its worker, or the leg in it, died.
      throw new CordboardError('media.record', `The recording ${path} did not end well.`)
    }
    return { durationMs: reply.durationMs, bytes: reply.bytes }
  }

  async #close(): Promise<void> {
    // A worker that dies meanwhile has ended the recording; its file is found by the repair.
    await this.#recording?.stop().catch((err: unknown) => this.#logClosing(err))
    await this.link.ask({ kind: 'close', leg: this.number }).catch((err: unknown) => this.#logClosing(err))
    this.#end('asked')
  }

  #logClosing(err: unknown): void {
    this.#o.log.warn({ reason: messageOf(err) }, 'a leg closed without its worker')
  }

  #end(reason: 'asked' | 'engine'): void {
    if (this.#gone) return
    this.#gone = true
    this.#endPlay('closed')
    this.#o.onClosed()
    this.events.emit({ kind: 'closed', reason })
  }

  #mustBeOpen(): void {
    if (this.#gone || this.#closing) throw new Error(`media leg ${this.id} is closed`)
  }
}
