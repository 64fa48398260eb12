// A MediaLeg of FreeSWITCH: SDP with the far end is settled here, sound and keys at the channel.
import { type Clock, delay } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { eventOfKey } from '#media/embedded/digits.ts'
import type { Terms } from '#media/embedded/messages.ts'
import type { Negotiation } from '#media/embedded/negotiation.ts'
import type { LegId, LegQuality, MediaEvent, MediaLeg, Playback, Recording, Sound } from '#media/engine.ts'
import type { Channel } from './channel.ts'
import { farEndSdp } from './far-end-sdp.ts'
import { keyTones } from './playable.ts'
import { Player } from './player.ts'
import { QuietListener } from './quiet-listener.ts'
import { startRecording } from './recording.ts'
import { SilenceWatch } from './silence-watch.ts'
import { Statistics } from './statistics.ts'

export interface FreeswitchLegOptions {
  readonly id: LegId
  readonly channel: Channel
  readonly negotiation: Negotiation
  /** What SDP settled already; undefined when the far end has not answered our offer. */
  readonly terms: Terms | undefined
  /** Stands in for an address of the far end that is not known. */
  readonly nowhere: string
  readonly mediaTimeoutMs: number
  readonly clock: Clock
  readonly log: Log
  readonly onClosed: (leg: FreeswitchLeg) => void
}

const defaultPressMs = 100
const defaultGapMs = 50
const maxDigits = 256
/** FreeSWITCH counts a key's length in samples of 8 kHz. */
const samplesPerMs = 8

export class FreeswitchLeg implements MediaLeg {
  readonly id: LegId
  readonly channel: Channel
  readonly player: Player
  readonly events: Events<MediaEvent>
  readonly #o: FreeswitchLegOptions
  readonly #watch: SilenceWatch
  readonly #statistics: Statistics
  #version = 1
  #shown = ''
  #codec: string
  #makesTones = false
  #recording: Recording | undefined
  #quiet: QuietListener | undefined
  #closing: Promise<void> | undefined
  #gone = false

  constructor(options: FreeswitchLegOptions) {
    const { channel, clock, log, terms } = options
    this.#o = options
    this.id = options.id
    this.channel = channel
    this.events = new Events(log)
    this.player = new Player(channel, { clock, log })
    this.#statistics = new Statistics(channel)
    this.#codec = terms?.codec ?? ''
    this.#watch = new SilenceWatch({ ...options, tell: (event) => this.events.emit(event) })
    channel.onGone = (why) => {
      log.info({ why }, 'FreeSWITCH ended a leg')
      this.#end('engine')
    }
    channel.on('DTMF', (header) => {
      // What we send on this leg is told too, from another source.
      if (!/^(RTP|INBAND_AUDIO|ENDPOINT|UNKNOWN)$/.test(header('DTMF-Source') || 'UNKNOWN')) return
      const durationMs = Math.round(Number(header('DTMF-Duration')) / samplesPerMs)
      this.events.emit({ kind: 'digit', digit: header('DTMF-Digit').toUpperCase(), durationMs })
    })
    if (terms) {
      this.#shown = this.#farEnd(terms)
      guard(log, 'first terms', () => this.#settled(terms))()
    }
  }

  get localSdp(): string {
    return this.#o.negotiation.localSdp
  }

  get remoteDirection() {
    return this.#o.negotiation.remoteDirection
  }

  async acceptAnswer(sdp: string): Promise<void> {
    this.#mustBeOpen()
    await this.#show(this.#o.negotiation.accept(sdp))
  }

  async answerAgain(offer: string): Promise<string> {
    this.#mustBeOpen()
    await this.#show(this.#o.negotiation.answer(offer))
    return this.localSdp
  }

  async offerAgain(direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'): Promise<string> {
    this.#mustBeOpen()
    return this.#o.negotiation.offer(direction)
  }

  play(sound: Sound): Playback {
    return this.player.play(sound)
  }

  async sendDigits(digits: string, options: { durationMs?: number; gapMs?: number } = {}): Promise<void> {
    this.#mustBeOpen()
    if (digits.length > maxDigits || [...digits].some((key) => eventOfKey(key) === undefined)) {
      throw new Error('digits must be 0-9 * # A-D, at most 256')
    }
    const durationMs = options.durationMs ?? defaultPressMs
    const gapMs = options.gapMs ?? defaultGapMs
    if (this.#makesTones) {
      // FreeSWITCH's own tones come late, and not at all to a leg that is in no bridge.
      using _paused = await this.player.interrupt()
      await this.channel.play(keyTones(digits, { durationMs, gapMs }))
      return
    }
    // One at a time: FreeSWITCH has no word for the gap.
    for (const key of digits.toUpperCase()) {
      await this.channel.api('uuid_send_dtmf', `${this.channel.uuid} ${key}@${durationMs}`)
      await delay(this.#o.clock, durationMs + gapMs)
    }
  }

  mute(on: boolean): void {
    if (this.#gone || this.#closing) return
    this.channel
      .api('uuid_audio', `${this.channel.uuid} start read mute ${on ? 1 : 0}`)
      .catch((err: unknown) => {
        this.#o.log.error({ on, reason: messageOf(err) }, 'a leg was not muted')
      })
  }

  watchQuiet(ms: number): void {
    this.#quiet?.stop()
    this.#quiet = undefined
    if (ms <= 0 || this.#gone || this.#closing) return
    const tell = (quietMs: number) => this.events.emit({ kind: 'quiet', ms: quietMs })
    const { clock, log } = this.#o
    this.#quiet = new QuietListener({ ms, tell, clock, log, path: () => this.#recording?.path })
  }

  async record(path: string): Promise<Recording> {
    this.#mustBeOpen()
    await this.#recording?.stop()
    const { channel } = this
    const { clock, log } = this.#o
    this.#recording = await startRecording({
      channel,
      path,
      clock,
      log,
      tell: (event) => this.events.emit(event),
    })
    return this.#recording
  }

  async quality(): Promise<LegQuality> {
    this.#mustBeOpen()
    return await this.#statistics.quality(this.#codec)
  }

  close(): Promise<void> {
    this.#closing ??= this.#gone ? Promise.resolve() : this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Its machine is gone. */
  lose(): void {
    this.#end('engine')
    this.channel.close().catch((err: unknown) => this.#o.log.debug({ reason: messageOf(err) }, 'a lost leg'))
  }

  #farEnd(terms: Terms): string {
    return farEndSdp(terms, { version: this.#version, nowhere: this.#o.nowhere })
  }

  /** Tells FreeSWITCH where sound goes, when that changed. */
  async #show(terms: Terms): Promise<void> {
    if (this.#farEnd(terms) !== this.#shown) {
      this.#version += 1
      const sdp = this.#farEnd(terms)
      await this.channel.modify(sdp)
      this.#shown = sdp
    }
    await this.#settled(terms)
  }

  async #settled(terms: Terms): Promise<void> {
    this.#codec = terms.codec
    this.#watch.expect(terms.receive && this.remoteDirection === 'sendrecv')
    await this.#makeTones(terms.eventType === undefined)
  }

  /** A far end without telephone-event hears keys as tones. */
  async #makeTones(on: boolean): Promise<void> {
    if (on === this.#makesTones) return
    this.#makesTones = on
    // Applications wait for one another: what plays is taken up again behind this one.
    using _paused = await this.player.interrupt()
    await this.channel
      .execute(on ? 'start_dtmf_generate' : 'stop_dtmf_generate', 'write')
      .catch((err: unknown) => {
        this.#o.log.warn({ on, reason: messageOf(err) }, 'keys will not be heard as tones')
      })
  }

  async #close(): Promise<void> {
    await this.#recording?.stop().catch((err: unknown) => {
      this.#o.log.warn({ reason: messageOf(err) }, 'a recording did not end well')
    })
    this.#watch.stop()
    this.#quiet?.stop()
    this.player.close()
    await this.channel.close()
    this.#end('asked')
  }

  #end(reason: 'asked' | 'engine'): void {
    if (this.#gone) return
    this.#gone = true
    this.#watch.stop()
    this.#quiet?.stop()
    this.player.close()
    this.#o.onClosed(this)
    this.events.emit({ kind: 'closed', reason })
  }

  #mustBeOpen(): void {
    if (this.#gone || this.#closing) throw new Error(`media leg ${this.id} is closed`)
  }
}
