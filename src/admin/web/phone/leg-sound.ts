// The sound of one call at this browser: WebRTC with the server, made anew when the network changed.
import { api, take } from '../data/client.ts'
import { closeStream } from './microphone.ts'

export interface LegSoundOptions {
  readonly legId: string
  readonly microphone: MediaStream
  readonly speaker: string
  readonly muted: boolean
  /** Sound goes both ways, or no longer does and is being made anew. */
  readonly tell: (flowing: boolean) => void
}

/** A hiccup of the network mends itself within this time; then a new connection is quicker. */
const hiccupMs = 3_000
const retryMs = 1_500

export class LegSound {
  readonly microphone: MediaStream
  readonly #options: LegSoundOptions
  readonly #far = new Audio()
  #connection: RTCPeerConnection | undefined
  #keys: RTCDTMFSender | null = null
  #timer = 0
  #closed = false

  constructor(options: LegSoundOptions) {
    this.#options = options
    this.microphone = options.microphone
    this.mute(options.muted)
    this.#far.autoplay = true
    this.#far.hidden = true
    this.#far.dataset.callSound = 'far'
    document.body.append(this.#far)
    this.playAt(options.speaker)
  }

  /** Offers our sound to the server. @throws ApiError when the server refuses, Error when the browser does */
  async connect(): Promise<void> {
    this.#drop()
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    this.#connection = connection
    connection.addEventListener('track', ({ track }) => {
      this.#far.srcObject = new MediaStream([track])
    })
    connection.addEventListener('connectionstatechange', () => this.#look(connection))
    const [track] = this.microphone.getAudioTracks()
    if (!track) throw new Error('The microphone gives no sound.')
    const transceiver = connection.addTransceiver(track, { direction: 'sendrecv' })
    preferTelephone(transceiver)
    this.#keys = transceiver.sender.dtmf
    await connection.setLocalDescription()
    const offer = connection.localDescription?.sdp ?? ''
    const { answer } = await take(
      api['browser-phone'].legs[':id'].sound.$post({ param: { id: this.#options.legId }, json: { offer } }),
    )
    if (this.#connection === connection)
      await connection.setRemoteDescription({ type: 'answer', sdp: answer })
  }

  mute(on: boolean): void {
    for (const track of this.microphone.getAudioTracks()) track.enabled = !on
  }

  /** One of 0-9 * # A-D, by RFC 4733. */
  sendKey(key: string): void {
    if (this.#keys?.canInsertDTMF) this.#keys.insertDTMF(this.#keys.toneBuffer + key, 100, 70)
  }

  playAt(speaker: string): void {
    // Safari has no choice of speakers; an unplugged one leaves the system's.
    if ('setSinkId' in this.#far) void this.#far.setSinkId(speaker).catch(() => undefined)
  }

  close(): void {
    this.#closed = true
    this.#drop()
    closeStream(this.microphone)
    this.#far.srcObject = null
    this.#far.remove()
  }

  #drop(): void {
    window.clearTimeout(this.#timer)
    this.#connection?.close()
    this.#connection = undefined
  }

  #look(connection: RTCPeerConnection): void {
    if (this.#closed || connection !== this.#connection) return
    const { connectionState } = connection
    window.clearTimeout(this.#timer)
    if (connectionState === 'connected') this.#options.tell(true)
    if (connectionState === 'failed') this.#again(0)
    if (connectionState === 'disconnected') this.#again(hiccupMs)
  }

  #again(waitMs: number): void {
    window.clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => {
      this.#options.tell(false)
      // Without a network nothing gets through: tried until the line says that the call is over.
      this.connect().catch(() => {
        if (!this.#closed) this.#again(retryMs)
      })
    }, waitMs)
  }
}

/** What the telephone network speaks; a browser that cannot be told offers it among others. */
function preferTelephone(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []
  const telephone = codecs.filter(
    ({ mimeType, clockRate }) => clockRate === 8000 && /^audio\/(pcmu|telephone-event)$/i.test(mimeType),
  )
  if (telephone.length > 0 && 'setCodecPreferences' in transceiver) transceiver.setCodecPreferences(telephone)
}
