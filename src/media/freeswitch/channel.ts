// One channel of FreeSWITCH: its dialog and its event socket, as fsmrf's Endpoint gives them. Every wait ends with the
// channel, and the channel is told as gone once, whoever ended it.
import type { Clock } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { call, isObject, textAt } from '#sip/dynamic.ts'
import { bounded } from './bounded.ts'
import { LentDialog } from './lent-srf.ts'

export interface ChannelOptions {
  /** What createEndpoint gave. */
  readonly endpoint: unknown
  /** The machine's own event socket, for what must work when the channel's does not. */
  readonly api: (command: string) => Promise<string>
  readonly clock: Clock
  readonly log: Log
}

/** An event about a channel: its headers by name; '' when it has none of that name. */
export type ReadHeader = (name: string) => string

const apiMs = 4_000
/** An application that plays has no such limit: this is for those that end at once. */
const executeMs = 5_000

/** @throws CordboardError `media.down` when fsmrf's endpoint is not what it should be */
export function openChannel(options: ChannelOptions): Channel {
  const { endpoint } = options
  const dialog: unknown = isObject(endpoint) ? Reflect.get(endpoint, 'dialog') : undefined
  const socket: unknown = isObject(endpoint) ? Reflect.get(endpoint, 'conn') : undefined
  if (!isObject(endpoint) || !(dialog instanceof LentDialog) || !isObject(socket))
    throw new CordboardError('media.down', 'The leg at FreeSWITCH ended while it was made.', { retry: true })
  return new Channel(options, { endpoint, dialog, socket })
}

export class Channel {
  readonly uuid: string
  /** Called once when the channel ended without our asking, with FreeSWITCH's cause. */
  onGone: ((why: string) => void) | undefined
  readonly #o: ChannelOptions
  readonly #endpoint: object
  readonly #dialog: LentDialog
  readonly #socket: object
  /** Ends what waits for this channel. */
  readonly #waiting = new Set<(fault: CordboardError) => void>()
  #over = false

  constructor(options: ChannelOptions, parts: { endpoint: object; dialog: LentDialog; socket: object }) {
    this.#o = options
    this.#endpoint = parts.endpoint
    this.#dialog = parts.dialog
    this.#socket = parts.socket
    this.uuid = textAt(parts.endpoint, 'uuid')
    call(parts.endpoint, 'on', 'destroy', (event: unknown) =>
      this.#end(isObject(event) ? textAt(event, 'reason') : 'its event socket broke'),
    )
    // A SIP server that went away says nothing about the sound: the event socket does.
    call(this.#socket, 'subscribe', 'RECORD_STOP CHANNEL_BRIDGE SEND_RTCP_MESSAGE RECV_RTCP_MESSAGE')
  }

  /** FreeSWITCH's answer to our last offer. */
  get answer(): string {
    return this.#dialog.remoteSdp
  }

  get over(): boolean {
    return this.#over
  }

  /** Calls `listener` for each later event of this name about the channel, until the result is disposed. */
  on(event: string, listener: (header: ReadHeader) => void): Disposable {
    const name = `esl::event::${event}::${this.uuid}`
    const hear = guard(this.#o.log, `channel ${event}`, (given: unknown) =>
      listener((header) => headerOf(given, header)),
    )
    call(this.#socket, 'on', name, hear)
    return { [Symbol.dispose]: () => void call(this.#socket, 'off', name, hear) }
  }

  /** An API command about this channel, in the order of the calls. @throws CordboardError `media.down` */
  async api(command: string, args: string): Promise<string> {
    return textOf(await this.#untilGone(() => call(this.#endpoint, 'api', command, args), apiMs))
  }

  /** An application that ends at once. @throws CordboardError `media.down` */
  async execute(app: string, arg: string): Promise<ReadHeader> {
    return await this.#execute(app, arg, executeMs)
  }

  /** Plays to its end; FreeSWITCH's word for how it went. @throws CordboardError `media.down` when the channel ends first */
  async play(path: string): Promise<string> {
    const header = await this.#execute('playback', path, undefined)
    return header('Application-Response')
  }

  /** Where the far end's sound goes now. @throws CordboardError `media.down`, `media.sdp` */
  modify(sdp: string): Promise<string> {
    return this.#dialog.modify(sdp)
  }

  /** Hangs up. Resolves when the channel is gone or cannot be told. */
  async close(): Promise<void> {
    if (this.#over) return
    this.onGone = undefined
    this.#end('we hung up')
    if (await this.#dialog.destroy()) return
    // The SIP server went away, or the dialog ended before: the machine's own event socket can still end it.
    await this.#o.api(`uuid_kill ${this.uuid}`).catch((err: unknown) => {
      this.#o.log.warn({ reason: messageOf(err) }, 'a channel of FreeSWITCH is left to the sweeper')
    })
  }

  async #execute(app: string, arg: string, ms: number | undefined): Promise<ReadHeader> {
    const done = await this.#untilGone(() => call(this.#endpoint, 'execute', app, arg), ms)
    return (header) => headerOf(done, header)
  }

  async #untilGone(ask: () => unknown, ms: number | undefined): Promise<unknown> {
    if (this.#over) throw overFault()
    const asked = Promise.resolve(ask())
    // It may fail when nobody waits any more.
    asked.catch(() => {})
    const ended = Promise.withResolvers<never>()
    this.#waiting.add(ended.reject)
    try {
      const first = Promise.race([asked, ended.promise])
      if (ms === undefined) return await first
      return await bounded(first, {
        clock: this.#o.clock,
        ms,
        late: () => new CordboardError('media.down', 'FreeSWITCH did not answer in time.', { retry: true }),
      })
    } finally {
      this.#waiting.delete(ended.reject)
    }
  }

  #end(why: string): void {
    if (this.#over) return
    this.#over = true
    for (const fail of [...this.#waiting]) fail(overFault())
    this.onGone?.(why)
  }
}

/** The body of an event socket reply. */
export function textOf(event: unknown): string {
  const body: unknown = isObject(event) ? call(event, 'getBody') : undefined
  return typeof body === 'string' ? body : ''
}

function headerOf(event: unknown, name: string): string {
  const value: unknown = isObject(event) ? call(event, 'getHeader', name) : undefined
  return typeof value === 'string' ? value : ''
}

function overFault(): CordboardError {
  return new CordboardError('media.down', 'The leg at FreeSWITCH is gone.', { retry: true })
}
