// The far ends of bench/media.ts: N sockets that send 50 packets a second each and count what comes back.
import { createSocket, type Socket } from 'node:dgram'
import { performance } from 'node:perf_hooks'
import { ReceiveStats } from '#media/embedded/quality.ts'
import { read32, writeRtpHeader } from '#media/embedded/rtp.ts'

const count = Number(process.argv[2])
const sockets: Socket[] = []
const stats: ReceiveStats[] = []
for (let n = 0; n < count; n += 1) {
  const heard = new ReceiveStats()
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) })
  socket.on('message', (bytes) => {
    if (bytes.length === 172)
      heard.arrived(bytes.readUInt16BE(2), read32(bytes, 4), read32(bytes, 8), performance.now(), true)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  sockets.push(socket)
  stats.push(heard)
}

let timer: NodeJS.Timeout | undefined
let sent = 0
process.on('message', (message) => {
  if (Array.isArray(message)) send(message.map(Number))
  else stop()
})
process.send?.(sockets.map((socket) => socket.address().port))

/** Each far end has its own place in the 20 ms, as callers have. */
function send(ports: readonly number[]): void {
  const packet = Buffer.alloc(172, 0x55)
  const started = performance.now()
  const step = () => {
    const due = Math.floor(((performance.now() - started) / 20) * count)
    for (; sent < due; sent += 1) {
      const n = sent % count
      const round = Math.floor(sent / count)
      const payloadType = n % 4 === 3 ? 8 : 0
      writeRtpHeader(packet, {
        marker: round === 0,
        payloadType,
        sequence: round & 0xffff,
        timestamp: round * 160,
        ssrc: n + 1,
      })
      sockets[n]?.send(packet, 0, 172, ports[n] ?? 9, '127.0.0.1')
    }
  }
  timer = setInterval(step, 1)
}

function stop(): void {
  clearInterval(timer)
  setTimeout(() => {
    const sum = (of: (heard: ReceiveStats) => number) => stats.reduce((all, heard) => all + of(heard), 0)
    process.send?.({
      sent,
      received: sum((heard) => heard.received),
      lost: sum((heard) => heard.lost),
      worstJitterMs: Number(Math.max(...stats.map((heard) => heard.maxJitterMs)).toFixed(1)),
    })
    for (const socket of sockets) socket.close()
  }, 500)
}
