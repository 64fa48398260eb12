// A scripted SIP peer on a raw socket: it does what the test says, right or wrong, and shares no code with ours.
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { type Socket as Connection, createConnection, createServer } from 'node:net'

export interface FarMessage {
  readonly text: string
  readonly startLine: string
  /** Method of a request, status of a response. */
  readonly method: string | undefined
  readonly status: number | undefined
  readonly cseq: string
  readonly body: string
  header(name: string): string | undefined
  all(name: string): string[]
}

/** One side of a call as the far end sees it. */
export interface FarCall {
  readonly callId: string
  local: string
  remote: string
  uri: string
  cseq: number
  routes: readonly string[]
}

export interface Extra {
  readonly headers?: readonly string[]
  readonly body?: string
  readonly cseq?: number
  readonly branch?: string
}

/** How the far end's bytes travel. */
interface Link {
  readonly transport: 'UDP' | 'TCP'
  readonly port: number
  send(text: string): void
  close(): Promise<void>
}

export class FarEnd implements AsyncDisposable {
  readonly received: FarMessage[] = []
  readonly #link: Link
  readonly #serverPort: number
  readonly #taken = new Set<string>()
  #wake: (() => void)[] = []

  private constructor(serverPort: number, open: (onText: (text: string) => void) => Link) {
    this.#serverPort = serverPort
    this.#link = open((text) => {
      this.received.push(readMessage(text))
      for (const wake of this.#wake.splice(0)) wake()
    })
  }

  static async open(serverPort: number): Promise<FarEnd> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return new FarEnd(serverPort, (onText) => {
      socket.on('message', (bytes) => onText(bytes.toString('utf8')))
      return {
        transport: 'UDP',
        port: socket.address().port,
        send: (text) => socket.send(text, serverPort, '127.0.0.1'),
        close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
      }
    })
  }

  /** A peer that has opened one TCP connection to the server, and listens nowhere itself. */
  static async openTcp(serverPort: number): Promise<FarEnd> {
    const connection = createConnection(serverPort, '127.0.0.1')
    await new Promise((resolve) => connection.once('connect', resolve))
    return new FarEnd(serverPort, (onText) => tcpLink(connection, onText))
  }

  /** A peer that waits for the server's connection; `onPort` learns its port. */
  static async listenTcp(serverPort: number): Promise<FarEnd> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return new FarEnd(serverPort, (onText) => {
      let link: Link | undefined
      server.on('connection', (connection) => {
        link = tcpLink(connection, onText)
      })
      return {
        transport: 'TCP',
        port,
        send: (text) => link?.send(text),
        close: async () => {
          await link?.close()
          await new Promise((resolve) => server.close(resolve))
        },
      }
    })
  }

  get port(): number {
    return this.#link.port
  }

  get uri(): string {
    return `sip:far@127.0.0.1:${this.port}${this.#link.transport === 'TCP' ? ';transport=tcp' : ''}`
  }

  get contact(): string {
    return `Contact: <${this.uri}>`
  }

  send(...lines: readonly string[]): void {
    this.sendText(`${lines.join('\r\n')}\r\n\r\n`)
  }

  sendText(text: string): void {
    this.#link.send(text)
  }

  /** The first message that fits and was not taken yet; retransmissions of a taken one do not count. */
  async next(what: string | ((message: FarMessage) => boolean), timeoutMs = 5_000): Promise<FarMessage> {
    const fits = typeof what === 'string' ? (message: FarMessage) => isOf(message, what) : what
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const found = this.received.find((message) => !this.#taken.has(message.text) && fits(message))
      if (found) {
        this.#taken.add(found.text)
        return found
      }
      const left = deadline - Date.now()
      if (left <= 0) {
        const seen = this.received.map(({ startLine }) => startLine).join(' | ')
        throw new Error(`waited in vain for ${what}; seen: ${seen}`)
      }
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, left)
        this.#wake.push(() => {
          clearTimeout(timeout)
          resolve()
        })
      })
    }
  }

  /** How many messages like that have come so far. */
  count(what: string): number {
    return this.received.filter((message) => isOf(message, what)).length
  }

  newCall(uri = `sip:bob@127.0.0.1:${this.#serverPort}`): FarCall {
    return {
      callId: `call-${token()}`,
      local: `<sip:alice@127.0.0.1:${this.port}>;tag=${token()}`,
      remote: `<${uri}>`,
      uri,
      cseq: 0,
      routes: [],
    }
  }

  /** Sends a request of the call; returns its branch. */
  request(call: FarCall, method: string, extra: Extra = {}): string {
    const branch = extra.branch ?? `z9hG4bK${token()}`
    const sameNumber = method === 'ACK' || method === 'CANCEL'
    if (!sameNumber) call.cseq += 1
    const body = extra.body ?? ''
    const lines = [
      `${method} ${call.uri} SIP/2.0`,
      `Via: SIP/2.0/${this.#link.transport} 127.0.0.1:${this.port};branch=${branch};rport`,
      ...call.routes.map((route) => `Route: ${route}`),
      'Max-Forwards: 70',
      `From: ${call.local}`,
      `To: ${call.remote}`,
      `Call-ID: ${call.callId}`,
      `CSeq: ${extra.cseq ?? call.cseq} ${method}`,
      ...(extra.headers ?? [this.contact]),
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    this.sendText(`${lines.join('\r\n')}\r\n\r\n${body}`)
    return branch
  }

  /** Waits for a response to the call's request `method`, learns the remote tag and target from it. */
  async response(call: FarCall, status: number, method = 'INVITE'): Promise<FarMessage> {
    const response = await this.next(
      (message) =>
        message.status === status &&
        message.cseq.endsWith(method) &&
        message.header('Call-ID') === call.callId,
      5_000,
    ).catch((err: unknown) => {
      throw new Error(`${status} to ${method}: ${String(err)}`)
    })
    const to = response.header('To')
    // The route set is fixed by the response that makes the dialog (RFC 3261 §12.2.1.2).
    if (status < 300 && !call.remote.includes('tag=')) call.routes = response.all('Record-Route').toReversed()
    if (to?.includes('tag=')) call.remote = to
    const contact = /<([^>]+)>/.exec(response.header('Contact') ?? '')?.[1]
    if (contact && status < 300) call.uri = contact
    return response
  }

  /** Answers a request; the To tag is `tag` when the request had none. */
  reply(
    request: FarMessage,
    status: number,
    extra: Extra & { readonly reason?: string; readonly tag?: string } = {},
  ): void {
    const to = request.header('To') ?? ''
    const tagged = to.includes('tag=') || status === 100 ? to : `${to};tag=${extra.tag ?? 'far-tag'}`
    const body = extra.body ?? ''
    const lines = [
      `SIP/2.0 ${status} ${extra.reason ?? 'Whatever'}`,
      ...request.all('Via').map((via) => `Via: ${via}`),
      ...request.all('Record-Route').map((route) => `Record-Route: ${route}`),
      `From: ${request.header('From')}`,
      `To: ${tagged}`,
      `Call-ID: ${request.header('Call-ID')}`,
      `CSeq: ${request.header('CSeq')}`,
      ...(extra.headers ?? (status > 100 && status < 300 ? [this.contact] : [])),
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    this.sendText(`${lines.join('\r\n')}\r\n\r\n${body}`)
  }

  /** The far end's view of a call it was invited to and has answered with `tag`. */
  callFrom(invite: FarMessage, tag = 'far-tag'): FarCall {
    return {
      callId: invite.header('Call-ID') ?? '',
      local: `${invite.header('To')};tag=${tag}`,
      remote: invite.header('From') ?? '',
      uri: /<([^>]+)>/.exec(invite.header('Contact') ?? '')?.[1] ?? '',
      cseq: 100,
      routes: invite.all('Record-Route'),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.close()
  }
}

function tcpLink(connection: Connection, onText: (text: string) => void): Link {
  let waiting = ''
  connection.setEncoding('latin1')
  connection.on('error', () => {})
  connection.on('data', (chunk: string) => {
    waiting += chunk
    for (;;) {
      const head = waiting.indexOf('\r\n\r\n')
      const length = /^Content-Length:\s*(\d+)/im.exec(waiting.slice(0, head))?.[1]
      const end = head + 4 + Number(length ?? 0)
      if (head === -1 || waiting.length < end) return
      onText(Buffer.from(waiting.slice(0, end), 'latin1').toString('utf8'))
      waiting = waiting.slice(end)
    }
  })
  return {
    transport: 'TCP',
    port: connection.localPort ?? 0,
    send: (text) => connection.write(text),
    close: async () => {
      connection.destroy()
    },
  }
}

export function sdp(session = 'far'): string {
  return [
    'v=0',
    `o=${session} 1 1 IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 4000 RTP/AVP 0',
    'a=sendrecv',
    '',
  ].join('\r\n')
}

export function readMessage(text: string): FarMessage {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [startLine = '', ...lines] = head.split('\r\n')
  const all = (name: string) =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .flatMap((line) => line.slice(name.length + 1).split(/,(?=\s*<)|,(?=\s*SIP\/2\.0)/))
      .map((value) => value.trim())
  const header = (name: string) => all(name)[0]
  const status = /^SIP\/2\.0 (\d+)/.exec(startLine)?.[1]
  return {
    text,
    startLine,
    method: status ? undefined : startLine.split(' ')[0],
    status: status ? Number(status) : undefined,
    cseq: header('CSeq') ?? '',
    body: rest.join('\r\n\r\n'),
    header,
    all,
  }
}

/** `INVITE`, or `200 INVITE`. */
function isOf(message: FarMessage, what: string): boolean {
  const [first, second] = what.split(' ')
  if (second) return String(message.status) === first && message.cseq.endsWith(second)
  return message.method === first
}

function token(): string {
  return randomBytes(6).toString('hex')
}
