// A port of ours for the plain side of a browser leg, held until the media engine's first packet has told its source:
// its SDP does not name the SSRC, and the worker takes only packets whose SSRC it knows.

import { randomInt } from 'node:crypto'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { CordboardError } from '#lib/errors.ts'

export interface FirstPacket {
  readonly address: string
  readonly port: number
  readonly ssrc: number
}

export interface PlainPort {
  readonly port: number
  /** The next one, for RTCP (RFC 3550 §11). */
  readonly rtcpPort: number
  /**
   * The first RTP packet from where the media engine's SDP says it is; on this machine any address of it will do.
   * Never settles when the port is given back before.
   */
  firstFrom(far: { readonly address: string | undefined; readonly port: number }): Promise<FirstPacket>
  /** Gives both ports back, for the worker to take. Idempotent. */
  close(): Promise<void>
}

const maxTries = 50
const headerBytes = 12

/** @throws CordboardError `media.full` */
export async function openPlainPort(address: string, ports: readonly [number, number]): Promise<PlainPort> {
  const [first, last] = ports
  for (let tries = 0; tries < maxTries; tries += 1) {
    const port = first + 2 * randomInt(Math.floor((last - first + 1) / 2))
    const rtp = await bind(address, port)
    if (!rtp) continue
    const rtcp = await bind(address, port + 1)
    if (rtcp) return plainPort(rtp, rtcp, port)
    await closed(rtp)
  }
  throw new CordboardError('media.full', 'No port is free for another browser phone.', {
    blame: 'setup',
    retry: true,
  })
}

function plainPort(rtp: Socket, rtcp: Socket, port: number): PlainPort {
  let closing: Promise<unknown> | undefined
  return {
    port,
    rtcpPort: port + 1,
    firstFrom: (far) =>
      new Promise((resolve) => {
        rtp.on('message', (bytes: Buffer, from: RemoteInfo) => {
          const known =
            from.address === far.address || from.address === rtp.address().address || isLoopback(from)
          if (known && from.port === far.port && isRtp(bytes))
            resolve({ address: from.address, port: from.port, ssrc: bytes.readUInt32BE(8) })
        })
      }),
    close: async () => {
      closing ??= Promise.all([closed(rtp), closed(rtcp)])
      await closing
    },
  }
}

function isLoopback({ address }: RemoteInfo): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** RFC 5761 §4: a second byte of 192 to 223 is RTCP. */
function isRtp(bytes: Buffer): boolean {
  const second = bytes[1] ?? 0
  return bytes.length > headerBytes && (bytes[0] ?? 0) >> 6 === 2 && !(second >= 192 && second <= 223)
}

/** undefined when the port is somebody else's. */
async function bind(address: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
  try {
    socket.bind(port, address)
    await once(socket, 'listening')
    return socket
  } catch {
    // once() rejects with the socket's error.
    socket.close()
    return undefined
  }
}

async function closed(socket: Socket): Promise<void> {
  const gone = once(socket, 'close')
  socket.close()
  await gone
}
