// A phone with lamps, as a test plays it: one UDP socket that subscribes, answers what it is told, and keeps it.
import { createSocket } from 'node:dgram'
import { answerChallenge, readChallenges } from '#sip/digest.ts'
import { readSip, type SipText } from './sip-message.ts'
import { waitUntil } from './wait-until.ts'

export interface SubscribeOptions {
  readonly event?: string
  readonly expires?: number
  readonly from?: string
  readonly accept?: string
  /** The To of an answer, for a request in that dialog. */
  readonly within?: Subscribed
}

export interface Subscribed {
  readonly status: number
  readonly answer: SipText
  readonly callId: string
  readonly user: string
}

export interface LampPhone extends AsyncDisposable {
  /** NOTIFYs, each once, oldest first. */
  readonly told: SipText[]
  /** What it answers NOTIFYs with. */
  answers: number
  subscribe(user: string, options?: SubscribeOptions): Promise<Subscribed>
  /** The `nth` NOTIFY of this subscription, from 1. */
  hears(subscribed: Subscribed, nth: number): Promise<SipText>
}

export async function lampPhone(options: {
  readonly port: number
  readonly username: string
  readonly secret: string
}): Promise<LampPhone> {
  const { port, username, secret } = options
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const own = `127.0.0.1:${socket.address().port}`
  const told: SipText[] = []
  const answers: SipText[] = []
  let calls = 0
  let cseq = 0
  const send = (lines: readonly string[]) => socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1')
  const phone: LampPhone = {
    told,
    answers: 200,
    subscribe: async (user, wish = {}) => {
      const callId = wish.within?.callId ?? `${username}-${++calls}`
      const uri = `sip:${user}@127.0.0.1:${port}`
      const request = { callId, uri, user, wish }
      let answer = await ask(request)
      const [challenge] = readChallenges(answer.header('Proxy-Authenticate') ?? '')
      if (answer.status === 407 && challenge) {
        const account = { username, password: secret, cnonce: 'c' }
        const proof = answerChallenge(challenge, { method: 'SUBSCRIBE', uri }, account)
        answer = await ask(request, [`Proxy-Authorization: ${proof}`])
      }
      return { status: answer.status ?? 0, answer, callId, user }
    },
    hears: (subscribed, nth) =>
      waitUntil(
        `NOTIFY ${nth} of ${subscribed.callId}`,
        () => told.filter(({ callId }) => callId === subscribed.callId)[nth - 1],
      ),
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  }
  const ask = async (
    { callId, uri, wish }: { callId: string; uri: string; wish: SubscribeOptions },
    more: readonly string[] = [],
  ): Promise<SipText> => {
    cseq += 1
    const number = `${cseq} SUBSCRIBE`
    send([
      `SUBSCRIBE ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${own};branch=z9hG4bK-${username}-${cseq};rport`,
      'Max-Forwards: 70',
      `From: <sip:${wish.from ?? username}@127.0.0.1>;tag=${callId}`,
      `To: ${wish.within?.answer.header('To') ?? `<${uri}>`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${number}`,
      `Contact: <sip:${username}@${own}>`,
      `Event: ${wish.event ?? 'dialog'}`,
      `Accept: ${wish.accept ?? '*/*'}`,
      `Expires: ${wish.expires ?? 600}`,
      ...more,
      'Content-Length: 0',
    ])
    return await waitUntil(`an answer to ${number} of ${callId}`, () =>
      answers.find((answer) => answer.callId === callId && answer.header('CSeq') === number),
    )
  }
  socket.on('message', (bytes) => {
    const message = readSip(bytes.toString('utf8'))
    if (!message) return
    if (message.status !== undefined) answers.push(message)
    if (message.method !== 'NOTIFY') return
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${message.header(name)}`)
    send([`SIP/2.0 ${phone.answers} Whatever`, ...copied, 'Content-Length: 0'])
    const isKnown = told.some(
      (one) => one.callId === message.callId && one.header('CSeq') === message.header('CSeq'),
    )
    if (!isKnown) told.push(message)
  })
  return phone
}
