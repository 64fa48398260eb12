// What a far end with G.722 or opus says and hears: 16 kHz samples over an RtpPeer.
import { performance } from 'node:perf_hooks'
import { G722Decoder, G722Encoder } from '#media/embedded/g722.ts'
import { OpusDecoder, OpusEncoder } from '#media/embedded/opus.ts'
import type { RtpPeer } from '#test/rtp-peer.ts'

export const wideRate = 16_000
const frameSamples = 320

/** Packets of 20 ms of these samples. */
export function widePackets(payloadType: number, samples: Int16Array): readonly Uint8Array[] {
  const encoder = payloadType === 111 ? new OpusEncoder() : new G722Encoder()
  const packet = new Uint8Array(1500)
  return Array.from({ length: Math.floor(samples.length / frameSamples) }, (_, n) => {
    const frame = samples.slice(n * frameSamples, (n + 1) * frameSamples)
    return packet.slice(0, encoder.encode(frame, packet, 0))
  })
}

/** Says them in real time, again and again, until the result is disposed. */
export function sayWide(peer: RtpPeer, samples: Int16Array): Disposable {
  const packets = widePackets(peer.payloadType, samples)
  let next = 0
  let due = performance.now()
  const timer = setInterval(() => {
    for (; due <= performance.now(); due += 20) {
      const packet = packets[next % packets.length]
      if (packet)
        peer.sendPayload(packet, { marker: next === 0, ticks: peer.payloadType === 111 ? 960 : 160 })
      next += 1
    }
  }, 5)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** All that was heard, in the order of its numbers; what was lost is left out. */
export function heardWide(peer: RtpPeer): Int16Array {
  const decoder = peer.payloadType === 111 ? new OpusDecoder() : new G722Decoder()
  const samples: number[] = []
  const decoded = new Int16Array(3200)
  for (const { payload, payloadType } of peer.received) {
    if (payloadType !== peer.payloadType) continue
    samples.push(...decoded.subarray(0, decoder.decode(payload, 0, payload.length, decoded)))
  }
  return Int16Array.from(samples)
}
