// The two UDP sockets of a leg: RTP on an even port, RTCP on the next (RFC 3550 §11).
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

export interface PairEvents {
  rtp(bytes: Buffer, from: RemoteInfo): void
  rtcp(bytes: Buffer, from: RemoteInfo): void
}

export interface UdpPair {
  /** Hands the packet to the kernel before it returns: the bytes may be reused at once. */
  sendRtp(bytes: Uint8Array, length: number, port: number, address: string): void
  sendRtcp(bytes: Uint8Array, length: number, port: number, address: string): void
  close(): Promise<void>
}

/** Binds `port` and `port + 1` of `address`. @throws Node's EADDRINUSE and the like; nothing stays open then */
export async function openPair(address: string, port: number, events: PairEvents): Promise<UdpPair> {
  const rtp = await bind(address, port)
  const rtcp = await bind(address, port + 1).catch(async (err: unknown) => {
    await close(rtp)
    throw err
  })
  rtp.on('message', (bytes, from) => events.rtp(bytes, from))
  rtcp.on('message', (bytes, from) => events.rtcp(bytes, from))
  return {
    sendRtp: (bytes, length, toPort, to) => rtp.send(bytes, 0, length, toPort, to),
    sendRtcp: (bytes, length, toPort, to) => rtcp.send(bytes, 0, length, toPort, to),
    close: async () => {
      await Promise.all([close(rtp), close(rtcp)])
    },
  }
}

async function bind(address: string, port: number): Promise<Socket> {
  const family = isIPv6(address) ? 6 : 4
  // Addresses are literal always. Node's own lookup would answer on a later tick, when the shared packet buffer
  // holds another packet already; this one answers at once, so that send() hands the bytes over before it returns.
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (host, _options, callback) => callback(null, host, family),
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, address, () => {
      socket.off('error', reject)
      resolve()
    })
  }).catch(async (err: unknown) => {
    await close(socket)
    throw err
  })
  // An ICMP error or a full buffer is the network's matter: RTP counts its losses, the socket goes on.
  socket.on('error', () => {})
  return socket
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
}
