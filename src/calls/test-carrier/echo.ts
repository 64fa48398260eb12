// The echo behind a test number: RTP goes back to where it came from, packet by packet.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Log } from '#lib/log.ts'

export interface Echo extends Disposable {
  /** The answer to the offer it was opened for. */
  readonly sdp: string
}

/** RTP packets are smaller than this by far; what is larger is not sent back. */
const maxBytes = 1_500

/** Opens a loopback port that answers `offer` with its own first G.711 codec; undefined when it has none. */
export async function openEcho(offer: string, log: Log): Promise<Echo | undefined> {
  const codec = codecOf(offer)
  if (!codec) return undefined
  const socket = createSocket('udp4')
  socket.on('error', (err) => log.warn({ err }, "the test carrier's echo failed"))
  socket.on('message', (packet, from) => {
    if (packet.length <= maxBytes && isLoopback(from.address)) socket.send(packet, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { sdp: answer(socket, codec), [Symbol.dispose]: () => socket.close() }
}

interface Codec {
  readonly payload: 0 | 8
  /** Of telephone-event, so that pressed keys come back too. */
  readonly keys: string | undefined
}

function codecOf(offer: string): Codec | undefined {
  const formats = /^m=audio \d+ RTP\/AVP ([\d ]+)/m.exec(offer)?.[1]?.split(' ') ?? []
  const payload = formats.find((format) => format === '0' || format === '8')
  if (payload === undefined) return undefined
  const keys = /^a=rtpmap:(\d{2,3}) telephone-event\/8000/im.exec(offer)?.[1]
  return { payload: payload === '0' ? 0 : 8, keys }
}

function answer(socket: Socket, codec: Codec): string {
  const { port } = socket.address()
  const formats = codec.keys === undefined ? `${codec.payload}` : `${codec.payload} ${codec.keys}`
  return [
    'v=0',
    `o=- ${port} 1 IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${formats}`,
    `a=rtpmap:${codec.payload} ${codec.payload === 0 ? 'PCMU' : 'PCMA'}/8000`,
    ...(codec.keys === undefined ? [] : [`a=rtpmap:${codec.keys} telephone-event/8000`]),
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n')
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.')
}
