// The far ends' sound: a process of its own with a socket for each leg. Each packet carries a number and the time within
// its sound, so that what arrives at the other end is known to have gone all the way: no sequence number we were given is
// believed. Far ends speak once they are told where to; a sum of all that was heard so far is given on request.
import { createSocket, type Socket } from 'node:dgram'
import { performance } from 'node:perf_hooks'
import { writeRtpHeader } from '#media/embedded/rtp.ts'

interface FarEnd {
  readonly socket: Socket
  /** Where its turn is in the 20 ms. */
  readonly phase: number
  speaksSince: number | undefined
  sent: number
  heard: number
  highest: number
  lost: number
}

const [address = '127.0.0.1', count = '0'] = process.argv.slice(2)
const packetMs = 20
const packetBytes = 172
const mark = 0x5a17
const ends = new Map<number, FarEnd>()
/** Packets by whole ms from mouth to ear. */
const delays = new Uint32Array(2_000)
const packet = Buffer.alloc(packetBytes, 0x55)
const speaking: FarEnd[] = []

for (let n = 0; n < Number(count); n += 1) {
  const socket = createSocket({ type: 'udp4' })
  const end: FarEnd = {
    socket,
    phase: (n * 7.3) % packetMs,
    speaksSince: undefined,
    sent: 0,
    heard: 0,
    highest: 0,
    lost: 0,
  }
  socket.on('message', (bytes) => hear(end, bytes))
  // A port that is closed again answers by ICMP; the call is over then.
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  ends.set(socket.address().port, end)
}
process.on('message', (message) => {
  if (Array.isArray(message)) for (const [own, to] of message) speak(ends.get(Number(own)), Number(to))
  else tell()
})
process.on('disconnect', () => process.exit())
setInterval(sendWhatIsDue, 2)
process.send?.([...ends.keys()])

/** Two far ends may be two processes, whose monotonic clocks begin at different times. */
function wallMs(): number {
  return performance.timeOrigin + performance.now()
}

function speak(end: FarEnd | undefined, to: number): void {
  if (!end || end.speaksSince !== undefined) return
  end.speaksSince = wallMs() + end.phase
  end.socket.connect(to, '127.0.0.1', () => speaking.push(end))
}

function sendWhatIsDue(): void {
  const now = wallMs()
  for (const end of speaking) {
    const due = Math.floor((now - (end.speaksSince ?? now)) / packetMs)
    for (; end.sent < due; ) {
      end.sent += 1
      const fresh = Buffer.from(packet)
      writeRtpHeader(fresh, {
        marker: end.sent === 1,
        payloadType: 0,
        sequence: end.sent & 0xffff,
        timestamp: end.sent * 160,
        ssrc: 1,
      })
      fresh.writeUInt16BE(mark, 12)
      fresh.writeUInt32BE(end.sent, 14)
      fresh.writeDoubleBE(now, 18)
      end.socket.send(fresh)
    }
  }
}

function hear(end: FarEnd, bytes: Buffer): void {
  if (bytes.length !== packetBytes || bytes.readUInt16BE(12) !== mark) return
  const number = bytes.readUInt32BE(14)
  if (number <= end.highest) return
  // What was said before the two were joined is not lost: it was said to nobody.
  if (end.highest > 0) end.lost += number - end.highest - 1
  end.highest = number
  end.heard += 1
  const delayMs = Math.min(delays.length - 1, Math.floor(wallMs() - bytes.readDoubleBE(18)))
  delays[delayMs] = (delays[delayMs] ?? 0) + 1
}

function tell(): void {
  const all = speaking.map(({ sent, heard, lost }) => ({ sent, heard, lost }))
  process.send?.({ all, delays: [...delays] })
}
