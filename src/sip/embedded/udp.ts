// One UDP socket: datagrams in, datagrams out.
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { systemCodeOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { portTaken } from './port-taken.ts'
import type { ListeningPoint } from './stack.ts'

// Bursts of registrations after a power cut fill the default 208 KiB within milliseconds; the kernel may grant less.
const bufferBytes = 4 * 1024 * 1024

export interface UdpOptions {
  readonly point: ListeningPoint
  readonly log: Log
  onDatagram(bytes: Buffer, address: string, port: number): void
}

export interface UdpSocket extends AsyncDisposable {
  readonly port: number
  send(text: string, address: string, port: number, failed: (cause: unknown) => void): void
}

/** Binds the socket. @throws CordboardError `sip.port-taken`, `sip.address` */
export async function openUdp(options: UdpOptions): Promise<UdpSocket> {
  const { point, log } = options
  const six = isIPv6(point.address)
  const socket = createSocket({
    type: six ? 'udp6' : 'udp4',
    ipv6Only: six,
    // Only numeric addresses arrive here: the answer is known without a trip through the resolver.
    lookup: (address, _options, done) => done(null, address, six ? 6 : 4),
  })
  await bind(socket, point)
  socket.on('error', (err) => log.warn({ err, port: point.port }, 'a UDP socket reports an error'))
  socket.on('message', (bytes, from) => options.onDatagram(bytes, from.address, from.port))
  grow(socket, log)
  let open = true
  return {
    port: socket.address().port,
    send: (text, address, port, failed) => {
      if (!open) return failed(new Error('the socket is closed'))
      socket.send(text, port, address, (err) => {
        if (err) failed(err)
      })
    },
    [Symbol.asyncDispose]: () => {
      if (!open) return Promise.resolve()
      open = false
      return new Promise((resolve) => socket.close(() => resolve()))
    },
  }
}

function bind(socket: Socket, point: ListeningPoint): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (cause) => {
      socket.close()
      reject(portTaken(point, systemCodeOf(cause), cause))
    })
    socket.bind({ address: point.address, port: point.port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
}

function grow(socket: Socket, log: Log): void {
  try {
    socket.setRecvBufferSize(bufferBytes)
    socket.setSendBufferSize(bufferBytes)
  } catch (err) {
    log.info({ err }, 'the system grants no larger UDP buffers')
  }
}
