// One TCP or TLS connection: framing, keep-alive answers, writes that wait for the connect, and its own age.
import type { Socket } from 'node:net'
import type { Log } from '#lib/log.ts'
import { type Frame, Framer } from './framing.ts'
import type { Endpoint, ListeningPoint } from './stack.ts'

export interface TcpConnectionOptions {
  readonly socket: Socket
  readonly far: Endpoint
  readonly local: ListeningPoint
  /** Accepted from outside: it has to say something sensible soon. */
  readonly accepted: boolean
  /** What the socket says when messages can go out. */
  readonly readyEvent: 'connect' | 'secureConnect'
  readonly maxMessageBytes: number
  readonly maxUnsentBytes: number
  readonly now: () => number
  readonly log: Log
  onMessage(bytes: Buffer, connection: TcpConnection): void
  onBroken(head: Buffer, reason: 'malformed' | 'oversized', connection: TcpConnection): void
  onClosed(connection: TcpConnection): void
}

type Waiting = { readonly text: string; readonly failed: (cause: unknown) => void }

export class TcpConnection {
  readonly far: Endpoint
  readonly local: ListeningPoint
  readonly accepted: boolean
  readonly openedAt: number
  /** When the last byte came or the last message went. */
  activeAt: number
  /** When the message that is still incomplete began. */
  partialSince: number | undefined
  /** A whole message was received. */
  spoken = false
  #connected: boolean
  #closed = false
  #cause: unknown
  #waiting: Waiting[] = []
  readonly #framer: Framer
  readonly #options: TcpConnectionOptions

  constructor(options: TcpConnectionOptions) {
    this.#options = options
    this.far = options.far
    this.local = options.local
    this.accepted = options.accepted
    this.openedAt = options.now()
    this.activeAt = this.openedAt
    this.#connected = options.accepted
    this.#framer = new Framer(options.maxMessageBytes)
    const { socket } = options
    socket.setNoDelay(true)
    // Finds peers that lost power: the kernel probes after a minute of silence.
    socket.setKeepAlive(true, 60_000)
    socket.on(options.readyEvent, () => this.#flush())
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (cause) => {
      this.#cause = cause
    })
    socket.on('close', () => this.#close())
  }

  get closed(): boolean {
    return this.#closed
  }

  get connected(): boolean {
    return this.#connected
  }

  write(text: string, failed: (cause: unknown) => void): void {
    if (this.#closed) {
      failed(this.#cause ?? new Error('the connection is closed'))
      return
    }
    if (!this.#connected) {
      this.#waiting.push({ text, failed })
      return
    }
    const { socket, maxUnsentBytes } = this.#options
    this.activeAt = this.#options.now()
    socket.write(text, (err) => {
      if (err) failed(err)
    })
    if (socket.writableLength > maxUnsentBytes) this.close(new Error('the far end reads too slowly'))
  }

  close(cause?: Error): void {
    this.#cause ??= cause
    this.#options.socket.destroy()
  }

  /** Sends what is queued, then closes. */
  finish(): void {
    this.#options.socket.destroySoon()
  }

  #flush(): void {
    this.#connected = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const { text, failed } of waiting) this.write(text, failed)
  }

  #receive(chunk: Buffer): void {
    const now = this.#options.now()
    this.activeAt = now
    for (const frame of this.#framer.push(chunk)) this.#take(frame)
    this.partialSince = this.#framer.partial ? (this.partialSince ?? now) : undefined
  }

  #take(frame: Frame): void {
    if (frame.kind === 'ping') {
      this.write('\r\n', () => {})
    } else if (frame.kind === 'message') {
      this.spoken = true
      // A later message of this chunk is judged by its own age.
      this.partialSince = undefined
      this.#options.onMessage(frame.bytes, this)
    } else {
      this.#options.onBroken(frame.head, frame.reason, this)
      this.finish()
    }
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.onClosed(this)
    const cause = this.#cause ?? new Error('the connection was closed')
    for (const { failed } of this.#waiting) failed(cause)
    this.#waiting = []
  }
}
