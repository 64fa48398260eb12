// baresip, a softphone of Debian's, as a real phone: several at once, each at a loopback address of its own. It speaks a
// sine, keeps what it hears in WAV files, and is driven through its control socket (netstrings of JSON).
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { wavHeader } from '#media/wav-header.ts'
import { loudness, sampleRate, sine, strongestHz } from './audio.ts'
import { type Desk, read } from './desk.ts'
import { isMusic, isSilence, isTone } from './hearing.ts'
import { tempFolder } from './temp-folder.ts'
import { acceptsTcp, freeSipPort } from './udp-ports.ts'
import { waitUntil } from './wait-until.ts'

export interface BaresipOptions {
  /** A loopback address of its own. */
  readonly address: string
  /** `host:port` it registers at. */
  readonly server: string
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly username: string
  readonly password: string
  /** What it speaks, always. */
  readonly hz: number
  /** `srtp` offers and takes keys on a plain line (RTP/AVP), `srtp-mand` knows RTP/SAVP only. */
  readonly encryption?: 'none' | 'srtp' | 'srtp-mand'
}

const message = z.union([
  z.object({ response: z.literal(true), ok: z.boolean(), data: z.string(), token: z.string() }),
  z.object({
    event: z.literal(true),
    type: z.string(),
    param: z.string().optional(),
    id: z.string().optional(),
  }),
])
type Message = z.output<typeof message>
export type BaresipEvent = Extract<Message, { event: true }>
type Response = Extract<Message, { response: true }>

/** A loaded machine may take a while; nothing waits this long that works. */
const patienceMs = 15_000
/** Longer than any call. */
const speechS = 240
/** Longer than any test file. */
const lifeS = 1_200

export class Baresip implements AsyncDisposable {
  readonly events: BaresipEvent[] = []
  readonly username: string
  readonly #options: BaresipOptions
  readonly #folder: string
  readonly #stack: AsyncDisposableStack
  readonly #waiting = new Map<string, (response: Response) => void>()
  #socket: Socket | undefined
  #said = ''
  #commands = 0

  private constructor(options: BaresipOptions, folder: string, stack: AsyncDisposableStack) {
    this.#options = options
    this.#folder = folder
    this.#stack = stack
    this.username = options.username
  }

  /** Starts it; it registers by itself (`registered`). */
  static async start(options: BaresipOptions): Promise<Baresip> {
    await using stack = new AsyncDisposableStack()
    const folder = stack.use(tempFolder()).path
    const phone = new Baresip(options, folder, stack.move())
    try {
      await phone.#start()
    } catch (err) {
      await phone[Symbol.asyncDispose]()
      throw err
    }
    return phone
  }

  async registered(): Promise<void> {
    await this.saw('REGISTER_OK')
  }

  /** Calls `who`, an extension or number, at its server. */
  async dial(who: string): Promise<void> {
    await this.#command('dial', this.#uriOf(who))
  }

  /** Waits until it rings, and answers: the call's Call-ID. */
  async accept(): Promise<string> {
    const id = await this.#until('a call that rings', () => this.#ringing)
    await this.#command('accept')
    await this.#until(`${id} is answered`, () => this.calls.includes(id))
    return id
  }

  /** Call-IDs of the calls that are answered and not over, oldest first. */
  get calls(): readonly string[] {
    return this.#idsOf('CALL_ESTABLISHED').filter((id) => !this.#idsOf('CALL_CLOSED').includes(id))
  }

  get #ringing(): string | undefined {
    const past = [...this.#idsOf('CALL_ESTABLISHED'), ...this.#idsOf('CALL_CLOSED')]
    return this.#idsOf('CALL_INCOMING').findLast((id) => !past.includes(id))
  }

  #idsOf(type: string): readonly string[] {
    return this.events.flatMap((event) => (event.type === type && event.id ? event.id : []))
  }

  async hold(): Promise<void> {
    await this.#command('hold')
  }

  async resume(): Promise<void> {
    await this.#command('resume')
  }

  /** Sends keys by RFC 4733. */
  async press(keys: string): Promise<void> {
    await this.#command('sndcode', keys)
  }

  /** Blind transfer: REFER to `who`. */
  async transfer(who: string): Promise<void> {
    await this.#command('transfer', this.#uriOf(who))
  }

  /**
   * Warm transfer (RFC 5589): who is on the call in use is to have the far end of the call `callId` instead of us, by a
   * REFER to `who` with Replaces. baresip 1.0 has no key for it: it sends what its user types.
   */
  async transferTo(who: string, callId: string): Promise<void> {
    const { toTag, fromTag } = this.#dialogOf(callId)
    const value = encodeURIComponent(`${callId};to-tag=${toTag};from-tag=${fromTag}`)
    await this.#command('transfer', `<${this.#uriOf(who)}?Replaces=${value}>`)
  }

  /** Tags as the far end sees the dialog (RFC 3891 §3: its own is the to-tag), read from the SIP trace. */
  #dialogOf(callId: string): { toTag: string; fromTag: string } {
    // Each message of the trace ends with the escape that ends its colour.
    const answers = this.#said.split('\u001b[;m').filter((text) => /^SIP\/2\.0 200 /m.test(text))
    const isOf = (text: string) => text.includes(`Call-ID: ${callId}`) && /^CSeq: \d+ INVITE/im.test(text)
    const answer = answers.find(isOf) ?? ''
    const tag = (name: string) => new RegExp(`^${name}: .*;tag=([^\\s;]+)`, 'im').exec(answer)?.[1] ?? ''
    const [theirs, ours] = this.#idsOf('CALL_INCOMING').includes(callId) ? ['From', 'To'] : ['To', 'From']
    return { toTag: tag(theirs), fromTag: tag(ours) }
  }

  /** Makes the `line`th call (from 1) the one that commands are about. */
  async useLine(line: number): Promise<void> {
    await this.#command('line', String(line))
  }

  async hangUp(): Promise<void> {
    await this.#command('hangup')
  }

  /** Waits for the `nth` event of this type. */
  saw(type: string, nth = 1): Promise<BaresipEvent> {
    return this.#until(`${type} (${nth})`, () => this.events.filter((event) => event.type === type)[nth - 1])
  }

  async #until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    const { address } = this.#options
    try {
      return await waitUntil(`baresip at ${address}: ${what}`, look, patienceMs)
    } catch (err) {
      throw new Error(`baresip at ${address} waited in vain for ${what}:\n${this.trace()}`, { cause: err })
    }
  }

  count(type: string): number {
    return this.events.filter((event) => event.type === type).length
  }

  /** All it has said, with every SIP message. */
  trace(): string {
    return this.#said
  }

  /** As `hearsTone` of hearing.ts, for this phone's ear. */
  async hearsTone(hz: number): Promise<void> {
    await this.#hears(`a tone of ${hz} Hz`, (sound) => isTone(sound, hz))
  }

  async hearsMusic(notTheTones: readonly number[]): Promise<void> {
    await this.#hears('music', (sound) => isMusic(sound, notTheTones))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  /** Until the last whole second, all of it heard since now, fits. */
  async #hears(what: string, fits: (second: Int16Array) => boolean): Promise<void> {
    const before = this.#ear()
    let last = new Int16Array(0)
    const look = () => {
      const now = this.#ear()
      const isSame = now.path === before.path && now.samples.length >= before.samples.length
      const heard = isSame ? now.samples.subarray(before.samples.length) : now.samples
      if (heard.length < sampleRate) return false
      last = heard.slice(-sampleRate)
      return fits(last)
    }
    try {
      await waitUntil(`${this.#options.address} hears ${what}`, look, patienceMs)
    } catch (err) {
      const silent = last.length === 0 || isSilence(last)
      const found = silent ? 'nothing' : `${strongestHz(last)} Hz at ${loudness(last).toFixed(1)} dBm0`
      throw new Error(`${this.#options.address} hears ${found}, not ${what}:\n${this.trace()}`, {
        cause: err,
      })
    }
  }

  /** What it heard into its newest file: one is begun with each call and after each hold. Its header is right only at the end. */
  #ear(): { path: string; samples: Int16Array } {
    const ears = readdirSync(this.#folder).filter((name) => name.endsWith('dec.wav'))
    const newest = ears
      .map((name) => join(this.#folder, name))
      .toSorted((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
      .at(-1)
    if (newest === undefined) return { path: '', samples: new Int16Array(0) }
    const bytes = readFileSync(newest).subarray(44)
    const samples = Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2))
    return { path: newest, samples }
  }

  #uriOf(who: string): string {
    const { server, transport } = this.#options
    return `sip:${who}@${server};transport=${transport}`
  }

  async #start(): Promise<void> {
    const { address } = this.#options
    const control = await freeSipPort(address)
    await this.#writeFiles(control)
    this.#blockMouthFiles()
    // Its home: without, it would look for a configuration of the person who runs the tests.
    const child = spawn('baresip', ['-f', this.#folder, '-s', '-v'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: this.#folder, TZ: 'UTC' },
    })
    this.#stack.defer(() => ended(child))
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString('utf8')
      })
    let missing: Error | undefined
    child.once('error', (err) => {
      missing = err
    })
    await waitUntil(
      'baresip is there',
      () => {
        if (missing) throw missing
        if (child.exitCode !== null) throw new Error(`baresip ended at its start:\n${this.#said}`)
        return this.#said.includes('baresip is ready') && acceptsTcp(address, control)
      },
      patienceMs,
    )
    this.#socket = await this.#open(address, control)
    // Only now, or nobody would be told that it registered.
    await this.#command('uanew', this.#account())
  }

  // baresip 1.0 stops keeping what it hears at the first hold, unless what it says cannot be kept: folders stand in its way.
  #blockMouthFiles(): void {
    const now = Date.now()
    for (let second = 0; second < lifeS; second += 1) {
      const [time = ''] = new Date(now + second * 1_000).toISOString().replace(/[T:]/g, '-').split('.')
      mkdirSync(join(this.#folder, `dump-${time}-enc.wav`))
    }
  }

  #account(): string {
    const { username, password, server, transport, encryption = 'none' } = this.#options
    const secured = encryption === 'none' ? '' : `;mediaenc=${encryption}`
    return `<sip:${username}@${server};transport=${transport}>;auth_pass=${password};regint=600;audio_codecs=PCMU${secured}`
  }

  async #writeFiles(control: number): Promise<void> {
    const { address, hz } = this.#options
    const mouth = join(this.#folder, 'mouth.wav')
    const second = new Uint8Array(sine(hz, 1).buffer)
    const speech = Array.from({ length: speechS }, () => second)
    const header = wavHeader({ rate: sampleRate, channels: 1, dataBytes: speechS * second.length })
    writeFileSync(mouth, Buffer.concat([header, ...speech]))
    const settings = [
      ...['account', 'contact'].map((name) => `module_tmp ${name}.so`),
      ...['g711', 'aufile', 'aubridge', 'sndfile', 'srtp'].map((name) => `module ${name}.so`),
      ...['menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
      'module_path /usr/lib/baresip/modules',
      // With an interface of its own it takes loopback addresses, which it never chooses by itself.
      `net_interface ${address}`,
      `sip_listen ${address}:${await freeSipPort(address)}`,
      `ctrl_tcp_listen ${address}:${control}`,
      `audio_source aufile,${mouth}`,
      // A pipe nobody reads: what it hears is kept on its way there.
      'audio_player aubridge,ear',
      'audio_alert aubridge,bell',
      `snd_path ${this.#folder}`,
      'ringback_disabled yes',
      'menu_bell no',
      'statmode_default off',
    ]
    writeFileSync(join(this.#folder, 'config'), `${settings.join('\n')}\n`)
    for (const name of ['accounts', 'contacts']) writeFileSync(join(this.#folder, name), '')
  }

  async #open(address: string, port: number): Promise<Socket> {
    const socket = connect(port, address)
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      rest = this.#take(Buffer.concat([rest, chunk]))
    })
    socket.on('error', () => {})
    this.#stack.defer(() => void socket.destroy())
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return socket
  }

  /** Reads whole netstrings (`5:hello,`); the rest is kept. */
  #take(bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
    const colon = bytes.indexOf(58)
    const size = colon < 0 ? Number.NaN : Number(bytes.subarray(0, colon).toString('latin1'))
    if (Number.isNaN(size) || bytes.length < colon + size + 2) return bytes
    const told = message.safeParse(JSON.parse(bytes.subarray(colon + 1, colon + 1 + size).toString('utf8')))
    if (told.success && 'event' in told.data) this.events.push(told.data)
    if (told.success && 'response' in told.data) this.#waiting.get(told.data.token)?.(told.data)
    return this.#take(bytes.subarray(colon + size + 2))
  }

  async #command(command: string, params?: string): Promise<string> {
    this.#commands += 1
    const token = String(this.#commands)
    const answered = Promise.withResolvers<Response>()
    this.#waiting.set(token, answered.resolve)
    const text = JSON.stringify(params === undefined ? { command, token } : { command, params, token })
    this.#socket?.write(`${Buffer.byteLength(text)}:${text},`)
    const { ok, data } = await answered.promise
    if (!ok) throw new Error(`baresip refused ${command} ${params ?? ''}: ${data}\n${this.trace()}`)
    return data
  }
}

/** It hangs up and unregisters first, as far as it gets. */
async function ended(child: ChildProcess): Promise<void> {
  const isOver = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  if (isOver()) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 3_000)
  await gone
  clearTimeout(patience)
}

/** Makes a phone for the person, and a baresip that is registered as it. */
export async function openBaresip(
  desk: Desk,
  options: Omit<BaresipOptions, 'username' | 'password'> & { readonly userId: string },
): Promise<Baresip> {
  const { userId, ...own } = options
  const made = await read(desk.api.phones.$post({ json: { label: own.address, userId } }))
  const phone = await Baresip.start({ ...own, username: made.phone.username, password: made.secret })
  try {
    await phone.registered()
    return phone
  } catch (err) {
    await phone[Symbol.asyncDispose]()
    throw err
  }
}
