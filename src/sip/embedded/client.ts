// One connected application: its socket, whether it has shown the secret, which methods it wants.
import type { Socket } from 'node:net'
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { frameOf, frameReader } from './app-frames.ts'
import { type Command, parseCommand } from './command.ts'
import { answerText } from './wire-text.ts'

export interface ClientLimits {
  /** Largest frame an application may send. */
  readonly frameBytes: number
  /** Unsent bytes after which an application counts as stuck and loses its connection. */
  readonly backlogBytes: number
  /** Time to show the secret. */
  readonly authenticateMs: number
}

export interface ClientOptions {
  readonly socket: Socket
  readonly clock: Clock
  readonly log: Log
  readonly limits: ClientLimits
  onCommand(client: Client, command: Command): void
  onMalformed(): void
  onGone(client: Client): void
}

export class Client {
  readonly routes = new Set<string>()
  readonly name: string
  tags: readonly string[] = []
  connected = true
  #authenticated = false
  #unsent = ''
  readonly #socket: Socket
  readonly #deadline: Timer
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
    this.#socket = options.socket
    this.name = `${options.socket.remoteAddress}:${options.socket.remotePort}`
    this.#deadline = options.clock.after(options.limits.authenticateMs, () => this.close())
    const reader = frameReader(options.limits.frameBytes)
    options.socket.setNoDelay(true)
    options.socket.on(
      'data',
      guard(options.log, 'embedded sip: client data', (bytes: Buffer) => this.#read(reader, bytes)),
    )
    // Every error is followed by `close`, which does the work.
    options.socket.on('error', () => {})
    options.socket.once('close', () => this.#gone())
  }

  get authenticated(): boolean {
    return this.#authenticated
  }

  authenticate(tags: readonly string[]): void {
    this.#authenticated = true
    this.tags = tags
    this.#deadline.cancel()
  }

  /** Sends one frame; nothing happens when the application has gone. */
  send(text: string): void {
    if (!this.connected) return
    // What one turn of the event loop brings goes out in one write: system calls are most of what a call costs.
    if (this.#unsent === '') setImmediate(this.#flush)
    this.#unsent += frameOf(text)
    if (this.#socket.writableLength + this.#unsent.length <= this.#options.limits.backlogBytes) return
    this.#options.log.warn({ client: this.name }, 'an application does not read: connection closed')
    this.#socket.destroy()
    this.#gone()
  }

  answer(commandId: string, answer: string): void {
    this.send(answerText(commandId, answer))
  }

  /** Closes the connection after what was sent. */
  close(): void {
    this.#flush()
    this.#socket.destroySoon()
    this.#gone()
  }

  readonly #flush = (): void => {
    const text = this.#unsent
    this.#unsent = ''
    if (text !== '' && this.#socket.writable) this.#socket.write(text)
  }

  #read(reader: { push(bytes: Buffer): string[] }, bytes: Buffer): void {
    try {
      for (const frame of reader.push(bytes)) {
        if (this.connected) this.#options.onCommand(this, parseCommand(frame))
      }
    } catch (err) {
      this.#options.onMalformed()
      this.#options.log.warn({ client: this.name, reason: messageOf(err) }, 'an application sent no frame')
      this.close()
    }
  }

  #gone(): void {
    if (!this.connected) return
    this.connected = false
    this.#deadline.cancel()
    this.#options.onGone(this)
  }
}
