import { expect, test } from 'vitest'
import { OutStream } from '#media/embedded/out-stream.ts'
import { readRtp, rtpView } from '#media/embedded/rtp.ts'

function stream() {
  const sent: ReturnType<typeof rtpView>[] = []
  const random = { ssrc: 7, sequence: 65_534, timestamp: 0xffffff00 }
  const out = new OutStream(random, (packet, length) => {
    const view = rtpView()
    readRtp(packet.subarray(0, length), view)
    sent.push(view)
  })
  const relay = (sequence: number, timestamp: number, nowMs: number, ssrc = 1) =>
    out.relay(
      { marker: false, payloadType: 0, sequence, timestamp, ssrc, start: 12, end: 172 },
      { payloadType: 8, length: 160, samples: 160, isEvent: false },
      nowMs,
    )
  return { out, sent, relay }
}
const steps = (sent: readonly { sequence: number; timestamp: number }[]) =>
  sent
    .slice(1)
    .map((packet, i) => [
      (packet.sequence - (sent[i]?.sequence ?? 0)) & 0xffff,
      (packet.timestamp - (sent[i]?.timestamp ?? 0)) >>> 0,
    ])

test('frames of ours are 160 apart across the wraps, whatever the tick is late', () => {
  const { out, sent } = stream()
  for (const nowMs of [0, 20, 47, 60, 80]) out.sendFrame(0, nowMs)

  expect(steps(sent)).toEqual(Array(4).fill([1, 160]))
  expect(sent.map(({ marker }) => marker)).toEqual([true, false, false, false, false])
})

test('a relayed source is renumbered after ours, then keeps its own gaps and order', () => {
  const { out, sent, relay } = stream()
  out.sendFrame(0, 0)
  relay(500, 90_000, 20)
  relay(501, 90_160, 40)
  relay(504, 90_640, 100)
  relay(503, 90_480, 101)

  expect(steps(sent)).toEqual([
    [1, 160],
    [1, 160],
    [3, 480],
    [0xffff, 0xffffffff - 159],
  ])
  expect(sent.map(({ marker }) => marker)).toEqual([true, true, false, false, false])
})

test('a packet older than the switch to its source is not sent', () => {
  const { sent, relay } = stream()
  relay(500, 90_000, 0)

  expect(relay(499, 89_840, 1)).toBe(false)
  expect(sent).toHaveLength(1)
})

test('a pause moves the timestamp on by its length', () => {
  const { out, sent, relay } = stream()
  relay(500, 90_000, 0)
  out.unmap()
  out.sendFrame(0, 1000)

  expect(steps(sent)).toEqual([[1, 8000]])
  expect(sent[1]?.marker).toBe(true)
})

test('a sender that starts over, with a new SSRC or a jump of its clock, is joined on without a break', () => {
  const { sent, relay } = stream()
  relay(500, 90_000, 0)
  relay(9, 1_234_567, 20, 2)
  relay(10, 4_000_000_000, 40, 2)

  expect(steps(sent)).toEqual([
    [1, 160],
    [1, 160],
  ])
  expect(new Set(sent.map(({ ssrc }) => ssrc))).toEqual(new Set([7]))
})

test('a relayed packet that is not sent on leaves no hole', () => {
  const { out, sent, relay } = stream()
  relay(500, 90_000, 0)
  out.skipRelayed()
  relay(502, 90_320, 40)

  expect(steps(sent)).toEqual([[1, 320]])
})

test('a relayed stream goes on past half the circle of its numbers', () => {
  const { sent, relay } = stream()
  for (let n = 0; n < 40_000; n += 1) relay(n & 0xffff, n * 160, n * 20)

  expect(sent).toHaveLength(40_000)
})

test('a key press of ours keeps one timestamp, and sound goes on after its length', () => {
  const { out, sent } = stream()
  out.sendFrame(0, 0)
  out.startEvent(20)
  const press = { event: 5, payloadType: 101, marker: false, nowMs: 20 }
  out.sendEvent({ ...press, duration: 160, end: false })
  out.sendEvent({ ...press, duration: 800, end: true })
  out.sendFrame(0, 120)

  expect(steps(sent)).toEqual([
    [1, 160],
    [1, 0],
    [1, 800],
  ])
})
