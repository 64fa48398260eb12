import fc from 'fast-check'
import { expect, test } from 'vitest'
import { qualityOf, readDump, withReceived, withSent } from '#media/freeswitch/statistics.ts'

const none = { lost: 0, jitterMs: 0, maxJitterMs: 0, rttMs: undefined, farLossRatio: undefined }
const headers = (given: Record<string, string>) => (name: string) => given[name] ?? ''
const dump = [
  'Event-Name: CHANNEL_DATA',
  'variable_rtp_audio_in_media_packet_count: 190',
  'variable_rtp_audio_out_media_packet_count: 200',
  'variable_rtp_audio_in_flush_packet_count: 3',
  'variable_rtp_audio_in_mos: 4.31',
].join('\n')

test('counters come from the dump, loss and jitter from the RTCP report', () => {
  const reports = withSent(none, headers({ 'Source-Lost': '10', 'Source-Jitter': '16' }))

  expect(qualityOf(readDump(dump), reports, 'PCMA')).toEqual({
    codec: 'PCMA',
    packetsReceived: 190,
    packetsSent: 200,
    packetsLost: 10,
    lossRatio: 0.05,
    jitterMs: 2,
    maxJitterMs: 2,
    mos: 4.31,
    packetsDropped: 3,
    rttMs: undefined,
    farLossRatio: undefined,
  })
})

test('a negative loss (duplicates, RFC 3550 §6.4.1) is none', () => {
  expect(withSent(none, headers({ 'Source-Lost': '4294967290' })).lost).toBe(0)
})

test('what the far end reports is its loss in 256ths, and the round trip in seconds', () => {
  expect(withReceived(none, headers({ 'Source0-Fraction': '64', 'Rtt0-Avg': '0.025' }))).toMatchObject({
    farLossRatio: 0.25,
    rttMs: 25,
  })
})

test('no MOS before fifty packets', () => {
  const few = readDump('variable_rtp_audio_in_media_packet_count: 49\nvariable_rtp_audio_in_mos: 4.5')

  expect(qualityOf(few, none, 'PCMU').mos).toBeUndefined()
})

test('a dump of anything gives numbers that are finite and not below zero', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, value) => {
      const found = readDump(`${text}\nvariable_rtp_audio_in_media_packet_count: ${value}`)
      const { packetsReceived, lossRatio } = qualityOf(found, none, 'PCMU')
      expect(packetsReceived).toBeGreaterThanOrEqual(0)
      expect(Number.isFinite(packetsReceived + lossRatio)).toBe(true)
    }),
  )
})
