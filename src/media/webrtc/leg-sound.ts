// The sound of one browser leg: a plain side towards the media engine, which stays, and a browser side, which may be
// replaced by a new one when the page was reloaded or the network changed.
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { type Direction, type MediaLine, readSdp, writeSdp } from '#media/sdp.ts'
import { readBrowserOffer, writeBrowserAnswer } from './browser-sdp.ts'
import { type BrowserSide, eventType, type SoundSide, type SoundWorker } from './mediasoup.ts'
import { openPlainPort, type PlainPort } from './plain-port.ts'

/** Where the media engine's RTP for browser legs comes to. */
export interface PlainPlace {
  readonly address: string
  /** As our SDP says it. */
  readonly named: string
  readonly ports: readonly [number, number]
}

export interface LegSoundOptions {
  readonly worker: SoundWorker
  readonly plain: PlainPlace
  /** The media engine's offer. */
  readonly offer: string
  readonly clock: Clock
  readonly log: Log
  /** No browser was connected for `awayMs`. */
  readonly onLost: () => void
}

/** A reload takes 2 s, a change of network 5 to 15; the other side of the call hears silence meanwhile. */
export const awayMs = 20_000

const turned: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
}

/** @throws CordboardError `media.sdp`, `media.no-codec`, `media.full` */
export async function openLegSound(options: LegSoundOptions): Promise<LegSound> {
  const far = pcmuLine(options.offer)
  const port = await openPlainPort(options.plain.address, options.plain.ports)
  return new LegSound(options, far, port)
}

export class LegSound {
  readonly #options: LegSoundOptions
  readonly #port: PlainPort
  #sdp: string
  #version = 1
  #plain: SoundSide | undefined
  #browser: BrowserSide | undefined
  #away: Timer | undefined
  #closed = false

  constructor(options: LegSoundOptions, far: MediaLine, port: PlainPort) {
    this.#options = options
    this.#port = port
    this.#sdp = this.#write(far.direction)
    guard(options.log, 'plain side of a browser leg', () => this.#openPlain(far))()
  }

  /** Our answer to the media engine's offer. */
  get sdp(): string {
    return this.#sdp
  }

  /** Our answer to its new one: the same stream, perhaps in another direction. @throws as openLegSound */
  answerAgain(offer: string): string {
    this.#version += 1
    this.#sdp = this.#write(pcmuLine(offer).direction)
    return this.#sdp
  }

  /** A browser's first offer, or one after it was away; our answer. @throws CordboardError `phone.offer`, `phone.unknown` */
  async connect(text: string): Promise<string> {
    const offer = readBrowserOffer(text)
    const side = await this.#options.worker.openBrowserSide(offer)
    if (this.#closed) {
      side.close()
      throw legIsOver()
    }
    this.#browser?.close()
    this.#browser = side
    this.#startAway()
    side.news.on((news) => {
      if (this.#browser !== side || this.#closed) return
      if (news === 'gone') this.#startAway()
      else this.#away?.cancel()
    })
    await this.#join()
    return writeBrowserAnswer(offer, side.gate)
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    this.#away?.cancel()
    this.#browser?.close()
    this.#plain?.close()
    await this.#port.close()
  }

  #startAway(): void {
    this.#away?.cancel()
    this.#away = this.#options.clock.after(awayMs, this.#options.onLost)
  }

  async #openPlain(line: MediaLine): Promise<void> {
    const { worker, plain: place } = this.#options
    const { address } = place
    const { port, rtcpPort } = this.#port
    const first = await this.#port.firstFrom(line)
    if (this.#closed) return
    await this.#port.close()
    const far = { ...first, rtcpPort: line.rtcpPort ?? line.port + 1 }
    const plain = await worker.openPlainSide({ address, port, rtcpPort, far })
    this.#plain = plain
    if (this.#closed) plain.close()
    else await this.#join()
  }

  /** Both sides may come first. */
  async #join(): Promise<void> {
    const [plain, browser] = [this.#plain, this.#browser]
    if (plain && browser) await Promise.all([plain.hear(browser.source), browser.hear(plain.source)])
  }

  #write(theirs: Direction): string {
    return writeSdp({
      sessionId: String(this.#port.port),
      version: this.#version,
      address: this.#options.plain.named,
      media: [
        {
          type: 'audio',
          port: this.#port.port,
          protocol: 'RTP/AVP',
          formats: ['0', String(eventType)],
          maps: [
            { payloadType: 0, name: 'PCMU', rate: 8000 },
            { payloadType: eventType, name: 'telephone-event', rate: 8000, fmtp: '0-15' },
          ],
          direction: turned[theirs],
          ptimeMs: 20,
        },
      ],
    })
  }
}

export function legIsOver(): CordboardError {
  return new CordboardError('phone.unknown', 'This call has ended.', { blame: 'user' })
}

function pcmuLine(sdp: string): MediaLine {
  const line = readSdp(sdp).find(({ type, formats }) => type === 'audio' && formats.includes('0'))
  if (line) return line
  throw new CordboardError('media.no-codec', 'The media engine offers no PCMU for the browser phone.')
}
