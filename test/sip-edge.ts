// Where a sipp stands on the network: an address of its own that everything between it and the program passes through.
// It can lose or hold back a message, so that "the first ACK is lost" is a fact and no chance; it keeps all it saw.
import { createSocket, type Socket } from 'node:dgram'
import { isSip, readSip, type SipText } from './sip-message.ts'
import { waitUntil } from './wait-until.ts'

export type Side = 'program' | 'sipp'

export interface Passed extends SipText {
  readonly from: Side
  readonly lost: boolean
}

/** A message kept back. */
export interface Held {
  readonly caught: boolean
  release(): void
}

export interface EdgeOptions {
  readonly address: string
  readonly programPort: number
  /** Where several SIP servers speak for the program: those besides the first. */
  readonly otherPorts?: readonly number[]
  readonly port?: number
}

interface Rule {
  readonly from: Side
  readonly what: string
  skip: number
  left: number
  readonly act: (forward: () => void) => void
}

export class SipEdge implements AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly seen: Passed[] = []
  /** Called with each SDP the program sends here. */
  onSdp: ((sdp: string) => void) | undefined
  /** While set, the edge itself answers OPTIONS of the program, as a carrier's border does. */
  answersOptions = false
  readonly #socket: Socket
  readonly #programPort: number
  /** Call-ID -> the port of the program that spoke last in this call. */
  readonly #speakers = new Map<string, number>()
  readonly #rules: Rule[] = []
  /** Call-ID -> port of the sipp that has this call. */
  readonly #calls = new Map<string, number>()
  /** Call-IDs of calls that were over before `forget`. */
  readonly #past = new Set<string>()
  readonly #methodsTo = new Map<string, number>()
  #newCallsTo: number | undefined

  private constructor(socket: Socket, options: EdgeOptions) {
    const { programPort, otherPorts = [] } = options
    this.#socket = socket
    this.#programPort = programPort
    const { address, port } = socket.address()
    this.address = address
    this.port = port
    socket.on('message', (bytes, peer) => {
      const isProgram =
        peer.address === '127.0.0.1' && (peer.port === programPort || otherPorts.includes(peer.port))
      this.#pass(bytes, isProgram ? { program: peer.port } : { sipp: peer.port })
    })
  }

  /** `address` is a loopback address other than 127.0.0.1, where the program is. */
  static async open(options: EdgeOptions): Promise<SipEdge> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(options.port ?? 0, options.address, resolve))
    return new SipEdge(socket, options)
  }

  get host(): string {
    return `${this.address}:${this.port}`
  }

  get program(): string {
    return `127.0.0.1:${this.#programPort}`
  }

  /** New calls of the program go to the sipp on this port; or, with `method`, those of that method, also after `forget`. */
  serve(sippPort: number, method?: string): void {
    if (method === undefined) this.#newCallsTo = sippPort
    else this.#methodsTo.set(method, sippPort)
  }

  /** The next `times` messages that fit never arrive. */
  lose(from: Side, what: string, times = 1): void {
    this.#rules.push({ from, what, skip: 0, left: times, act: () => {} })
  }

  /** The next message that fits (after `skip` others), and its retransmissions, wait until released; then one copy goes on. */
  hold(from: Side, what: string, options: { skip?: number } = {}): Held {
    let forward: (() => void) | undefined
    const rule: Rule = {
      from,
      what,
      skip: options.skip ?? 0,
      left: Number.POSITIVE_INFINITY,
      act: (go) => {
        forward ??= go
      },
    }
    this.#rules.push(rule)
    return {
      get caught() {
        return forward !== undefined
      },
      release: () => {
        rule.left = 0
        forward?.()
      },
    }
  }

  count(from: Side, what: string): number {
    return this.seen.filter((message) => message.from === from && isSip(message, what)).length
  }

  /** The `nth` message that fits, as soon as it was seen. */
  async saw(from: Side, what: string, options: { nth?: number; timeoutMs?: number } = {}): Promise<Passed> {
    const nth = options.nth ?? 1
    const look = () => this.seen.filter((message) => message.from === from && isSip(message, what))[nth - 1]
    try {
      return await waitUntil(`${from} sends ${what} (${nth})`, look, options.timeoutMs ?? 20_000)
    } catch (err) {
      throw new Error(`the ${from} never sent ${what} (${nth}) at ${this.host}:\n${this.trace()}`, {
        cause: err,
      })
    }
  }

  /** Until the last answer to an INVITE here has its ACK, and that one was not lost. */
  async acknowledged(): Promise<void> {
    await waitUntil(
      `the answer at ${this.host} is acknowledged`,
      () => {
        const answer = this.seen.findLast((message) => isSip(message, '200 INVITE'))
        const number = answer?.header('CSeq')?.split(' ')[0]
        const isAck = (message: Passed) =>
          message.method === 'ACK' && !message.lost && message.header('CSeq')?.split(' ')[0] === number
        return (
          answer !== undefined &&
          this.seen.some((message) => message.callId === answer.callId && isAck(message))
        )
      },
      20_000,
    )
  }

  /** Tells the sipp that has the newest call what to do next, by a request no carrier sends: `HANGUP`, `HOLD`, `ANSWER`. */
  cue(what: string): void {
    const last = this.seen.findLast(
      (message) => this.#calls.has(message.callId) && message.about !== 'REGISTER',
    )
    const port = last && this.#calls.get(last.callId)
    if (!last || port === undefined) throw new Error(`no call at ${this.host} to give the cue ${what}`)
    const cue = [
      `${what} sip:sipp@${this.host} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.host};branch=z9hG4bK-cue-${what}-${this.seen.length}`,
      `From: ${last.header('From')}`,
      `To: ${last.header('To')}`,
      `Call-ID: ${last.callId}`,
      `CSeq: 1 ${what}`,
      'Content-Length: 0',
    ]
    this.#socket.send(`${cue.join('\r\n')}\r\n\r\n`, port, this.address)
  }

  /** No rules, nothing seen, no sipp that takes calls. */
  forget(): void {
    // An INVITE nobody answered is sent again for 32 s (Timer B): it must not reach the sipp of a later test.
    for (const { method, callId } of this.seen) if (method === 'INVITE') this.#past.add(callId)
    this.#rules.length = 0
    this.seen.length = 0
    this.#calls.clear()
    this.#speakers.clear()
    this.#newCallsTo = undefined
  }

  /** Everything that passed, for a failed test's message. */
  trace(): string {
    return this.seen
      .map(({ from, lost, text }) => `--- ${from}${lost ? ' (kept back or lost)' : ''}\n${text}`)
      .join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()))
  }

  #pass(bytes: Buffer, sender: { readonly program: number } | { readonly sipp: number }): void {
    const message = readSip(bytes.toString('utf8'))
    if (!message || this.#past.has(message.callId)) return
    const { callId } = message
    const from: Side = 'program' in sender ? 'program' : 'sipp'
    if ('program' in sender) {
      this.#speakers.set(callId, sender.program)
      if (this.answersOptions && message.method === 'OPTIONS') {
        this.#answerOptions(message, sender.program)
        return
      }
    } else this.#calls.set(callId, sender.sipp)
    const to = 'program' in sender ? this.#sippOf(message) : undefined
    const forward = () => {
      if ('sipp' in sender) this.#send(bytes, this.#speakers.get(callId) ?? this.#programPort, '127.0.0.1')
      else if (to !== undefined) this.#send(bytes, to, this.address)
    }
    const rule = this.#rules.find(
      (one) => one.left > 0 && one.from === from && isSip(message, one.what) && one.skip-- <= 0,
    )
    this.seen.push({ ...message, from, lost: rule !== undefined })
    if (from === 'program' && !rule && message.body.startsWith('v=0')) this.onSdp?.(message.body)
    if (rule) {
      rule.left -= 1
      rule.act(forward)
    } else forward()
  }

  #sippOf(message: SipText): number | undefined {
    const { method, callId } = message
    const known = this.#calls.get(callId)
    if (known !== undefined || method === undefined) return known
    const port = this.#methodsTo.get(method) ?? this.#newCallsTo
    if (port !== undefined) this.#calls.set(callId, port)
    return port
  }

  #answerOptions(message: SipText, programPort: number): void {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${message.header(name)}`)
    const lines = ['SIP/2.0 200 OK', ...copied, 'Content-Length: 0']
    this.#send(`${lines.join('\r\n')}\r\n\r\n`, programPort, '127.0.0.1')
  }

  #send(bytes: Buffer | string, port: number, address: string): void {
    this.#socket.send(bytes, port, address)
  }
}
